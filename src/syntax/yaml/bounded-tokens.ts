import { type CST, Lexer, Parser } from 'yaml';
import { limits } from '../../base/limits.ts';

/** Control characters that the lexer puts between the pieces of text. */
const documentStart = '\x02';
const flowCancelled = '\x18';
const scalarFollows = '\x1f';

/** The parser's stack is a little deeper than the nodes are nested; the tree's own bound is met first. */
const stackLimit = limits.configDepth + 10;
/** Each costs the parser some hundred bytes. A dense megabyte has 560,000. */
const lexemeLimit = 600_000;
const errorLimit = 1_000;

export interface BoundedTokens {
  /** For a composer. */
  tokens: Generator<CST.Token, void>;
  /** Where reading stopped for being too much; known when the tokens have been read. */
  stoppedAt(): number | undefined;
}

/**
 * The parser's tokens, with everything nested too deep blanked out before the parser sees it: it recurses, and
 * very deep nesting ends the whole process. The lexer does not recurse. Offsets stay those of the text.
 */
export function boundedTokens(text: string): BoundedTokens {
  let stopped: number | undefined;
  function* read(): Generator<CST.Token, void> {
    const parser = new Parser();
    const blanker = new Blanker(parser);
    let count = 0;
    let errors = 0;
    for (const lexeme of new Lexer().lex(text)) {
      if (++count > lexemeLimit || errors > errorLimit) {
        stopped = parser.offset;
        break;
      }
      for (const piece of blanker.pieces(lexeme)) {
        for (const token of parser.next(piece)) {
          yield token;
          if (token.type === 'error') errors++;
        }
      }
    }
    yield* parser.end();
  }
  return { tokens: read(), stoppedAt: () => stopped };
}

/** Decides which lexemes the parser gets as they are, and which as blanks of the same length. */
class Blanker {
  readonly #parser: Parser;
  /** Brackets open at the moment, whether blanked or not. */
  #flowLevel = 0;
  /** Blanking goes on until a bracket closes this level … */
  #untilLevel: number | undefined;
  /** … or until a line begins left of this column. */
  #untilColumn: number | undefined;
  #column = 0;
  #isScalar = false;

  constructor(parser: Parser) {
    this.#parser = parser;
  }

  pieces(lexeme: string): string[] {
    const isScalar = this.#isScalar;
    this.#isScalar = !isScalar && lexeme === scalarFollows;
    if (!isScalar && !this.#resumeLeft(lexeme)) this.#startBlanking(lexeme);
    if (this.#isScalar) return this.#isBlanking ? [] : [lexeme];
    if (lexeme === documentStart || lexeme === flowCancelled) return this.#reset(lexeme);
    const pieces = this.#isBlanking ? blanksFor(lexeme) : [lexeme];
    if (!isScalar) this.#follow(lexeme);
    const lineEnd = lexeme.lastIndexOf('\n');
    this.#column = lineEnd < 0 ? this.#column + lexeme.length : lexeme.length - lineEnd - 1;
    return pieces;
  }

  get #isBlanking(): boolean {
    return this.#untilLevel !== undefined || this.#untilColumn !== undefined;
  }

  #reset(lexeme: string): string[] {
    this.#flowLevel = 0;
    this.#untilLevel = undefined;
    this.#untilColumn = undefined;
    return [lexeme];
  }

  #startBlanking(lexeme: string): void {
    if (this.#isBlanking || this.#parser.stack.length <= stackLimit || isEmpty(lexeme)) return;
    if (this.#flowLevel === 0) this.#untilColumn = this.#column;
    else if (lexeme === '[' || lexeme === '{') this.#untilLevel = this.#flowLevel;
  }

  /** The parser leaves the deep blocks only with the lexeme that ends the blanking. */
  #resumeLeft(lexeme: string): boolean {
    if (this.#untilColumn === undefined || this.#column >= this.#untilColumn || isEmpty(lexeme)) return false;
    this.#untilColumn = undefined;
    return true;
  }

  #follow(lexeme: string): void {
    if (lexeme === '[' || lexeme === '{') this.#flowLevel++;
    if (lexeme !== ']' && lexeme !== '}') return;
    this.#flowLevel = Math.max(0, this.#flowLevel - 1);
    if (this.#flowLevel === this.#untilLevel) this.#untilLevel = undefined;
  }
}

/** Blanks, line ends and comments: nothing that nests or ends a block. */
function isEmpty(lexeme: string): boolean {
  return lexeme === '' || ' \t\r\n#'.includes(lexeme[0] as string);
}

/** Line ends are kept, since indentation is counted from them. */
function blanksFor(lexeme: string): string[] {
  if (lexeme === '') return [];
  if (lexeme === '\n' || lexeme === '\r\n') return [lexeme];
  if (!lexeme.endsWith('\n')) return [' '.repeat(lexeme.length)];
  return [' '.repeat(lexeme.length - 1), '\n'];
}
