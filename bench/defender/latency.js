import { once } from 'node:events';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { rolldown } from 'rolldown';
import { end, start, wait } from './processes.js';

const namespaces = 20;
const listens = Number(process.env.BENCH_LISTENS ?? 1000);

/** From the call of listen to the audit on disk, over 1,000 listens of 20 network namespaces. */
export async function latency({ root, scratch, program }) {
  const { Defender, evaluatorInChild, openAudits, openWorkloads, toAudit } = await built(root, scratch);
  const seen = new Map();
  let told = () => {};
  const problems = [];
  const onProblem = (text) => problems.push(text);
  const workloads = await openWorkloads(process.env, onProblem);
  const spool = { dir: join(scratch, 'latency') };
  const audits = await openAudits({ spool, sinks: [], version: '0' }, onProblem);
  const defender = new Defender({
    evaluator: evaluatorInChild({ command: [program, 'evaluate'] }),
    workloads,
    onProblem,
    onSighting: async (sighting) => {
      const { socket, source } = sighting.observation;
      const key = `${socket.namespace} ${socket.port}`;
      if (seen.has(key)) return;
      const found = { judged: process.hrtime.bigint(), source };
      seen.set(key, found);
      // Programs of the host that no pack knows are learned; here each is told of.
      const ruling = { ...sighting.ruling, verdict: 'unknown-listener' };
      await audits.record(toAudit({ ...sighting, ruling }, 'bench'));
      found.written = process.hrtime.bigint();
      told(key);
    },
  });
  const script = join(import.meta.dirname, 'listener.js');
  const children = Array.from({ length: namespaces }, () =>
    start('unshare', ['-n', process.execPath, script]),
  );
  await defender.start();
  const times = [];
  const judged = [];
  let passes = 0;
  for (let i = 0; i < listens; i++) {
    const child = children[i % namespaces];
    child.stdin.write('\n');
    const [line] = await once(child.lines, 'line');
    const { namespace, port, called } = JSON.parse(line);
    const key = `${namespace} ${port}`;
    const found = await seenOf(key);
    if (found === undefined) continue;
    if (found.source === 'pass') passes++;
    judged.push(Number(found.judged - BigInt(called)) / 1e6);
    times.push(Number(found.written - BigInt(called)) / 1e6);
    await wait(2);
  }
  async function seenOf(key) {
    const limit = Date.now() + 5000;
    while (seen.get(key)?.written === undefined && Date.now() < limit) {
      await Promise.race([new Promise((done) => (told = done)), wait(1000)]);
    }
    const found = seen.get(key);
    return found?.written === undefined ? undefined : found;
  }
  const { level } = defender;
  await Promise.all(children.map((child) => end(child)));
  await defender.stop();
  workloads.close();
  await audits.close();
  const at = (share, all = times.sort((a, b) => a - b)) =>
    all[Math.min(all.length - 1, Math.floor(all.length * share))]?.toFixed(3);
  const verdict = at(
    0.5,
    judged.sort((a, b) => a - b),
  );
  const figures = {
    'median to the verdict ms': verdict,
    'median ms': at(0.5),
    'p95 ms': at(0.95),
    'p99 ms': at(0.99),
    'most ms': at(1),
  };
  return [
    {
      level: level.name,
      asked: listens,
      seen: times.length,
      'by a pass': passes,
      ...figures,
      problems: problems.length,
    },
  ];
}

async function built(root, scratch) {
  const file = join(scratch, 'defender.mjs');
  const bundle = await rolldown({
    input: join(import.meta.dirname, 'entry.ts'),
    cwd: root,
    platform: 'node',
    external: [/^node:/],
    onLog: () => {},
  });
  await bundle.write({ file, format: 'esm', codeSplitting: false });
  await bundle.close();
  return import(pathToFileURL(file).href);
}
