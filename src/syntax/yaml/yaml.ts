import { Composer, type Document } from 'yaml';
import { defineSyntax } from '../define.ts';
import type { Draft } from '../draft.ts';
import { boundedTokens } from './bounded-tokens.ts';
import { readPlainYaml } from './plain-reader.ts';
import { addPlain } from './plain-tree.ts';
import { TreeWalk } from './tree-walk.ts';

/** The library takes about a second for each megabyte. */
const lengthLimit = 1024 * 1024;

/**
 * YAML 1.2 and JSON, first document only. A mapping's key becomes a node; its forms are
 * - `string`, `number`, `boolean`: one argument, the text as written, quotes and escapes undone;
 * - `null`: no argument where nothing is written, else the text (`~`, `null`);
 * - `map`: children;
 * - `list`: of scalars: their texts as arguments and no children; else children named `-`, one for each item.
 * A list at the top gives nodes named `-`, a scalar at the top one node without a name and of form `root-scalar`.
 * Aliases and merge keys (`<<`) are replaced by what they stand for, at its own lines.
 */
export const yaml = defineSyntax('yaml', (draft) => {
  const plain = readPlainYaml(draft.text);
  if (plain) addPlain(draft, plain);
  else readByLibrary(draft);
});

/** The same by the library alone, which the plain reader is tested against. */
export const libraryYaml = defineSyntax('yaml', readByLibrary);

function readByLibrary(draft: Draft): void {
  if (draft.text.length > lengthLimit) {
    draft.report(0, 0, `more than ${lengthLimit} characters of YAML: not read`, false);
    return;
  }
  withoutStackTraces(() => {
    try {
      readDocument(draft);
    } catch (error) {
      draft.report(0, 0, `the YAML library failed: ${String(error)}`, false);
    }
  });
}

function readDocument(draft: Draft): void {
  const bounded = boundedTokens(draft.text);
  const composer = new Composer({ uniqueKeys: false, prettyErrors: false, logLevel: 'silent' });
  let first: Document.Parsed | undefined;
  for (const document of composer.compose(bounded.tokens, true, draft.text.length)) {
    if (first) {
      const start = document.range[0];
      draft.report(start, start, 'only the first document of the file is read', false);
      break;
    }
    first = document;
    reportErrors(draft, document);
    new TreeWalk(draft).root(document.contents);
  }
  const stopped = bounded.stoppedAt();
  if (stopped !== undefined) draft.report(stopped, stopped, 'too many tokens: the rest is not read', false);
}

/** The library makes an error object for each mistake; their stack traces cost ten times the parsing. */
function withoutStackTraces(work: () => void): void {
  const before = Error.stackTraceLimit;
  Error.stackTraceLimit = 0;
  try {
    work();
  } finally {
    Error.stackTraceLimit = before;
  }
}

function reportErrors(draft: Draft, document: Document.Parsed): void {
  const isFlow = /^\s*[[{]/.test(draft.text);
  for (const { code, message, pos } of document.errors) {
    // JSON may be indented by tabs.
    if (isFlow && code === 'TAB_AS_INDENT') continue;
    draft.report(pos[0], Math.max(...pos), message);
  }
}
