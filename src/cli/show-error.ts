import { BerthwatchError } from '../base/errors.ts';
import type { Io } from './io.ts';
import { paragraph } from './text/labelled.ts';
import { paintFor } from './text/paint.ts';
import { span } from './text/styled.ts';

/** What happened, where, why, and what to do next. A stack only for those who debug Berthwatch itself. */
export function showError(error: unknown, { err, env }: Pick<Io, 'err' | 'env'>): string {
  const page = { width: err.columns, paint: paintFor('auto', err, env) };
  const { what, details } = error instanceof BerthwatchError ? known(error) : unexpected(error);
  const lines = [
    ...paragraph(what, 0, page, [span('error: ', 'bad')]),
    ...details.flatMap(({ label, text }) => paragraph(text, 2, page, [span(label.padEnd(7))])),
  ];
  const stack = env.BERTHWATCH_DEBUG && error instanceof Error ? `${error.stack}\n` : '';
  return `${lines.join('\n')}\n${stack}`;
}

interface Told {
  what: string;
  details: { label: string; text: string }[];
}

function known(error: BerthwatchError): Told {
  const [first = '', ...more] = error.message.split('\n');
  const details = more.map((text) => ({ label: '', text }));
  if (error.place !== undefined && !error.message.includes(error.place))
    details.push({ label: 'where:', text: error.place });
  const cause = causeOf(error);
  if (cause !== undefined && !error.message.includes(cause)) details.push({ label: 'cause:', text: cause });
  if (error.next !== undefined) details.push({ label: 'next:', text: error.next });
  return { what: `${first} [${error.code}]`, details };
}

function unexpected(error: unknown): Told {
  const message = error instanceof Error ? error.message : String(error);
  const next = 'this is a defect of Berthwatch; please report it with the output of BERTHWATCH_DEBUG=1';
  return { what: `unexpected: ${message.split('\n')[0]}`, details: [{ label: 'next:', text: next }] };
}

function causeOf({ cause }: BerthwatchError): string | undefined {
  if (cause === undefined || cause === null) return undefined;
  const text = cause instanceof Error ? cause.message : String(cause);
  return text.split('\n')[0];
}
