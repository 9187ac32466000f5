import { once } from 'node:events';
import { join } from 'node:path';
import { end, start, usage, wait } from './processes.js';
import { evaluatorRest, startWatch } from './watch.js';

const listener = join(import.meta.dirname, 'listener.js');

/** Programs one after the other, as fast as one shell starts them, and listeners in between. */
export async function storm(settings) {
  const watch = await startWatch(settings);
  const child = start('unshare', ['-n', process.execPath, listener]);
  const before = usage(watch.pid);
  const began = Date.now();
  const programs = 10_000;
  const shell = start('sh', ['-c', `i=0; while [ $i -lt ${programs} ]; do /bin/true; i=$((i+1)); done`]);
  const ended = once(shell, 'exit');
  for (let i = 0; i < 100; i++) {
    child.stdin.write('\n');
    await once(child.lines, 'line');
    await wait(20);
  }
  await ended;
  const seconds = (Date.now() - began) / 1000;
  await wait(500);
  const after = usage(watch.pid);
  const lost = watch.errors.filter((line) => line.includes('were lost')).length;
  await end(child);
  await end(watch, 'SIGTERM');
  return [
    {
      'programs a second': Math.round(programs / seconds),
      'losses told': lost,
      '% of a core': (((after.seconds - before.seconds) / seconds) * 100).toFixed(1),
      'resident MiB': after.megabytes.toFixed(1),
    },
  ];
}

/** Containers, as far as namespaces make them, that are started, listen and end: nothing is left of them. */
export async function churn({ isMany, ...settings }) {
  const watch = await startWatch(settings);
  const rows = [];
  const count = isMany ? 1000 : 200;
  for (const part of [0, 1, 2]) {
    for (let i = 0; part > 0 && i < count / 2; i++) {
      const child = start('unshare', ['-nmpf', '--mount-proc', process.execPath, listener]);
      child.stdin.write('\n');
      await once(child.lines, 'line');
      await end(child);
    }
    await wait(evaluatorRest);
    const { megabytes, descriptors, processes } = usage(watch.pid);
    rows.push({
      containers: (part * count) / 2,
      'resident MiB': megabytes.toFixed(1),
      descriptors,
      processes,
    });
  }
  await end(watch, 'SIGTERM');
  return rows;
}
