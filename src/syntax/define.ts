import { shield, unshield } from '../model/unknown.ts';
import { Draft } from './draft.ts';
import type { Syntax } from './tree.ts';

/** Characters that no config file is made of: C0 controls that are neither blanks nor escape. */
const control = /[\0-\x08\x0e-\x1a\x1c-\x1f]/g;
const sampleLength = 64 * 1024;
/** Compressed data has about 11 % of them, programs and UTF-16 far more. */
const controlShare = 0.05;

const byteOrderMark = '\u{FEFF}';

export interface SyntaxOptions {
  /** The real programs skip a UTF-8 byte order mark; without this it is part of the first word, as it is to them. */
  skipsByteOrderMark?: boolean;
  /** See `Syntax.reread`; gets shielded text. */
  reread?: (raw: string) => Reread;
  /** See `Syntax.expand`; gets shielded text. */
  expand?: Syntax['expand'];
}

type LookUp = Parameters<NonNullable<Syntax['expand']>>[1];
type Reread = ReturnType<NonNullable<Syntax['reread']>>;

function unshielded(line: Reread): Reread {
  return { ...line, name: unshield(line.name), args: line.args.map(unshield) };
}

/** Makes a syntax of a function that reads a draft's text from an offset on. */
export function defineSyntax(
  name: string,
  read: (draft: Draft, from: number) => void,
  options: SyntaxOptions = {},
): Syntax {
  const { reread, expand } = options;
  return {
    name,
    ...(reread && { reread: (raw: string) => unshielded(reread(shield(raw))) }),
    ...(expand && {
      expand: (raw: string, lookUp: LookUp) => unshielded(expand(shield(raw), lookUp)),
    }),
    parse(text, path) {
      const draft = new Draft(text, path);
      if (isText(draft)) {
        read(draft, options.skipsByteOrderMark && text.startsWith(byteOrderMark) ? 1 : 0);
      }
      return draft.result();
    },
  };
}

/** Reports what is not text; false when nothing could be made of it. */
function isText(draft: Draft): boolean {
  const sample = draft.text.slice(0, sampleLength);
  const controls = sample.match(control)?.length ?? 0;
  if (controls > sample.length * controlShare) {
    draft.report(0, 0, 'not a text file');
    return false;
  }
  const nul = draft.text.indexOf('\0');
  if (nul >= 0) draft.report(nul, nul + 1, 'not a text file: it has a NUL byte here', false);
  return true;
}
