export interface IniValue {
  /** Quotes and comments gone, variables replaced where they can be looked up, else as written. */
  text: string;
  /** How many characters of the line it takes, with what stands before it. */
  length: number;
  hasVariables: boolean;
  /** Why PHP would not take it. */
  flaw?: string;
}

type LookUp = (name: string) => string | undefined;

const variable = /\$\{([^}]*)\}/y;
const yes = /^(?:true|on|yes)$/i;
const no = /^(?:false|off|no|none|null)$/i;

/** Reads what stands behind `=`. Without `lookUp` variables are left as they are. */
export function readValue(line: string, lookUp?: LookUp): IniValue {
  const reader = new ValueReader(line, lookUp);
  reader.read();
  const { text, length, hasVariables, isBare, flaw } = reader;
  const word = isBare && yes.test(text) ? '1' : isBare && no.test(text) ? '' : text;
  return { text: word, length, hasVariables, ...(flaw !== undefined && { flaw }) };
}

class ValueReader {
  text = '';
  length = 0;
  hasVariables = false;
  /** Nothing of it was quoted or a variable. */
  isBare = true;
  flaw: string | undefined;
  readonly #line: string;
  readonly #lookUp: LookUp | undefined;

  constructor(line: string, lookUp: LookUp | undefined) {
    this.#line = line;
    this.#lookUp = lookUp;
  }

  read(): void {
    let blanks = '';
    let pos = 0;
    while (pos < this.#line.length && this.#line[pos] !== ';') {
      const char = this.#line[pos] as string;
      if (/\s/.test(char)) {
        blanks += char;
        pos++;
        continue;
      }
      // Blanks behind double quotes don't count, those behind single quotes do.
      if (this.length > 0 && this.#line[this.length - 1] !== '"') this.text += blanks;
      blanks = '';
      pos = this.#readPart(pos);
      this.length = pos;
    }
  }

  /** Reads one piece and gives where the next begins. */
  #readPart(pos: number): number {
    const char = this.#line[pos] as string;
    if (char === '"' || char === "'") return this.#readQuoted(pos + 1, char);
    const behind = this.#readVariable(pos);
    if (behind !== undefined) return behind;
    if ('=!()'.includes(char)) this.flaw = `"${char}" without quotes`;
    if (this.#line.startsWith('${', pos)) this.flaw = 'a variable is not closed';
    this.text += char;
    return pos + 1;
  }

  #readQuoted(start: number, quote: string): number {
    this.isBare = false;
    let pos = start;
    while (pos < this.#line.length && this.#line[pos] !== quote) {
      const next = this.#line[pos + 1] ?? '';
      const behind = quote === '"' ? this.#readVariable(pos) : undefined;
      if (behind !== undefined) pos = behind;
      else if (quote === '"' && this.#line[pos] === '\\' && /["'\\]/.test(next)) {
        this.text += next;
        pos += 2;
      } else this.text += this.#line[pos++];
    }
    if (pos >= this.#line.length) this.flaw = 'a quote is not closed';
    return Math.min(pos + 1, this.#line.length);
  }

  #readVariable(pos: number): number | undefined {
    variable.lastIndex = pos;
    const [whole, name = ''] = variable.exec(this.#line) ?? [];
    if (whole === undefined) return undefined;
    this.hasVariables = true;
    this.isBare = false;
    this.text += this.#lookUp ? (this.#lookUp(name) ?? '') : whole;
    return pos + whole.length;
  }
}
