import type { Word, WordPart } from 'unbash';

/** The parser ends a word before `<(…)` inside it (`--file=<(…)`): words without a blank between them are one. */
export function joinAdjacent(words: readonly Word[]): readonly Word[] {
  if (!words.some((word, index) => word.pos === words[index - 1]?.end)) return words;
  const joined: Word[] = [];
  for (const word of words) {
    const before = joined.at(-1);
    if (before === undefined || word.pos !== before.end) joined.push(word);
    else joined[joined.length - 1] = joinedWord(before, word);
  }
  return joined;
}

function joinedWord(before: Word, after: Word): Word {
  return {
    ...before,
    text: before.text + after.text,
    value: before.value + after.value,
    end: after.end,
    parts: [...partsOf(before), ...partsOf(after)],
  };
}

function partsOf({ parts, pos, end, value, text }: Word): readonly WordPart[] {
  return parts ?? [{ type: 'Literal', pos, end, value, text }];
}
