import { isUnknown } from '../../model/unknown.ts';
import { NeverEnds } from '../jumps.ts';
import { linesOf } from '../texts.ts';
import type { Call, Tool } from './call.ts';

export const cat: Tool = (call) => {
  const options = call.options({ short: 'AbeEnstTuv', lenient: true });
  if (options === undefined) return 1;
  const { texts, status } = call.readAll(options.rest);
  const text = texts.map((each) => each.text).join('');
  call.out(options.has('n', 'b') ? numbered(text) : text);
  return status;
};

function numbered(text: string): string {
  return linesOf(text)
    .map((line, index) => `${String(index + 1).padStart(6)}\t${line}\n`)
    .join('');
}

/** `head` and `tail`: the count, with its sign, of lines or bytes. */
function counts(
  call: Call,
): { lines: string; bytes: string | undefined; rest: string[]; follows: boolean } | undefined {
  // `head -5` is the old form of `head -n 5`, and `tail +5` of `tail -n +5`.
  const old = call.name.endsWith('tail') ? /^[-+]\d+$/ : /^-\d+$/;
  const [first = '', ...others] = call.args;
  const plus = old.test(first) ? [`-n${first.replace(/^-/, '')}`, ...others] : call.args;
  const options = call.optionsOf(plus, {
    short: 'n:c:qvfFzs:',
    long: {
      lines: true,
      bytes: true,
      quiet: false,
      verbose: false,
      follow: 'optional',
      pid: true,
      retry: false,
    },
  });
  if (options === undefined) return undefined;
  return {
    lines: options.value('n', 'lines') ?? '10',
    bytes: options.value('c', 'bytes'),
    rest: options.rest,
    follows: options.has('f', 'F', 'follow'),
  };
}

const size = (count: string) => Number.parseInt(count.replace(/^[-+]/, ''), 10) || 0;

export const head: Tool = (call) => {
  const wanted = counts(call);
  if (wanted === undefined) return call.unknown();
  const { texts, status } = call.readAll(wanted.rest);
  for (const { text } of texts) {
    if (wanted.bytes !== undefined) {
      const count = size(wanted.bytes);
      call.out(
        isUnknown(text)
          ? call.asUnknown
          : wanted.bytes.startsWith('-')
            ? text.slice(0, -count)
            : text.slice(0, count),
      );
      continue;
    }
    const lines = text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
    const end = wanted.lines.startsWith('-')
      ? Math.max(0, lines.length - size(wanted.lines))
      : size(wanted.lines);
    call.out(lines.slice(0, end).join(''));
  }
  return status;
};

export const tail: Tool = (call) => {
  const wanted = counts(call);
  if (wanted === undefined) return call.unknown();
  if (wanted.follows) throw new NeverEnds();
  const { texts, status } = call.readAll(wanted.rest);
  for (const { text } of texts) {
    if (wanted.bytes !== undefined) {
      const count = size(wanted.bytes);
      call.out(
        isUnknown(text)
          ? call.asUnknown
          : wanted.bytes.startsWith('+')
            ? text.slice(count - 1)
            : count === 0
              ? ''
              : text.slice(-count),
      );
      continue;
    }
    const lines = text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
    const count = size(wanted.lines);
    const start = wanted.lines.startsWith('+') ? Math.max(0, count - 1) : Math.max(0, lines.length - count);
    call.out(lines.slice(start).join(''));
  }
  return status;
};

export const tac: Tool = (call) => {
  const { texts, status } = call.readAll(call.args);
  for (const { text } of texts) call.out((text.match(/[^\n]*\n|[^\n]+$/g) ?? []).reverse().join(''));
  return status;
};

export const rev: Tool = (call) => {
  const { texts, status } = call.readAll(call.args);
  for (const { text } of texts) {
    call.out(
      isUnknown(text)
        ? call.asUnknown
        : linesOf(text)
            .map((line) => `${[...line].reverse().join('')}\n`)
            .join(''),
    );
  }
  return status;
};

export const tee: Tool = (call) => {
  const options = call.options({ short: 'aip', long: { append: false, 'ignore-interrupts': false } });
  if (options === undefined) return 1;
  const text = call.stdin();
  let status = 0;
  for (const path of options.rest) {
    if (path === '/dev/null' || path === '-') continue;
    const append = options.has('a', 'append') && !path.startsWith('/dev/');
    const error = append ? call.files.append(call.path(path), text, call.access) : undefined;
    if (error) call.fail(`${path}: ${error}`);
    const done = append ? error === undefined : call.write(path, text);
    if (!done) status = 1;
  }
  call.out(text);
  return status;
};

export const wc: Tool = (call) => {
  const options = call.options({
    short: 'clmwL',
    long: { lines: false, bytes: false, chars: false, words: false },
  });
  if (options === undefined) return 1;
  const { texts, status } = call.readAll(options.rest);
  const all = options.options.length === 0;
  const isUnnamed = options.rest.length === 0;
  for (const { path, text } of texts) {
    if (isUnknown(text)) {
      call.out(`${call.asUnknown}\n`);
      continue;
    }
    const numbers = [
      ...(all || options.has('l', 'lines') ? [text.split('\n').length - 1] : []),
      ...(all || options.has('w', 'words') ? [(text.match(/\S+/g) ?? []).length] : []),
      ...(options.has('m', 'chars') ? [[...text].length] : []),
      ...(all || options.has('c', 'bytes') ? [Buffer.byteLength(text)] : []),
    ];
    const width = numbers.length === 1 && isUnnamed ? 0 : isUnnamed ? 7 : 0;
    call.out(
      `${numbers.map((each) => String(each).padStart(width)).join(' ')}${isUnnamed ? '' : ` ${path}`}\n`,
    );
  }
  return status;
};

export const base64: Tool = (call) => {
  const options = call.options({
    short: 'diw:',
    long: { decode: false, wrap: true, 'ignore-garbage': false },
  });
  const text = options && call.readAll(options.rest).texts[0]?.text;
  if (options === undefined || text === undefined) return 1;
  if (isUnknown(text)) return call.unknown();
  if (options.has('d', 'decode')) {
    call.out(Buffer.from(text, 'base64').toString());
    return 0;
  }
  const encoded = Buffer.from(text).toString('base64');
  const wrap = Number(options.value('w', 'wrap') ?? 76);
  const lines = wrap > 0 ? (encoded.match(new RegExp(`.{1,${wrap}}`, 'g')) ?? []) : [encoded];
  call.out(lines.join('\n') + (wrap > 0 ? '\n' : ''));
  return 0;
};
