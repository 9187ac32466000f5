import { posix } from 'node:path';
import type { Call } from '../../tools/call.ts';
import { notStarted, runChild, type Supervisor, stay } from '../child.ts';
import { holds } from './conditions.ts';
import { startService } from './service.ts';
import { all, linkedUnits, loadUnit, type Unit, unitFolders } from './unit.ts';
import { specified, splitWords } from './words.ts';

/** More units than any image has. */
const mostUnits = 2_000;
const dependencies = ['Wants', 'Requires', 'BindsTo', 'Upholds', 'Requisite'];

/** systemd as the container's first process: the services that its default target wants, directly or not. */
export const systemd: Supervisor = (call, self) => {
  const options = call.optionsOf(call.args, {
    short: 'h',
    long: { system: false, user: false, unit: true, help: false, version: false, test: false },
    lenient: true,
  });
  if (options?.has('h', 'help', 'version', 'test', 'user')) return 0;
  const target = options?.value('unit') ?? levels[options?.rest[0] ?? ''] ?? 'default.target';
  const failed = new Set<string>();
  for (const unit of inOrder(wantedUnits(call, target))) {
    if (unit.name.endsWith('.service') && holds(call, unit) && !startUnit(call, unit, failed))
      failed.add(unit.name);
  }
  startScripts(call);
  return stay(call, self);
};

/** Words of old on the command line. */
const levels: Readonly<Record<string, string>> = {
  1: 'rescue.target',
  s: 'rescue.target',
  S: 'rescue.target',
  single: 'rescue.target',
  2: 'multi-user.target',
  3: 'multi-user.target',
  4: 'multi-user.target',
  5: 'graphical.target',
};

/** Starts a service unless something that it requires is not there, or stands before it and has failed. */
function startUnit(call: Call, unit: Unit, failed: ReadonlySet<string>): boolean {
  const before = new Set(namesOf(unit, 'After'));
  const required = [...namesOf(unit, 'Requires'), ...namesOf(unit, 'BindsTo')].filter((name) =>
    name.endsWith('.service'),
  );
  const missing = required.find(
    (name) => loadUnit(call, name) === undefined || (failed.has(name) && before.has(name)),
  );
  const [at] = all(unit, 'Service.ExecStart');
  const isAsserted = holds(call, unit, 'Assert');
  if (missing === undefined && isAsserted) return startService(call, unit);
  const why = missing === undefined ? 'an assertion does not hold' : `it requires ${missing}`;
  if (at !== undefined) notStarted(call, unit.name, why, at.at);
  return false;
}

function namesOf(unit: Unit, key: string): string[] {
  return all(unit, `Unit.${key}`).flatMap(({ value }) => splitWords(specified(value, unit)));
}

/** The units, each behind those that it says come before it; where that goes round in a ring, as they were. */
function inOrder(units: readonly Unit[]): Unit[] {
  const byName = new Map(units.map((unit) => [unit.name, unit]));
  const earlier = new Map(units.map((unit) => [unit.name, namesOf(unit, 'After')]));
  for (const unit of units) for (const name of namesOf(unit, 'Before')) earlier.get(name)?.push(unit.name);
  const ordered = new Set<Unit>();
  const seen = new Set<string>();
  const visit = (name: string): void => {
    const unit = byName.get(name);
    if (unit === undefined || seen.has(name)) return;
    seen.add(name);
    for (const each of earlier.get(name) ?? []) visit(each);
    ordered.add(unit);
  };
  for (const { name } of units) visit(name);
  return [...ordered];
}

/** Every unit that is wanted, those that others need first. */
function wantedUnits(call: Call, target: string): Unit[] {
  const seen = new Set<string>();
  const units: Unit[] = [];
  const visit = (name: string): void => {
    if (seen.has(name) || seen.size > mostUnits) return;
    seen.add(name);
    call.world.budget.spend();
    const unit = loadUnit(call, name);
    if (unit && unit.name !== name) {
      visit(unit.name);
      return;
    }
    if (!unit && !name.endsWith('.target')) return;
    const named = unit ? dependencies.flatMap((kind) => namesOf(unit, kind)) : [];
    for (const each of [...named, ...linkedUnits(call, name)]) visit(each);
    if (unit) units.push(unit);
  };
  visit(target);
  return units;
}

/** Scripts of run levels that no unit stands for: systemd makes services of them (systemd-sysv-generator(8)). */
function startScripts(call: Call): void {
  const names = ['2', '3', '4', '5'].flatMap((level) => call.files.list(`/etc/rc${level}.d`) ?? []);
  const scripts = new Set(names.flatMap((name) => /^S\d\d(.+)$/.exec(name)?.[1] ?? []));
  startLocal(call);
  for (const name of scripts) {
    const path = posix.join('/etc/init.d', name);
    const isUnit = unitFolders.some(
      (folder) => call.files.lookLink(posix.join(folder, `${name}.service`)) !== 'missing',
    );
    if (isUnit || call.files.may(path, call.process.user, 1) !== true) continue;
    runChild(call, { name: `${name}.service`, argv: [path, 'start'], at: { path } });
  }
}

/** `/etc/rc.local`, where it may be executed, is a service of its own (systemd-rc-local-generator(8)). */
function startLocal(call: Call): void {
  const path = '/etc/rc.local';
  if (call.files.isFile(path) && call.files.may(path, call.process.user, 1) === true)
    runChild(call, { name: 'rc-local.service', argv: [path, 'start'], at: { path } });
}
