import { defineSyntax } from '../define.ts';

/** service, socket type, protocol, wait flag, user, program. */
const fieldsNeeded = 6;

/** One entry: a line that begins with neither `#` nor a blank, or the first after a comment; then its continuations. */
const entry = /(?!#)[^\n]+(?:\n[ \t][^\n]*)*/y;

/**
 * Fields between blanks, as in inetd.conf. The first is the node's name, `[host:]service`; a node `host:` without
 * arguments sets the host of those that follow. A line that begins with a blank goes on with the entry before it.
 */
export const inetd = defineSyntax('inetd', (draft, from) => {
  const { text } = draft;
  for (let pos = from; pos < text.length; pos++) {
    entry.lastIndex = pos;
    const found = entry.exec(text)?.[0];
    if (found === undefined) {
      const end = text.indexOf('\n', pos);
      pos = end < 0 ? text.length : end;
      continue;
    }
    const words = [...found.matchAll(/[^ \t\r\n]+/g)];
    const [name, ...args] = words.map((word) => word[0]);
    const last = words.at(-1);
    if (name !== undefined && last) {
      const start = pos + (words[0]?.index ?? 0);
      const end = pos + last.index + last[0].length;
      const isHost = name.endsWith(':') && args.length === 0;
      if (!isHost && words.length < fieldsNeeded)
        draft.report(start, end, 'too few fields: entry ignored', false);
      draft.add({ name, args, start, end });
    }
    pos += found.length;
  }
});
