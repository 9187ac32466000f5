import type { Io, Output } from '../io.ts';

export type Style = 'title' | 'label' | 'faint' | 'good' | 'warn' | 'bad';
export type ColorChoice = 'auto' | 'always' | 'never';

/** Puts a text into a style, or leaves it as it is where there are no colours. */
export type Paint = (text: string, style: Style | undefined) => string;

/** SGR parameters (ECMA-48 8.3.117): the eight basic colours only, which every terminal's theme makes readable. */
const parameters: Readonly<Record<Style, string>> = {
  title: '1',
  label: '1',
  faint: '2',
  good: '32',
  warn: '33',
  bad: '31',
};

const colored: Paint = (text, style) =>
  style === undefined || text === '' ? text : `\x1b[${parameters[style]}m${text}\x1b[0m`;

export const plain: Paint = (text) => text;

/** `auto`: colours on a terminal, unless NO_COLOR says otherwise or the terminal has none. */
export function paintFor(choice: ColorChoice, output: Output, env: Io['env']): Paint {
  if (choice === 'always') return colored;
  if (choice === 'never' || !output.isTerminal) return plain;
  return env.NO_COLOR || env.TERM === 'dumb' ? plain : colored;
}
