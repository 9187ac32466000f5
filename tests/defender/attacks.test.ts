import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { hasEngine, sweepEngine } from '../containers/engine.ts';
import { identityAttacks } from './attacks/identity.ts';
import { socketAttacks } from './attacks/sockets.ts';
import { removeShared } from './containers.ts';
import { difference, runAttack } from './run.ts';
import { makeTools, noCompiler } from './tools.ts';
import { type Watch, watchHost } from './watching.ts';

/** Attacks in real containers: each is told of once, by its name, and nothing else is. */

const reason = inject('noServers') ?? (hasEngine() ? noCompiler() : 'no container engine answers');

describe.skipIf(reason !== undefined)(`attacks${reason ? ` (${reason})` : ''}`, () => {
  let watch: Watch;
  const rows: Record<string, string>[] = [];

  beforeAll(async () => {
    await makeTools();
    watch = await watchHost();
  });

  afterAll(async () => {
    console.table(rows);
    await removeShared();
    await watch?.stop();
    sweepEngine();
  });

  it.each([...socketAttacks, ...identityAttacks])('$row $name', { retry: 1 }, async (attack) => {
    const seen = await runAttack(watch, attack);
    const verdicts = seen.map(({ verdict, socket, exe }) => `${verdict} ${socket} ${exe}`);
    rows.push({ row: String(attack.row), name: attack.name, seen: verdicts.join('; ') });
    expect(difference(attack, seen)).toEqual([]);
  });
});
