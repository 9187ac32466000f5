import { accessSync, constants, existsSync, statfsSync } from 'node:fs';
import { dirname } from 'node:path';
import { readSettings } from '../../defender/config/settings.ts';
import { allPacks } from '../../pack/packs.ts';
import type { RuntimeDescription } from '../../runtime/runtimes.ts';
import type { Level } from '../../sensor/level.ts';
import { missingRights } from '../../sensor/proc/capabilities.ts';
import { type ExitCode, exitCode } from '../exit-code.ts';
import type { Io } from '../io.ts';
import { columns } from '../text/columns.ts';
import { paintFor, type Style } from '../text/paint.ts';
import { type Styled, span } from '../text/styled.ts';
import { lookAround, type Surroundings } from './look-around.ts';

export interface DoctorFlags {
  config?: string;
  json?: boolean;
}

/** One thing that was looked at. */
interface Check {
  about: string;
  state: 'good' | 'lacking' | 'wrong';
  text: string;
  /** How to get more. */
  next?: string;
}

/** Says what this host lets a defender do, and how to get more. Exit code 1 when something is wrong. */
export async function doctorCommand({ config, json }: DoctorFlags, io: Io): Promise<ExitCode> {
  const settings = await readSettings({ config, format: 'table' }, io.env);
  const packs = await allPacks(settings.packs);
  const found = await lookAround(packs, io.env);
  const checks: Check[] = [
    rights(),
    sensing(found),
    cgroups(),
    ...runtimes(found.runtimes),
    spool(settings.spool.dir),
    { about: 'packs', state: 'good', text: `${packs.length} apps are known` },
    ...found.problems.map((text): Check => ({ about: 'not seen', state: 'lacking', text })),
  ];
  if (json) io.out.write(`${JSON.stringify(checks, null, 2)}\n`);
  else show(checks, io);
  return checks.some(({ state }) => state === 'wrong') ? exitCode.failed : exitCode.done;
}

function show(checks: readonly Check[], io: Io): void {
  const styles: Record<Check['state'], Style> = { good: 'good', lacking: 'warn', wrong: 'bad' };
  const rows = checks.flatMap(({ about, state, text, next }): Styled[][] => [
    [[span(about, 'label')], [span(state, styles[state])], [span(text)]],
    ...(next === undefined ? [] : [[[], [], [span(`→ ${next}`, 'faint')]]]),
  ]);
  const page = { width: io.out.columns, paint: paintFor('auto', io.out, io.env) };
  for (const line of columns(rows, page)) io.out.write(`${line}\n`);
}

function rights(): Check {
  const about = 'rights';
  const missing = missingRights();
  if (missing.length === 0) return { about, state: 'good', text: 'all that are needed' };
  const names = missing.map(({ capability }) => capability);
  return {
    about,
    state: 'lacking',
    text: missing.map(({ capability, without }) => `without ${capability} ${without}`).join('; '),
    next: `run it as root, or as a service that has ${names.join(', ')} too`,
  };
}

function sensing({ level }: Surroundings): Check {
  const about = 'sensing';
  if (level.lacks.length === 0) return { about, state: 'good', text: `level ${level.name}: ${level.sees}` };
  const text = `level ${level.name}: ${level.sees} (${level.lacks.join('; ')})`;
  return { about, state: 'lacking', text, next: betterSensing(level) };
}

function betterSensing({ name }: Level): string {
  if (name === 'trace') return 'install it with its optional dependencies: npm ci --include=optional';
  return process.getuid?.() !== 0 || existsSync('/sys/kernel/tracing/instances')
    ? 'run it as root'
    : 'mount tracefs: mount -t tracefs none /sys/kernel/tracing';
}

function cgroups(): Check {
  const isUnified = existsSync('/sys/fs/cgroup/cgroup.controllers');
  const about = 'cgroups';
  if (isUnified) return { about, state: 'good', text: 'version 2' };
  if (existsSync('/sys/fs/cgroup')) return { about, state: 'good', text: 'version 1, or both' };
  return {
    about,
    state: 'wrong',
    text: 'none: whose a process is can not be told',
    next: 'mount cgroup2 at /sys/fs/cgroup',
  };
}

function runtimes(found: readonly RuntimeDescription[]): Check[] {
  const about = 'runtimes';
  if (found.length === 0) {
    return [
      {
        about,
        state: 'lacking',
        text: 'none was found: only the host itself is watched',
        next: 'DOCKER_HOST, CONTAINER_RUNTIME_ENDPOINT or `runtimes` of the configuration name one',
      },
    ];
  }
  return found.map(({ name, state, containers }): Check => {
    if (state.kind === 'connected') {
      return {
        about,
        state: 'good',
        text: `${name}: ${state.runtime} ${state.version}, ${containers} containers`,
      };
    }
    const reason = state.kind === 'connecting' ? 'it does not answer' : state.reason;
    const next = state.kind === 'unreachable' ? state.next : undefined;
    return { about, state: 'lacking', text: `${name}: ${reason}`, ...(next === undefined ? {} : { next }) };
  });
}

/** Least room for audits, bytes. */
const leastRoom = 64 * 1024 * 1024;

function spool(dir: string): Check {
  const about = 'spool';
  let place = dir;
  while (!existsSync(place)) place = dirname(place);
  try {
    accessSync(place, constants.W_OK | constants.X_OK);
    const { bavail, bsize } = statfsSync(place);
    const room = bavail * bsize;
    if (room >= leastRoom)
      return { about, state: 'good', text: `${dir}, ${Math.floor(room / 2 ** 20)} MiB free` };
    return {
      about,
      state: 'wrong',
      text: `${dir} has no room left`,
      next: 'make room, or name another folder with --spool',
    };
  } catch (error) {
    return {
      about,
      state: 'wrong',
      text: (error as Error).message,
      next: 'name another folder with --spool',
    };
  }
}
