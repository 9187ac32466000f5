/**
 * The words of NODE_OPTIONS: between blanks; double quotes keep blanks together, inside them a backslash stands before
 * any character (node.js, ParseNodeOptionsEnvVar). Undefined where a quote stays open.
 */
export function splitNodeOptions(text: string): string[] | undefined {
  const words: string[] = [];
  let isQuoted = false;
  let isOpen = false;
  for (let at = 0; at < text.length; at++) {
    let char = text.charAt(at);
    if (char === '"') {
      isQuoted = !isQuoted;
      continue;
    }
    if (char === ' ' && !isQuoted) {
      isOpen = false;
      continue;
    }
    if (char === '\\' && isQuoted) char = text.charAt(++at);
    if (isOpen) words.push((words.pop() ?? '') + char);
    else words.push(char);
    isOpen = true;
  }
  return isQuoted ? undefined : words;
}
