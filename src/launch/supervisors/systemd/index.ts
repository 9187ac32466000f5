import { posix } from 'node:path';
import type { Call } from '../../tools/call.ts';
import { runChild, type Supervisor, stay } from '../child.ts';
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
  const target = options?.value('unit') ?? 'default.target';
  for (const unit of wantedUnits(call, target)) {
    if (unit.name.endsWith('.service') && holds(call, unit)) startService(call, unit);
  }
  startScripts(call);
  return stay(call, self);
};

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
    const named = unit
      ? dependencies
          .flatMap((kind) => all(unit, `Unit.${kind}`))
          .flatMap(({ value }) => splitWords(specified(value, unit)))
      : [];
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
  for (const name of scripts) {
    const path = posix.join('/etc/init.d', name);
    const isUnit = unitFolders.some(
      (folder) => call.files.lookLink(posix.join(folder, `${name}.service`)) !== 'missing',
    );
    if (isUnit || call.files.may(path, call.process.user, 1) !== true) continue;
    runChild(call, { name: `${name}.service`, argv: [path, 'start'], at: { path } });
  }
}
