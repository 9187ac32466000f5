import { once } from 'node:events';
import { join } from 'node:path';
import { start, usage, wait } from './processes.js';
import { evaluatorRest, startWatch } from './watch.js';

const namespaces = 200;
const connections = 20_000;
const seconds = 30;

/** With 200 network namespaces of five processes and 20,000 established connections, when nothing happens. */
export async function idle(settings) {
  const script = 'for i in 1 2 3 4; do sleep 1000 & done; echo; exec sleep 1000';
  const children = Array.from({ length: namespaces }, () =>
    start('setsid', ['unshare', '-n', 'sh', '-c', script]),
  );
  await Promise.all(children.map((child) => once(child.lines, 'line')));
  const file = join(import.meta.dirname, 'connections.js');
  const connected = start(process.execPath, [file, String(connections)]);
  await once(connected.lines, 'line');
  const watch = await startWatch(settings);
  await wait(evaluatorRest);
  const before = usage(watch.pid);
  await wait(seconds * 1000);
  const after = usage(watch.pid);
  const share = ((after.seconds - before.seconds) / seconds) * 100;
  watch.kill('SIGTERM');
  await once(watch, 'exit');
  for (const child of children) process.kill(-child.pid, 'SIGKILL');
  connected.kill('SIGKILL');
  return [
    {
      '% of a core': share.toFixed(2),
      'resident MiB': after.megabytes.toFixed(1),
      processes: after.processes,
    },
  ];
}
