// `npm run bench:defender [-- PART …] [--many]`: what the defender costs, and how soon it knows. Needs root.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { idle } from './idle.js';
import { latency } from './latency.js';
import { churn, storm } from './load.js';
import { endAll } from './processes.js';

const parts = { latency, idle, storm, churn };
const wanted = process.argv.slice(2).filter((name) => name in parts);
const root = resolve(import.meta.dirname, '../..');
const scratch = mkdtempSync(join(tmpdir(), 'berthwatch-bench-'));
const settings = {
  root,
  scratch,
  program: join(root, 'bin/berthwatch.js'),
  isMany: process.argv.includes('--many'),
};

// What was started does not end with this program.
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => endAll().then(() => process.exit(1)));

try {
  for (const name of wanted.length > 0 ? wanted : Object.keys(parts)) {
    const load = loadavg()[0];
    console.log(
      `${name} (load ${load.toFixed(2)}, ${readFileSync('/proc/loadavg', 'utf8').split(' ')[3]} tasks)`,
    );
    console.table(await parts[name](settings));
  }
} finally {
  await endAll();
  rmSync(scratch, { recursive: true, force: true });
}
