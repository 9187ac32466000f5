import { defineSyntax } from '../define.ts';

/** service, socket type, protocol, wait flag, user, program. */
const fieldsNeeded = 6;

/** A line with those that a backslash before its end joins to it. */
const entry = /(?:[^\n\\]|\\[\s\S]?)+/y;

/**
 * Fields between blanks up to a `#`, as in inetd.conf. The first is the node's name, `[host:]service`; a node `host:` without
 * arguments is a block: the lines up to the next such are those whose host it sets.
 */
export const inetd = defineSyntax('inetd', (draft, from) => {
  const { text } = draft;
  for (let pos = from; pos < text.length; pos++) {
    entry.lastIndex = pos;
    const found = entry.exec(text)?.[0] ?? '';
    const words = [
      ...found
        .replace(/\\\r?\n/g, '  ')
        .replace(/#.*/s, '')
        .matchAll(/[^ \t\r\n]+/g),
    ];
    const [name, ...args] = words.map((word) => word[0]);
    const last = words.at(-1);
    if (name !== undefined && last) {
      const start = pos + (words[0]?.index ?? 0);
      const node = { name, args, start, end: pos + last.index + last[0].length };
      if (name.endsWith(':') && args.length === 0) {
        if (draft.block) draft.close();
        draft.open(node);
      } else {
        if (words.length < fieldsNeeded)
          draft.report(start, node.end, 'too few fields: entry ignored', false);
        draft.add(node);
      }
    }
    pos += found.length;
  }
  if (draft.block) draft.close();
});
