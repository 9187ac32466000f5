import { limits } from '../../base/limits.ts';
import type { Draft } from '../draft.ts';
import { readToken, type Token } from './token.ts';

export interface Term {
  kind: 'atom' | 'number' | 'string' | 'binary' | 'list' | 'tuple';
  /** Of a scalar. */
  text: string;
  /** Of a list or tuple. */
  items: Term[];
  start: number;
  end: number;
}

const closers: Readonly<Record<string, string>> = { '[': ']', '{': '}', '#{': '}', '<<': '>>' };

/**
 * Reads the terms of a text, each ended by a dot. What is no term is reported once for each term and left out. A map
 * counts as a list of pairs, a binary of numbers as a list.
 */
export function readTerms(draft: Draft, from: number): Term[] {
  const reader = new TermReader(draft);
  let pos = from;
  for (let token = readToken(draft.text, pos); token; token = readToken(draft.text, pos)) {
    reader.token(token);
    pos = token.end;
  }
  return reader.finish();
}

class TermReader {
  readonly #draft: Draft;
  readonly #top: Term[] = [];
  readonly #open: { term: Term; closer: string }[] = [];
  /** Brackets open inside a term that is too deep to be kept. */
  #skipped = 0;
  /** One report for each top term. */
  #hasReported = false;
  #needsDot: Token | undefined;

  constructor(draft: Draft) {
    this.#draft = draft;
  }

  token(token: Token): void {
    if (token.value === '.' && token.kind === 'punctuation' && this.#open.length === 0) {
      this.#needsDot = undefined;
      this.#hasReported = false;
      return;
    }
    this.#needsDot = token;
    if (token.kind === 'punctuation') this.#punctuation(token);
    else if (token.kind === 'other') this.#report(token, 'no Erlang term');
    else if (this.#skipped === 0) this.#scalar(token, token.kind);
  }

  finish(): Term[] {
    const unclosed = this.#open.at(-1)?.term;
    if (unclosed) this.#draft.report(unclosed.start, unclosed.start + 1, 'not closed at the end of the file');
    else if (this.#needsDot)
      this.#draft.report(this.#needsDot.start, this.#needsDot.end, 'no "." behind the term');
    return this.#top;
  }

  #punctuation(token: Token): void {
    const closer = closers[token.value];
    if (closer !== undefined) this.#openTerm(token, closer);
    else if (token.value === ']' || token.value === '}' || token.value === '>>') this.#close(token);
    else if (token.value === '.' || token.value === '|') this.#report(token, `unexpected "${token.value}"`);
  }

  #openTerm(token: Token, closer: string): void {
    if (this.#skipped > 0 || this.#open.length >= limits.configDepth) {
      if (this.#skipped++ === 0) this.#tooDeep(token);
      return;
    }
    const kind = token.value === '{' ? 'tuple' : 'list';
    const term: Term = { kind, text: '', items: [], start: token.start, end: token.end };
    this.#siblings().push(term);
    this.#open.push({ term, closer });
  }

  #close(token: Token): void {
    if (this.#skipped > 0) {
      this.#skipped--;
      return;
    }
    const top = this.#open.at(-1);
    if (!top || top.closer !== token.value) {
      this.#report(token, `unexpected "${token.value}"`);
      return;
    }
    top.term.end = token.end;
    this.#open.pop();
  }

  #scalar(token: Token, kind: Term['kind']): void {
    const siblings = this.#siblings();
    const before = siblings.at(-1);
    // Strings in a row are one.
    if (
      kind === 'string' &&
      before?.kind === 'string' &&
      !/[^\s]/.test(this.#draft.text.slice(before.end, token.start))
    ) {
      before.text += token.value;
      before.end = token.end;
    } else siblings.push({ kind, text: token.value, items: [], start: token.start, end: token.end });
  }

  #siblings(): Term[] {
    return this.#open.at(-1)?.term.items ?? this.#top;
  }

  #tooDeep(token: Token): void {
    this.#draft.report(
      token.start,
      token.end,
      `nested deeper than ${limits.configDepth} levels: not read`,
      false,
    );
  }

  #report(token: Token, message: string): void {
    if (!this.#hasReported) this.#draft.report(token.start, token.end, message);
    this.#hasReported = true;
  }
}
