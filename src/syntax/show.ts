import { showUnknown } from '../model/unknown.ts';
import type { ConfigNode, ParsedConfig } from './tree.ts';

/**
 * A parsed file as text, for tests and debugging: a node a line as `LINE name arg "arg with blanks" [form]`, children
 * indented, then the problems as `! LINE message` (`?` where the server would start all the same).
 */
export function show(parsed: ParsedConfig): string {
  const lines: string[] = [];
  showNodes(parsed.nodes, '', lines);
  for (const { line, message, fatal } of parsed.problems)
    lines.push(`${fatal ? '!' : '?'} ${line} ${message}`);
  return lines.join('\n');
}

function showNodes(nodes: readonly ConfigNode[], indent: string, lines: string[]): void {
  for (const node of nodes) {
    const words = [node.name, ...node.args].map(showWord).join(' ');
    const form = node.form === undefined ? '' : ` [${node.form}]`;
    lines.push(`${indent}${node.at.line} ${words}${form}${node.children?.length === 0 ? ' {}' : ''}`);
    showNodes(node.children ?? [], `${indent}  `, lines);
  }
}

function showWord(word: string): string {
  const text = showUnknown(word);
  return /^[^\s"[\]{}]+$/.test(text) ? text : JSON.stringify(text);
}
