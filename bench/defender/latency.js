import { once } from 'node:events';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { rolldown } from 'rolldown';
import { end, start, wait } from './processes.js';

const namespaces = 20;
const listens = Number(process.env.BENCH_LISTENS ?? 1000);

/** From the call of listen to the verdict, over 1,000 listens of 20 network namespaces. */
export async function latency({ root, scratch, program }) {
  const { Defender, evaluatorInChild, openWorkloads } = await built(root, scratch);
  const seen = new Map();
  let told = () => {};
  const problems = [];
  const onProblem = (text) => problems.push(text);
  const workloads = await openWorkloads(process.env, onProblem);
  const defender = new Defender({
    evaluator: evaluatorInChild({ command: [program, 'evaluate'] }),
    workloads,
    onProblem,
    onSighting: ({ observation: { socket, source } }) => {
      const key = `${socket.namespace} ${socket.port}`;
      if (!seen.has(key)) seen.set(key, { time: process.hrtime.bigint(), source });
      told(key);
    },
  });
  const script = join(import.meta.dirname, 'listener.js');
  const children = Array.from({ length: namespaces }, () =>
    start('unshare', ['-n', process.execPath, script]),
  );
  await defender.start();
  const times = [];
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
    times.push(Number(found.time - BigInt(called)) / 1e6);
    await wait(2);
  }
  async function seenOf(key) {
    const limit = Date.now() + 5000;
    while (!seen.has(key) && Date.now() < limit) {
      await Promise.race([new Promise((done) => (told = done)), wait(1000)]);
    }
    return seen.get(key);
  }
  const { level } = defender;
  await Promise.all(children.map((child) => end(child)));
  await defender.stop();
  workloads.close();
  times.sort((a, b) => a - b);
  const at = (share) => times[Math.min(times.length - 1, Math.floor(times.length * share))]?.toFixed(3);
  const figures = { 'median ms': at(0.5), 'p95 ms': at(0.95), 'p99 ms': at(0.99), 'most ms': at(1) };
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
