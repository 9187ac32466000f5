import type { Call } from '../../tools/call.ts';
import { findUser } from '../../users.ts';
import { runChild, type Supervisor, stay } from '../child.ts';
import { splitCommand } from '../supervisord/values.ts';

const start =
  /\bstart(?:\s+program)?\s*=?\s*(?:"([^"]*)"|'([^']*)'|(\/\S+))((?:\s+as)?(?:\s+(?:uid|gid)\s+"?[\w-]+"?)*)/gi;
const deepest = 10;

/** `monit -I -c FILE`: the start programs of what it checks, since none of it runs when the container starts. */
export const monit: Supervisor = (call, self) => {
  const options = call.optionsOf(call.args, { short: 'c:d:g:l:p:s:HIitvVhB', permute: true });
  if (options === undefined || options.has('t', 'V', 'h', 'H') || options.rest.length > 0)
    return call.unknown();
  const given = options.value('c');
  const usual = ['/root/.monitrc', '/etc/monitrc', '/etc/monit/monitrc', '/usr/local/etc/monitrc'];
  const file = given ?? usual.find((path) => call.files.isFile(path));
  if (file !== undefined) startAll(call, call.path(file), 0);
  return options.has('I') ? stay(call, self) : 0;
};

function startAll(call: Call, path: string, depth: number): void {
  const read = call.files.read(path, call.access);
  if (!('text' in read) || depth > deepest) return;
  call.world.budget.spendOn(read.text.length);
  const text = read.text.replace(/^\s*#.*$/gm, '');
  const env = new Map([['PATH', '/bin:/usr/bin:/sbin:/usr/sbin']]);
  for (const match of text.matchAll(start)) {
    const [, double, single, plain, more = ''] = match;
    const argv = splitCommand(double ?? single ?? plain ?? '') ?? [];
    const line = text.slice(0, match.index).split('\n').length;
    const uid = /uid\s+"?([\w-]+)/i.exec(more)?.[1];
    const user = uid === undefined ? {} : { user: findUser(call.files.rootfs, uid) };
    runChild(call, { name: argv[0] ?? '', argv, at: { path, line }, changes: { env, cwd: '/', ...user } });
  }
  for (const [, pattern = ''] of text.matchAll(/^\s*include\s+"?([^\s"]+)/gim)) {
    for (const each of call.files.rootfs.glob(pattern)) startAll(call, each, depth + 1);
  }
}
