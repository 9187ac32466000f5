import { setTimeout as delay } from 'node:timers/promises';
import type { Case } from './case.ts';
import { type Container, hostname, startContainer } from './container.ts';
import { type KernelProcess, listeningSockets, owners, processesWith, v6OnlyInodes } from './kernel.ts';
import type { Truth } from './truth.ts';
import { openView, putFiles, type View } from './view.ts';

const pollEvery = 50;
const upperBound = 120_000;

/** Opens the view that both the server and the scan read: the root file system with a case's files and set-up. */
export async function prepareView(rootfs: string, item: Case): Promise<View> {
  const view = openView(rootfs);
  try {
    putFiles(view, item.files, item.remove);
    for (const command of item.setup) await runSetup(view, command);
    return view;
  } catch (error) {
    view.close();
    throw error;
  }
}

/** Runs a case's command for real in a prepared view and tells what listens once nothing changes any more. */
export async function runServer(view: View, item: Case): Promise<Truth> {
  putFiles(view, runtimeFiles(item));
  const container = startContainer(view, { ...item, keep: item.starts === 'daemon' });
  try {
    return await watchUntilSettled(container, view, item);
  } finally {
    await container.stop();
  }
}

async function runSetup(view: View, command: readonly string[]): Promise<void> {
  const run = { command, env: {}, user: 'root', cwd: '/', hosts: [], ipv6: true, keep: false };
  const container = startContainer(view, run);
  await container.ended;
  if (container.status !== 0) throw new Error(`set-up ${command.join(' ')} failed: ${container.output}`);
}

/** Files that a container's runtime makes, unless the case has its own. */
function runtimeFiles(item: Case): Record<string, { text: string }> {
  const local = item.ipv6 ? '127.0.0.1 localhost\n::1 localhost ip6-localhost\n' : '127.0.0.1 localhost\n';
  const files = {
    '/etc/hosts': { text: `${local}10.9.0.2 ${hostname}\n` },
    '/etc/hostname': { text: `${hostname}\n` },
    '/etc/resolv.conf': { text: '' },
  };
  return Object.fromEntries(Object.entries(files).filter(([path]) => item.files[path] === undefined));
}

/** Polls until sockets, processes and their processor time stay as they are for a while. Throws after two minutes. */
async function watchUntilSettled(container: Container, view: View, item: Case): Promise<Truth> {
  const start = Date.now();
  let before = '';
  let ticksBefore = 0;
  let unchangedSince = start;
  let ticksThen = 0;
  while (Date.now() - start < upperBound) {
    if (container.status !== undefined && nothingLeft(container)) return endedTruth(container, view);
    const { pid } = container;
    if (pid !== undefined) {
      const sockets = listeningSockets(pid);
      const processes = processesWith(pid);
      const now = JSON.stringify([sockets, processes.map((process) => process.pid), container.output.length]);
      const ticks = processes.reduce((sum, process) => sum + process.ticks, 0);
      const busy = ticks - ticksBefore > 1 || processes.some(({ state }) => state === 'R' || state === 'D');
      if (now !== before || busy || isWorking(ticks - ticksThen, Date.now() - unchangedSince)) {
        unchangedSince = Date.now();
        ticksThen = ticks;
      } else if (Date.now() - unchangedSince > patience(container, sockets.length, item))
        return settledTruth(pid, view);
      before = now;
      ticksBefore = ticks;
    }
    await delay(pollEvery);
  }
  throw new Error(`did not settle in ${upperBound} ms: ${container.output.slice(-500)}`);
}

/** Whether so many ticks of a hundredth of a second are more than idling: a slow starter on a machine that others use. */
function isWorking(ticks: number, milliseconds: number): boolean {
  return ticks > 3 + 0.04 * (milliseconds / 10);
}

/** How long nothing may change before it is final: longer where a server says that it tries again. */
function patience(container: Container, sockets: number, item: Case): number {
  if (item.settle !== undefined) return item.settle;
  if (/in use|try|cannot assign/i.test(container.output)) return 3000;
  return sockets > 0 ? 600 : 2500;
}

/** Whether only the namespace's own first process is left after the command's end. */
function nothingLeft(container: Container): boolean {
  const { pid } = container;
  return pid === undefined || processesWith(pid).filter(({ state }) => state !== 'Z').length <= 1;
}

function settledTruth(pid: number, view: View): Truth {
  const processes = processesWith(pid);
  const holders = owners(processes);
  const v6only = v6OnlyInodes(pid);
  const sockets = listeningSockets(pid).map(({ text, inode }) => {
    const kind = text.includes(' [::]:') && v6only.has(inode) ? text.replace('6 ', '6only ') : text;
    const names = [...(holders.get(inode) ?? [])].map((exe) => exe.replace(view.root, ''));
    return `${withoutPid(kind, processes)} by ${names.sort().join(' + ') || 'nobody'}`;
  });
  return { sockets: [...new Set(sockets)].sort() };
}

/**
 * Some servers put their process id at the end of a socket's path; others bind it as `PATH.PID.tmp` and give the file its
 * name afterwards, which the kernel does not notice.
 */
function withoutPid(text: string, processes: readonly KernelProcess[]): string {
  const temporary = /^(unix .*)\.\d+\.tmp$/.exec(text)?.[1];
  if (temporary !== undefined) return temporary;
  const pid = /^unix .*\.(\d+)$/.exec(text)?.[1];
  return pid !== undefined && processes.some(({ inside }) => inside === pid)
    ? text.replace(/\d+$/, 'PID')
    : text;
}

function endedTruth(container: Container, view: View): Truth {
  const lines = container.output.replaceAll(view.root, '').trim().split('\n').slice(-3);
  return { sockets: [], ended: true, log: lines.map(withoutTimes).join('\n').slice(-400) };
}

/** Takes out what differs from run to run: dates, times, process ids. */
function withoutTimes(line: string): string {
  return line
    .replace(/\b\d{4}[-/]\d\d[-/]\d\d[ T]/g, '')
    .replace(/\b\d\d:\d\d:\d\d(\.\d+)?\b/g, 'TIME')
    .replace(/\b(\w{3} )?(\w{3} \d\d|\d\d \w{3})( \d{4})? (?=TIME)/g, '')
    .replace(/(\[|pid |^)\d+(?=[\]:# ])/g, '$1PID');
}
