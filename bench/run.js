// `npm run bench`: whole processes, timed in turn within one run, as ratios against `gzip -dc` of the same layers.
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { makeImage } from './image.js';

const rounds = Number(process.env.BENCH_ROUNDS ?? 5);
const root = resolve(import.meta.dirname, '..');
const peer = join(root, 'bench/peer');
const program = join(root, 'bin/berthwatch.js');
const scratch = mkdtempSync(join(tmpdir(), 'berthwatch-bench-'));

/** Wall seconds and peak resident MB of one command; `/usr/bin/time` gives the latter where it is installed. */
function once(argv) {
  const report = join(scratch, 'rss');
  const timed = existsSync('/usr/bin/time') ? ['/usr/bin/time', '-f', '%M', '-o', report, ...argv] : argv;
  const start = process.hrtime.bigint();
  const { status, stderr } = spawnSync(timed[0], timed.slice(1), { stdio: ['ignore', 'ignore', 'pipe'] });
  const seconds = Number(process.hrtime.bigint() - start) / 1e9;
  if (status !== 0) throw new Error(`${argv.join(' ')} ended with ${status}: ${stderr}`);
  const kilobytes = timed === argv ? 0 : Number(readFileSync(report, 'utf8'));
  return { seconds, megabytes: kilobytes / 1024 };
}

function median(numbers) {
  return [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)];
}

function installPeer() {
  if (existsSync(join(peer, 'node_modules'))) return true;
  const { status } = spawnSync('npm', ['ci', '--ignore-scripts', '--prefix', peer], { stdio: 'inherit' });
  return status === 0;
}

const image = await makeImage(process.env.BENCH_IMAGE ?? join(root, '.cache/bench'));
const cache = join(scratch, 'cache');
const scan = (source, ...options) => [
  process.execPath,
  program,
  'scan',
  source,
  '--format',
  'json',
  ...options,
];
const warm = ['--cache-dir', cache];
const runs = {
  'gzip -dc of the layers': [
    'sh',
    '-c',
    'for layer; do gzip -dc "$layer"; done >/dev/null',
    'sh',
    ...image.layers,
  ],
  'OCI gzip archive, cold': scan(`oci-archive:${image.oci}`, '--no-cache'),
  'OCI gzip archive, warm': scan(`oci-archive:${image.oci}`, ...warm),
  'docker-archive, cold': scan(`docker-archive:${image.docker}`, '--no-cache'),
  'docker-archive, warm': scan(`docker-archive:${image.docker}`, ...warm),
  'node -e 0': [process.execPath, '-e', '0'],
};
if (process.env.BENCH_PEER !== '0' && installPeer()) {
  runs['peer, docker-archive'] = [process.execPath, join(peer, 'scan.js'), `docker-archive:${image.docker}`];
  runs['peer, OCI gzip archive'] = [process.execPath, join(peer, 'scan.js'), `oci-archive:${image.oci}`];
}

const results = Object.fromEntries(Object.keys(runs).map((name) => [name, []]));
try {
  for (const name of Object.keys(runs)) once(runs[name]);
  for (let round = 0; round < rounds; round++) {
    for (const [name, argv] of Object.entries(runs)) results[name].push(once(argv));
  }
} finally {
  rmSync(scratch, { recursive: true, force: true });
}

const base = median(results['gzip -dc of the layers'].map(({ seconds }) => seconds));
const rows = Object.entries(results).map(([name, all]) => {
  const seconds = median(all.map((one) => one.seconds));
  const least = Math.min(...all.map((one) => one.seconds));
  const megabytes = Math.max(...all.map((one) => one.megabytes));
  return {
    run: name,
    'median s': seconds.toFixed(3),
    'least s': least.toFixed(3),
    '÷ gzip -dc': (seconds / base).toFixed(3),
    'peak MB': megabytes.toFixed(0),
  };
});
console.table(rows);
const size = execFileSync('du', ['-m', image.docker]).toString().split('\t')[0];
console.log(
  `image: ${size} MB uncompressed; ${rounds} rounds, the commands in turn; node ${process.version}`,
);
