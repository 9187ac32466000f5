import { randomBytes } from 'node:crypto';
import { accessSync, constants, realpathSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { BerthwatchError } from '../base/errors.ts';
import type { Output } from './io.ts';

/** Where results go. */
export interface Sink extends Output {
  /** To be called once all is written. */
  close(): void;
}

/**
 * The given output, or a file that is there whole or not at all. Throws OUTPUT_UNWRITABLE, at once where it can be
 * known at once.
 */
export function openOutput(file: string | undefined, out: Output): Sink {
  if (file === undefined) return { ...out, close: () => {} };
  mustBeWritable(file);
  const texts: string[] = [];
  return {
    isTerminal: false,
    columns: undefined,
    write: (text) => void texts.push(text),
    close: () => replaceFile(file, texts.join('')),
  };
}

function mustBeWritable(file: string): void {
  try {
    const stat = statSync(file, { throwIfNoEntry: false });
    if (stat?.isDirectory()) throw new Error('it is a folder');
    accessSync(stat && !stat.isFile() ? file : dirname(targetOf(file)), constants.W_OK);
  } catch (cause) {
    throw unwritable(file, cause);
  }
}

/** A link's target is replaced, not the link; a device or pipe is written to. */
function replaceFile(file: string, text: string): void {
  const target = targetOf(file);
  const stat = statSync(target, { throwIfNoEntry: false });
  const temporary = `${target}.${randomBytes(6).toString('hex')}.tmp`;
  try {
    if (stat && !stat.isFile()) {
      writeFileSync(target, text);
      return;
    }
    writeFileSync(temporary, text, { flag: 'wx' });
    renameSync(temporary, target);
  } catch (cause) {
    rmSync(temporary, { force: true });
    throw unwritable(file, cause);
  }
}

function targetOf(file: string): string {
  try {
    return realpathSync(file);
  } catch {
    return file;
  }
}

function unwritable(file: string, cause: unknown): BerthwatchError {
  return new BerthwatchError('OUTPUT_UNWRITABLE', `can't write ${file}`, {
    place: file,
    cause,
    next: 'name a file in a folder that exists and that you may write to',
  });
}
