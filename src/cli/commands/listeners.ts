import { hostname } from 'node:os';
import type { Sighting } from '../../defender/defender.ts';
import { processOf } from '../../defender/to-audit.ts';
import { allPacks } from '../../pack/packs.ts';
import { type ExitCode, exitCode } from '../exit-code.ts';
import type { Io } from '../io.ts';
import { sightingsTable } from '../table/sightings.ts';
import { paintFor } from '../text/paint.ts';
import { printableJson } from '../text/printable.ts';
import { lookAround, type Surroundings } from './look-around.ts';

export interface ListenersFlags {
  packs?: string[];
  format: 'table' | 'json';
  color: 'auto' | 'always' | 'never';
}

/** Who listens on this host, and should it? */
export async function listenersCommand(flags: ListenersFlags, io: Io): Promise<ExitCode> {
  const found = await lookAround(await allPacks(flags.packs ?? []), io.env);
  if (flags.format === 'json') {
    io.out.write(`${printableJson(JSON.stringify(documentOf(found), null, 2))}\n`);
    return exitCode.done;
  }
  const page = { width: io.out.columns, paint: paintFor(flags.color, io.out, io.env) };
  for (const line of sightingsTable(found.sightings, page)) io.out.write(`${line}\n`);
  for (const text of [...found.level.lacks, ...found.problems]) io.err.write(`${text}\n`);
  return exitCode.done;
}

function documentOf({ level, sightings, problems }: Surroundings) {
  return {
    schema: 'berthwatch/listeners/v1',
    host: hostname(),
    level,
    listeners: sightings.map(entryOf),
    problems,
  };
}

function entryOf({ observation, declaration, ruling }: Sighting) {
  const { transport, address, port } = observation.socket;
  const process = ruling.holder?.process ?? observation.holders[0] ?? null;
  return {
    workload: declaration.workload,
    listener: { transport, address, port },
    verdict: ruling.verdict,
    reason: ruling.reason,
    ...(ruling.learned === undefined ? {} : { learned: true }),
    process: process && processOf(process, Date.now()),
    expected: ruling.expected.map(({ listener }) => listener),
  };
}
