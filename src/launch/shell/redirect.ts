import type { Redirect, RedirectDescriptor, Redirection } from 'unbash';
import { isUnknown } from '../../model/unknown.ts';
import { Buffer, FileStream, type Io, Sink, type Stream } from '../io.ts';
import { unknownText } from '../texts.ts';
import type { Shell } from './shell.ts';
import { expandHereDocument, expandText } from './words.ts';

/** The descriptors with redirections applied, in order; undefined, with a message, when one fails. */
export function redirect(
  shell: Shell,
  redirections: readonly Redirection[],
  io: Io = shell.io,
): Io | undefined {
  if (redirections.length === 0) return io;
  const next = io.with();
  for (const redirection of redirections) {
    shell.world.budget.spend();
    if (!apply(shell, redirection, next)) return undefined;
  }
  return next;
}

function apply(shell: Shell, redirection: Redirection, io: Io): boolean {
  if (redirection.type === 'HereDoc') {
    io.set(
      descriptor(shell, redirection.descriptor, io, 0),
      new Buffer(expandHereDocument(shell, redirection)),
    );
    return true;
  }
  if (redirection.type === 'HereString') {
    const text = redirection.target ? expandText(shell, redirection.target) : '';
    io.set(descriptor(shell, redirection.descriptor, io, 0), new Buffer(`${text}\n`));
    return true;
  }
  return applyFile(shell, redirection, io);
}

function applyFile(shell: Shell, { operator, descriptor: given, target }: Redirect, io: Io): boolean {
  const word = target ? expandText(shell, target) : '';
  const reads = operator === '<' || operator === '<&' || operator === '<>';
  const fd = descriptor(shell, given, io, reads ? 0 : 1);
  if (operator === '<&' || (operator === '>&' && (/^(\d+|-)-?$/.test(word) || given !== undefined))) {
    return duplicate(shell, io, fd, word);
  }
  const both = operator === '&>' || operator === '&>>' || operator === '>&';
  const stream = open(shell, io, word, operator);
  if (stream === undefined) return false;
  io.set(fd, stream);
  if (both) io.set(2, stream);
  return true;
}

function descriptor(shell: Shell, given: RedirectDescriptor | undefined, io: Io, usual: number): number {
  if (given === undefined) return usual;
  if (given.type === 'FileDescriptor') return given.value;
  const known = Number(shell.vars.text(given.name));
  const fd = io.get(known) && known > 2 ? known : io.free();
  shell.vars.set(given.name, String(fd));
  return fd;
}

function duplicate(shell: Shell, io: Io, fd: number, word: string): boolean {
  if (word === '-') {
    io.set(fd, undefined);
    return true;
  }
  if (isUnknown(word)) {
    io.set(fd, new Sink());
    return true;
  }
  const from = Number.parseInt(word, 10);
  const stream = io.get(from);
  if (stream === undefined) {
    shell.error(`${word}: bad file descriptor`);
    return false;
  }
  io.set(fd, stream);
  if (word.endsWith('-')) io.set(from, undefined);
  return true;
}

type Operator = Redirect['operator'];

function open(shell: Shell, io: Io, word: string, operator: Operator): Stream | undefined {
  const special = specialFile(shell, io, word);
  if (special) return special;
  const path = shell.path(word);
  const { files } = shell.world;
  if (isUnknown(word)) return operator === '<' ? new Buffer(unknownText(word)) : new Sink();
  if (operator === '<') {
    const read = files.read(path, shell.access);
    if ('text' in read) return new Buffer(read.text);
    shell.error(`${word}: ${read.error}`);
    return undefined;
  }
  const keeps = operator === '>>' || operator === '&>>' || operator === '<>';
  const error = keeps ? files.append(path, '', shell.access) : files.write(path, '', shell.access);
  if (error) {
    shell.error(`${word}: ${error}`);
    return undefined;
  }
  return new FileStream(files, path, shell.access);
}

function specialFile(shell: Shell, io: Io, word: string): Stream | undefined {
  if (word === '/dev/null') return new Sink();
  const standard = { '/dev/stdin': 0, '/dev/stdout': 1, '/dev/stderr': 2 }[word];
  const numbered = /^\/(?:dev|proc\/self)\/fd\/(\d+)$/.exec(word)?.[1];
  const fd = standard ?? (numbered === undefined ? undefined : Number(numbered));
  if (fd !== undefined) return io.get(fd) ?? shell.io.get(fd) ?? new Sink();
  if (/^\/proc\/\d+\/fd\/[12]$/.test(word)) return shell.world.log;
  // bash opens a connection for /dev/tcp/HOST/PORT; what comes of it can't be known.
  if (/^\/dev\/(tcp|udp)\//.test(word)) return new Buffer(unknownText(word));
  return undefined;
}
