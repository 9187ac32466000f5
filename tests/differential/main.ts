import { spawnSync } from 'node:child_process';
import { parseArgs } from 'node:util';
import { type App, appNames, apps } from './apps.ts';
import { type Case, caseId, loadCases } from './case.ts';
import { generateCases } from './generate/index.ts';
import { inParallel } from './in-parallel.ts';
import { canPredict } from './predict.ts';
import { Progress } from './progress.ts';
import { buildRootfs, isBuilt, unable } from './rootfs.ts';
import { type CaseResult, describeResult, runCase } from './run-case.ts';
import { readTruths, type Truth, writeTruths } from './truth.ts';

const usage = `npm run differential -- [--app NAME] [--only TEXT] [--record] [--recorded] [--generated N [--seed S]] [--jobs N] [--show]

Runs real servers in namespaces and compares what they listen on with the scan.
  --app NAME      one of ${appNames.join(', ')}; may be repeated
  --only TEXT     cases whose name contains TEXT
  --record        write what the servers did to truth/ instead of comparing with it
  --recorded      compare with what was written down, without running servers: fast
  --generated N   N fresh cases an app instead of the hand-picked ones
  --seed S        a number: the same seed makes the same cases (default 1)
  --jobs N        how many servers run at once (default 2)
  --show          print each case's truth`;

const options = {
  app: { type: 'string', multiple: true },
  only: { type: 'string' },
  record: { type: 'boolean' },
  recorded: { type: 'boolean' },
  generated: { type: 'string' },
  seed: { type: 'string', default: '1' },
  jobs: { type: 'string', default: '2' },
  show: { type: 'boolean' },
  help: { type: 'boolean' },
} as const;

type Options = ReturnType<typeof readOptions>;

/** The command's whole run; returns the exit status. */
export async function main(argv: string[]): Promise<number> {
  const values = readOptions(argv);
  if (values.help) {
    console.log(usage);
    return 0;
  }
  const reason = unable();
  if (reason !== undefined) {
    console.error(`differential: can't run here: ${reason}`);
    return 2;
  }
  let bad = 0;
  for (const app of values.apps) bad += await runApp(app, values);
  return bad > 0 ? 1 : 0;
}

function readOptions(argv: string[]) {
  const { values } = parseArgs({ args: argv, options, allowPositionals: false });
  const chosen = (values.app ?? appNames) as App[];
  const stranger = chosen.find((app) => !(app in apps));
  if (stranger !== undefined) throw new Error(`no app ${stranger}; there are ${appNames.join(', ')}`);
  return { ...values, apps: chosen };
}

/** Runs the chosen cases of one app; returns how many are wrong. */
async function runApp(app: App, values: Options): Promise<number> {
  if (!canPredict(app)) console.log(`${app}: no pack to compare with, only the servers are run`);
  if (!isBuilt(app)) console.log(`${app}: building the root file system`);
  const rootfs = await buildRootfs(app);
  const cases = chooseCases(app, values);
  const what = values.generated === undefined ? '' : ` of seed ${values.seed}`;
  const truths: Record<string, Truth | undefined> = readTruths(app).cases;
  const progress = new Progress(app, cases.length);
  const started = Date.now();
  const results = await inParallel(cases, Number(values.jobs), async (item) => {
    const result = await runCase(rootfs, item, values.recorded ? truths[caseId(item)] : undefined);
    progress.step(caseId(item), describeResult(result).length > 0);
    if (values.show) {
      progress.clear();
      show(result);
    }
    return result;
  });
  progress.clear();
  if (values.record) record(app, rootfs, results, values.only !== undefined);
  const changed = values.generated === undefined && !values.record ? drift(app, results) : [];
  const lines = [...results.flatMap(describeResult), ...changed];
  const bad = results.filter((result) => describeResult(result).length > 0).length + changed.length;
  if (lines.length > 0) console.log(lines.join('\n'));
  const seconds = Math.round((Date.now() - started) / 1000);
  console.log(`${app}: ${results.length - bad} of ${results.length} cases${what} agree (${seconds} s)`);
  return bad;
}

function chooseCases(app: App, values: Options): Case[] {
  const all =
    values.generated === undefined
      ? loadCases(app)
      : generateCases(app, Number(values.seed), Number(values.generated));
  return all.filter((item) => caseId(item).includes(values.only ?? ''));
}

function show({ item, truth, failure }: CaseResult): void {
  const lines =
    truth === undefined ? [`failed: ${failure}`] : truth.ended ? ['ended', truth.log ?? ''] : truth.sockets;
  console.log(
    `${item.app} / ${caseId(item)}\n${(lines.length > 0 ? lines : ['nothing listens']).map((line) => `    ${line}`).join('\n')}`,
  );
}

/** Writes the truths down; with only some cases run, the others' stay. */
function record(app: App, rootfs: string, results: CaseResult[], some: boolean): void {
  const current = new Set(loadCases(app).map(caseId));
  const before = some ? Object.entries(readTruths(app).cases).filter(([id]) => current.has(id)) : [];
  const now = results.flatMap(({ item, truth }) => (truth ? [[caseId(item), truth] as const] : []));
  const [program = '', ...args] = apps[app].version;
  const { stdout, stderr } = spawnSync('chroot', [rootfs, program, ...args], { encoding: 'utf8' });
  const version = (stdout + stderr).split('\n')[0] as string;
  writeTruths(app, { version, cases: Object.fromEntries([...before, ...now].sort(byId)) });
}

/** Cases in which a server did something else than what was written down: a new version, or a run that is not stable. */
function drift(app: App, results: CaseResult[]): string[] {
  const recorded: Record<string, Truth | undefined> = readTruths(app).cases;
  return results.flatMap(({ item, truth }) => {
    const before = recorded[caseId(item)];
    if (truth === undefined || String(before?.sockets) === String(truth.sockets)) return [];
    const was = before === undefined ? 'nothing recorded' : before.sockets.join(', ') || 'no socket';
    return [`${app} / ${caseId(item)}\n  truth changed  ${was} → ${truth.sockets.join(', ') || 'no socket'}`];
  });
}

function byId([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
