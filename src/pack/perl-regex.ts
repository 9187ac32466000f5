/**
 * Whether a server that compiles Perl-compatible regular expressions (PCRE2) takes one. Only the form is looked at, in one
 * pass: no expression of an image is ever run. In doubt (`(?x)` with comments, callouts) it counts as good.
 */
export function isPerlRegex(text: string): boolean {
  return new PerlRegex(text).isGood();
}

const quantifier = /[*+?]|\{(\d+)(?:(,)(\d*))?\}/y;
const named = /\?(?:P?<(?![=!])|')([^>')]*)[>']?/y;
const opening =
  /\?(?:[:|>=!#]|<[=!]|\^?[imsxnJU]*(?:-[imsxnJU]*)?[:)]|P[=>]\w+\)|&\w+\)|R\)|[+-]?\d+\)|C\d*\)|\((?:\w+|<\w+>|'\w+'|[+-]\d+)\)|(?=\(\?))/y;
const posixClass = /\[([:.=])(\^?[a-z]*)\1\]/y;
const escapeSequence =
  /\\(?:[pP](?:\{\^?[\w ]+\}|[A-Z])|x(?:\{[0-9a-fA-F]+\}|(?!\{))|o\{[0-7]+\}|[gk](?:\{[^}]+\}|<[^>]+>|'[^']+'|-?\d+)|c[ -~]|[^pPxogkc])/y;
const posixNames =
  /^\^?(alpha|lower|upper|alnum|ascii|blank|cntrl|digit|graph|print|punct|space|word|xdigit)$/;

class PerlRegex {
  readonly #text: string;
  #at = 0;
  #depth = 0;
  #groups = 0;
  readonly #names = new Set<string>();
  readonly #numbers: number[] = [];
  /** Whether what was read last may be repeated. */
  #repeatable = false;

  constructor(text: string) {
    this.#text = text;
  }

  isGood(): boolean {
    while (this.#at < this.#text.length) if (!this.#item()) return false;
    return this.#depth === 0 && this.#numbers.every((number) => number <= this.#groups);
  }

  #item(): boolean {
    const char = this.#text[this.#at];
    if (char === '\\') return this.#escaped();
    if (char === '[') return this.#characterClass();
    if (char === '(') return this.#open();
    const repeats = this.#take(quantifier);
    if (repeats) return this.#repeat(repeats);
    this.#at += 1;
    if (char === ')') this.#depth -= 1;
    this.#repeatable = char !== '|' && char !== '^' && char !== '$';
    return this.#depth >= 0;
  }

  #repeat([, least, comma, most]: RegExpExecArray): boolean {
    const isPossible = this.#repeatable;
    this.#repeatable = false;
    // Lazy or possessive.
    if (/[?+]/.test(this.#text[this.#at] ?? '')) this.#at += 1;
    const inOrder = comma === undefined || most === '' || Number(least ?? 0) <= Number(most);
    return isPossible && inOrder && Number(least ?? 0) <= 65_535 && Number(most || 0) <= 65_535;
  }

  #escaped(): boolean {
    if (this.#text.startsWith('\\Q', this.#at)) return this.#quoted();
    const found = this.#take(escapeSequence);
    if (!found) return false;
    const word = found[0];
    const [, number = '0'] = /^\\([1-9])$/.exec(word) ?? [];
    if (number !== '0' && !/\d/.test(this.#text[this.#at] ?? '')) this.#numbers.push(Number(number));
    this.#repeatable = !/^\\[bBAzZGKE]/.test(word);
    return !/^\\[FIJLMTUYijlmquy]/.test(word) && !/^\\[89]/.test(word);
  }

  /** `\Q…\E`: as it is written; the end may be missing. */
  #quoted(): boolean {
    const end = this.#text.indexOf('\\E', this.#at);
    if (end !== this.#at + 2) this.#repeatable = true;
    this.#at = end < 0 ? this.#text.length : end + 2;
    return true;
  }

  #open(): boolean {
    this.#at += 1;
    this.#repeatable = false;
    // Verbs and what is new since: `(*UTF8)`, `(*ACCEPT)`.
    if (this.#take(/\*[A-Za-z_]+[^)]*\)/y)) return true;
    this.#depth += 1;
    if (this.#text[this.#at] !== '?') {
      this.#groups += 1;
      return true;
    }
    const name = this.#take(named);
    if (name) return this.#openNamed(name);
    const kind = this.#take(opening)?.[0];
    if (kind === '?#') this.#at = this.#text.indexOf(')', this.#at) + 1 || this.#text.length + 1;
    if (kind === '?|') this.#names.add('|');
    if (kind?.endsWith(')') && !kind.includes('(')) this.#depth -= 1;
    if (kind === '?#') this.#depth -= 1;
    this.#repeatable = /^\?(R|P>|&|[+-]?\d)/.test(kind ?? '');
    return kind !== undefined && this.#at <= this.#text.length;
  }

  #openNamed([word, name = '']: RegExpExecArray): boolean {
    this.#groups += 1;
    // Where branches count their groups anew, and with (?J), a name may come again.
    const isNew = !this.#names.has(name) || this.#names.has('|') || this.#text.includes('J');
    this.#names.add(name);
    return /[>']$/.test(word) && /^[A-Za-z_]\w*$/.test(name) && isNew;
  }

  #characterClass(): boolean {
    this.#at += this.#text[this.#at + 1] === '^' ? 2 : 1;
    // The last single character, which a hyphen may make a range of; a set of several can't begin or end one.
    let from: string | undefined;
    for (let isFirst = true; this.#at < this.#text.length; isFirst = false) {
      if (this.#text[this.#at] === ']' && !isFirst) {
        this.#at += 1;
        this.#repeatable = true;
        return true;
      }
      const isRange =
        this.#text[this.#at] === '-' && !isFirst && from !== undefined && this.#text[this.#at + 1] !== ']';
      if (isRange) this.#at += 1;
      const member = this.#member();
      if (member === undefined || (isRange && !isOrdered(from ?? '', member))) return false;
      from = isRange ? undefined : member;
    }
    return false;
  }

  /** One member of a class: a character, '' where that can't be told, `set` for several; undefined where it is none. */
  #member(): string | undefined {
    const posix = this.#take(posixClass);
    if (posix) return posix[1] === ':' && posixNames.test(posix[2] ?? '') ? 'set' : undefined;
    if (this.#text[this.#at] !== '\\') return this.#text[this.#at++];
    const word = this.#take(escapeSequence)?.[0];
    if (word === undefined || /^\\[FIJLMNRTUXYijlmquy]/.test(word)) return undefined;
    if (/^\\[dDwWsShHvVpP]/.test(word)) return 'set';
    return /^\\[^\w]$/.test(word) ? word.slice(1) : '';
  }

  #take(pattern: RegExp): RegExpExecArray | undefined {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text) ?? undefined;
    if (found) this.#at += found[0].length;
    return found;
  }
}

function isOrdered(from: string, to: string): boolean {
  if (from === 'set' || to === 'set') return false;
  return from === '' || to === '' || from <= to;
}
