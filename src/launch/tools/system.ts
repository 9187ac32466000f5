import { isUnknown } from '../../model/unknown.ts';
import { NeverEnds } from '../jumps.ts';
import { launchLimits } from '../limits.ts';
import { findProgram } from '../program.ts';
import { linesOf, type Status, unknownText } from '../texts.ts';
import { envArguments } from '../wrappers/env.ts';
import type { Tool } from './call.ts';

export const env: Tool = (call) => {
  const given = envArguments(call.args, call.process.env);
  if (given === undefined) return call.fail('invalid option', 125);
  const end = call.args.some((arg) => /^-[iv]*0|^--null/.test(arg)) ? '\0' : '\n';
  for (const [name, value] of given.env) call.out(`${name}=${value}${end}`);
  return 0;
};

export const printenv: Tool = (call) => {
  const names = call.args.filter((arg) => !arg.startsWith('-'));
  if (names.length === 0) return env(call);
  let status = 0;
  for (const name of names) {
    const value = call.process.env.get(name);
    if (value === undefined) status = 1;
    else call.out(`${value}\n`);
  }
  return status;
};

/** `sleep`: time does not count here; `sleep infinity` is how a container is kept alive. */
export const sleep: Tool = (call) => {
  if (call.args.some((arg) => /^(inf|infinity)$/i.test(arg))) throw new NeverEnds();
  return 0;
};

export const uname: Tool = (call) => {
  const letters = call.args
    .filter((arg) => /^-[a-z]+$/.test(arg))
    .join('')
    .replaceAll('-', '');
  const isLinux = letters === '' || letters === 's' || call.args.includes('--kernel-name');
  call.out(isLinux ? 'Linux\n' : letters === 'o' ? 'GNU/Linux\n' : `${call.asUnknown}\n`);
  return 0;
};

/** Tools whose answer depends on the running system. */
export const unknowable: Tool = (call) => call.unknown();

/** Tools that change what no listener depends on, and succeed. */
export const nothing: Tool = () => 0;

/** Talks to something outside: whether that works can't be known, so both ways are looked at. */
export const outside: Tool = (call) => call.unknown();

export const which: Tool = (call) => {
  const names = call.args.filter((arg) => !arg.startsWith('-'));
  const from = { path: call.process.env.get('PATH') ?? '', cwd: call.process.cwd, user: call.process.user };
  let status: Status = names.length === 0 ? 1 : 0;
  for (const name of names) {
    const found = findProgram(call.files, name, from);
    if (found.kind === 'unknown') return call.unknown();
    if ('realPath' in found) call.out(`${found.path}\n`);
    else status = 1;
  }
  return status;
};

export const seq: Tool = (call) => {
  const options = call.optionsOf(
    call.args.map((arg) => (/^-\d/.test(arg) ? ` ${arg}` : arg)),
    { short: 's:wf:', long: { separator: true, 'equal-width': false, format: true }, permute: false },
  );
  if (options === undefined || options.has('f', 'format')) return call.unknown();
  const texts = options.rest.map((each) => each.trim());
  if (texts.some(isUnknown)) return call.unknown();
  const numbers = texts.map(Number);
  if (numbers.length === 0 || numbers.some(Number.isNaN)) return call.fail('invalid argument');
  const [first, step, last] =
    numbers.length === 1 ? [1, 1, numbers[0]] : numbers.length === 2 ? [numbers[0], 1, numbers[1]] : numbers;
  const items: string[] = [];
  const digits = Math.max(0, ...texts.map((text) => (text.split('.')[1] ?? '').length));
  const by = step as number;
  for (let i = 0; items.length < launchLimits.words; i++) {
    const value = (first as number) + i * by;
    if (by === 0 || (by > 0 ? value > (last as number) : value < (last as number))) break;
    items.push(value.toFixed(digits));
  }
  const width = options.has('w', 'equal-width') ? Math.max(0, ...items.map((item) => item.length)) : 0;
  const shown = items.map((item) => item.padStart(width, '0'));
  if (shown.length > 0) call.out(`${shown.join(options.value('s', 'separator') ?? '\n')}\n`);
  return 0;
};

export const yes: Tool = (call) => {
  const line = `${call.args.join(' ') || 'y'}\n`;
  call.out(line.repeat(Math.min(1_000, Math.ceil(65_536 / line.length))));
  return 0;
};

/** `cmp` and `diff`: whether two files differ; how they do is not worked out. */
export const compare: Tool = (call) => {
  const [left, right] = call.args.filter((arg) => !/^-./.test(arg));
  const [a, b] = [call.read(left ?? '-'), call.read(right ?? '-')];
  if (a === undefined || b === undefined) return 2;
  if (isUnknown(a) || isUnknown(b)) return call.process.condition ? undefined : 0;
  if (a === b) return 0;
  if (!call.args.some((arg) => /^-\w*[sq]|^--(silent|quiet|brief)/.test(arg)))
    call.out(unknownText(call.process.argv.join(' ')));
  return 1;
};

/** `comm`: lines of two sorted files, in three columns. */
export const comm: Tool = (call) => {
  const flags = call.args.filter((arg) => /^-[123]+$/.test(arg)).join('');
  const [left = '-', right = '-'] = call.args.filter((arg) => !/^-[123]+$/.test(arg));
  const [a, b] = [linesOf(call.read(left) ?? ''), linesOf(call.read(right) ?? '')];
  let [i, j] = [0, 0];
  const column = (number: number, line: string) => {
    if (flags.includes(String(number))) return;
    const before = [1, 2].filter((each) => each < number && !flags.includes(String(each))).length;
    call.out(`${'\t'.repeat(before)}${line}\n`);
  };
  while (i < a.length || j < b.length) {
    const [x, y] = [a[i], b[j]];
    if (y === undefined || (x !== undefined && x < y)) column(1, a[i++] as string);
    else if (x === undefined || y < x) column(2, b[j++] as string);
    else {
      column(3, x);
      i++;
      j++;
    }
  }
  return 0;
};
