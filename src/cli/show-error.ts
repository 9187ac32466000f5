import { BerthwatchError } from '../base/errors.ts';
import type { Io } from './io.ts';
import { paintFor } from './text/paint.ts';
import { printable } from './text/printable.ts';

/** What happened, where, why, and what to do next. A stack only for those who debug Berthwatch itself. */
export function showError(error: unknown, { err, env }: Pick<Io, 'err' | 'env'>): string {
  const paint = paintFor('auto', err, env);
  const lines = error instanceof BerthwatchError ? known(error) : unexpected(error);
  const [first = '', ...more] = lines;
  const stack = env.BERTHWATCH_DEBUG && error instanceof Error ? `${error.stack}\n` : '';
  const details = more.map((line) => `  ${line}\n`).join('');
  return `${paint('error:', 'bad')} ${first}\n${details}${stack}`;
}

function known(error: BerthwatchError): string[] {
  const [what = '', ...more] = error.message.split('\n').map(printable);
  const lines = [`${what} [${error.code}]`, ...more];
  if (error.place !== undefined && !error.message.includes(error.place))
    lines.push(`where: ${printable(error.place)}`);
  const cause = causeOf(error);
  if (cause !== undefined && !error.message.includes(cause)) lines.push(`cause: ${printable(cause)}`);
  if (error.next !== undefined) lines.push(`next:  ${printable(error.next)}`);
  return lines;
}

function unexpected(error: unknown): string[] {
  const message = error instanceof Error ? error.message : String(error);
  return [
    `unexpected: ${printable(message.split('\n')[0] ?? '')}`,
    'next:  this is a defect of Berthwatch; please report it with the output of BERTHWATCH_DEBUG=1',
  ];
}

function causeOf({ cause }: BerthwatchError): string | undefined {
  if (cause === undefined || cause === null) return undefined;
  const text = cause instanceof Error ? cause.message : String(cause);
  return text.split('\n')[0];
}
