import { FileStream, Buffer as Pipe, type Stream } from '../../io.ts';
import type { Call, Tool } from '../../tools/call.ts';
import { become } from './commands.ts';

/** `redirfd -r|-w|-a|-u|-x FD FILE PROG…`: a file in the place of a descriptor. */
export const redirectFd: Tool = (call) => {
  const options = call.optionsOf(call.args, { short: 'rwaucxnbs', permute: false });
  const [fd, path, ...rest] = options?.rest ?? [];
  if (!options || fd === undefined || path === undefined) return call.fail('usage', 100);
  const mode = options.options.findLast(({ name }) => 'rwaux'.includes(name))?.name ?? '';
  const stream = open(call, path, mode);
  if (stream === undefined) return call.fail(`unable to open ${path}`, 111);
  return become(call, rest, { io: call.process.io.with([[Number(fd), stream]]) });
};

function open(call: Call, path: string, mode: string): Stream | undefined {
  const at = call.path(path);
  if (mode === 'r') {
    const text = call.read(path);
    return text === undefined ? undefined : new Pipe(text);
  }
  if (at.startsWith('/dev/')) return new Pipe();
  if (mode === 'x' && call.files.look(at) !== 'missing') return undefined;
  const isNew = mode === 'w' || mode === 'x' || call.files.look(at) === 'missing';
  if (isNew && call.files.write(at, '', call.access) !== undefined) return undefined;
  return new FileStream(call.files, at, call.access);
}
