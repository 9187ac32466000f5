import { readFileSync } from 'node:fs';
import { BerthwatchError } from '../../base/errors.ts';
import { offsetOf } from '../../pack/load.ts';
import type { DefenderConfig } from './schema.ts';

const mostBytes = 1024 * 1024;

/** Reads a defender's configuration. Throws CONFIG_INVALID that names every problem by line. */
export async function loadConfig(path: string): Promise<DefenderConfig> {
  const text = readConfig(path);
  // Loaded only where there is a file: a defender without one needs neither.
  const { LineCounter, parseDocument } = await import('yaml');
  const { configSchema } = await import('./schema.ts');
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  const at = (offset: number) => {
    const { line, col } = lines.linePos(offset);
    return `${path}:${line}:${col}`;
  };
  const [wrong] = document.errors;
  if (wrong !== undefined) throw invalid([`${at(wrong.pos[0])}: ${wrong.message.split('\n')[0]}`], path);
  const checked = configSchema.safeParse(document.toJS() ?? {});
  if (checked.success) return checked.data;
  const problems = checked.error.issues.map(({ path: keys, message }) => {
    const words = [keys.join('.'), message].filter(Boolean).join(': ');
    return `${at(offsetOf(document, keys))}: ${words}`;
  });
  throw invalid(problems, path);
}

function readConfig(path: string): string {
  try {
    const text = readFileSync(path, 'utf8');
    if (text.length <= mostBytes) return text;
  } catch (error) {
    throw invalid([`${path} can't be read: ${(error as Error).message}`], path);
  }
  throw invalid([`${path} is larger than ${mostBytes} bytes`], path);
}

function invalid(problems: readonly string[], path: string): BerthwatchError {
  return new BerthwatchError('CONFIG_INVALID', problems.join('\n'), {
    place: path,
    next: 'mend the file; docs/defender.md explains every word',
  });
}
