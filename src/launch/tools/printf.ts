import { isUnknown } from '../../model/unknown.ts';
import { launchLimits } from '../limits.ts';
import { decodeEscapes, quoteWithBackslash } from '../shell/quoting.ts';
import { unknownText } from '../texts.ts';
import type { Tool } from './call.ts';

const directive = /%(?:%|([-+ #0]*)(\*|\d+)?(?:\.(\*|\d*))?([diouxXcsbqeEfFgG]))/g;

/** printf(1): the format is used again while arguments are left. */
export const printf: Tool = (call) => {
  const [first = '', ...more] = call.args[0] === '--' ? call.args.slice(1) : call.args;
  const format = decodeEscapes(first, 'printf').text;
  let rest: readonly string[] = more;
  let out = '';
  let status = 0;
  do {
    call.world.budget.spend(1 + out.length / 1024);
    const { text, used, failed } = formatText(format, rest);
    out += text;
    if (failed) status = 1;
    rest = rest.slice(used);
    if (used === 0 || out.length > launchLimits.text) break;
  } while (rest.length > 0);
  call.out(out);
  return status;
};

/** A format filled in once: the text, and how many arguments it took. */
export function formatText(
  format: string,
  args: readonly string[],
): { text: string; used: number; failed: boolean } {
  let used = 0;
  let failed = false;
  const next = () => args[used++];
  const text = format.replace(directive, (whole, flags = '', width, precision, type) => {
    if (type === undefined) return whole === '%%' ? '%' : whole;
    const wide = width === '*' ? next() : width;
    const precise = precision === '*' ? next() : precision;
    const converted = convert(type, next(), precise, flags);
    failed ||= converted === undefined;
    return pad(converted ?? '0', Number(wide ?? 0), flags, type);
  });
  return { text, used, failed };
}

function convert(
  type: string,
  value: string | undefined,
  precision: string | undefined,
  flags: string,
): string | undefined {
  const text = value ?? '';
  const limit = precision === undefined ? undefined : Number(precision);
  if (type === 's') return limit === undefined ? text : text.slice(0, limit);
  if (type === 'b') return decodeEscapes(text, 'echo').text;
  if (type === 'q') return quoteWithBackslash(text);
  if (type === 'c') return text.slice(0, 1);
  if (isUnknown(text)) return unknownText(`%${type} of ${text}`);
  const number = numberOf(text);
  if (number === undefined) return undefined;
  if (/[eEfFgG]/.test(type)) return fractional(type, Number(text || 0), limit);
  return integer(type, number, limit, flags);
}

function numberOf(text: string): bigint | undefined {
  if (text === '') return 0n;
  if (/^['"]/.test(text)) return BigInt(text.codePointAt(1) ?? 0);
  const trimmed = text.trim().slice(0, 80);
  if (/^[-+]?\d*\.\d+$/.test(trimmed)) return BigInt(Math.trunc(Number(trimmed)));
  const match = /^([-+]?)(0[xX][\da-fA-F]+|0[0-7]*|[1-9]\d*)$/.exec(trimmed);
  if (match === null) return undefined;
  const digits = match[2] as string;
  const value = BigInt(/^0\d/.test(digits) ? `0o${digits.slice(1)}` : digits);
  return match[1] === '-' ? -value : value;
}

function integer(type: string, number: bigint, precision: number | undefined, flags: string): string {
  const unsigned = BigInt.asUintN(64, number);
  const magnitude = number < 0n ? -number : number;
  const digits =
    type === 'd' || type === 'i'
      ? String(magnitude)
      : type === 'u'
        ? String(unsigned)
        : unsigned.toString(type === 'o' ? 8 : 16);
  const sized = digits.padStart(Math.min(precision ?? 0, 4_096), '0');
  const cased = type === 'X' ? sized.toUpperCase() : sized;
  const prefix = flags.includes('#') && /[xX]/.test(type) && number !== 0n ? `0${type}` : '';
  const isSigned = type === 'd' || type === 'i';
  const sign =
    isSigned && number < 0n
      ? '-'
      : isSigned && flags.includes('+')
        ? '+'
        : isSigned && flags.includes(' ')
          ? ' '
          : '';
  return sign + prefix + cased;
}

function fractional(type: string, number: number, precision = 6): string {
  const digits = Math.min(precision, 100);
  if (/[eE]/.test(type)) return number.toExponential(digits).replace(/e([-+])(\d)$/, 'e$10$2');
  if (/[fF]/.test(type)) return number.toFixed(digits);
  return String(Number(number.toPrecision(Math.max(1, digits))));
}

function pad(text: string, width: number, flags: string, type: string): string {
  const size = Math.min(Math.abs(width), 4_096);
  if (text.length >= size) return text;
  if (flags.includes('-') || width < 0) return text.padEnd(size);
  if (!flags.includes('0') || /[csbq]/.test(type)) return text.padStart(size);
  const sign = /^[-+]/.exec(text)?.[0] ?? '';
  return sign + text.slice(sign.length).padStart(size - sign.length, '0');
}
