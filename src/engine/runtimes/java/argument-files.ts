import { posix } from 'node:path';
import { isUnknown } from '../../../model/unknown.ts';
import type { Rootfs } from '../../../rootfs/rootfs.ts';
import type { Given } from '../runtime.ts';
import { readArgumentFile } from './argument-file.ts';

/** Words of a command line, `before` by variable and `typed` by hand. */
interface Words {
  before: Given[];
  typed: Given[];
}

/** Options whose next word is no file of arguments, see java(1). */
const keepsNext =
  /^(-cp|-classpath|--class-path|-p|--module-path|--upgrade-module-path|--add-modules|--limit-modules|--add-reads|--add-exports|--add-opens|--patch-module|--source|--enable-native-access|-d|--describe-module)$/;

/**
 * Puts the words of files in for `@FILE`, up to the class or archive that is run; `@@x` is the word `@x` (java(1), "java
 * Command-Line Argument Files"). Such a file names no others.
 */
export function expandArgumentFiles(
  before: readonly Given[],
  typed: readonly Given[],
  cwd: string,
  rootfs: Rootfs,
  complain: (problem: string) => void,
): Words {
  const state = { isOver: false };
  const expand = (words: readonly Given[]) =>
    expandWords(words, state, (name) => {
      const path = posix.resolve(cwd, name);
      const text = rootfs.readText(path);
      if (text === undefined) complain(`its file of arguments ${path} is missing`);
      return text === undefined ? [] : readArgumentFile(text, path);
    });
  return { before: expand(before), typed: expand(typed) };
}

function expandWords(
  words: readonly Given[],
  state: { isOver: boolean },
  read: (name: string) => Given[],
): Given[] {
  const result: Given[] = [];
  let isValue = false;
  for (const word of words) {
    const { value } = word;
    if (state.isOver || isValue) result.push(word);
    else if (value.startsWith('@@')) result.push({ ...word, value: value.slice(1) });
    else if (value.startsWith('@') && value.length > 1) {
      const inside = read(value.slice(1));
      result.push(...inside);
      state.isOver ||= endsOptions(inside);
      continue;
    } else if (value !== '--disable-@files') result.push(word);
    state.isOver ||= value === '--disable-@files' || (!isValue && isMain(value));
    isValue = !isValue && keepsNext.test(value);
  }
  return result;
}

/** Whether a file has named what is to be run. */
function endsOptions(words: readonly Given[]): boolean {
  return words.some(({ value }, index) => {
    const isValue = keepsNext.test(words[index - 1]?.value ?? '');
    return !isValue && isMain(value);
  });
}

function isMain(value: string): boolean {
  return (!value.startsWith('-') && !isUnknown(value)) || value === '-m' || value.startsWith('--module');
}
