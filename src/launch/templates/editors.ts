import { isUnknown } from '../../model/unknown.ts';
import type { Tool } from '../tools/call.ts';

/** `xmlstarlet ed -L`: what it makes of the file is not worked out. Other uses only print. */
export const xmlstarlet: Tool = (call) => {
  const edits =
    /^(ed|edit)$/.test(call.args[0] ?? '') && call.args.some((arg) => /^(-L|--inplace)$/.test(arg));
  const path = call.args.at(-1) ?? '';
  return edits && call.files.isFile(call.path(path)) ? call.changesUnknown(path) : call.unknown();
};

/** `augtool`: files that its words name are not known any more where it saves them. */
export const augtool: Tool = (call) => {
  const text = [...call.args, call.args.length === 0 || call.args.includes('-s') ? call.stdin() : ''].join(
    '\n',
  );
  const saves = call.args.some((arg) => /^(-s|--autosave)$/.test(arg)) || /\bsave\b/.test(text);
  const words = saves ? text.split(/[\s"'[\]]+/).filter((word) => word.startsWith('/files/')) : [];
  for (const word of words.slice(0, 100)) {
    const parts = word.slice('/files'.length).split('/');
    const path = parts.map((_, i) => parts.slice(0, i + 1).join('/')).find((each) => call.files.isFile(each));
    if (path !== undefined) call.changesUnknown(path);
  }
  return call.unknown();
};

const macros =
  /\b(define|include|ifdef|ifelse|changequote|divert|syscmd|eval|m4_\w+|undefine|pushdef|forloop|incr|len|index|substr|esyscmd)\s*\(/;

/** `m4 -DNAME=VALUE FILE`: names of the command line only; macros of m4 itself are not modelled. */
export const m4: Tool = (call) => {
  const options = call.options({ short: 'D:U:I:PsEQg', long: { define: true, 'prefix-builtins': false } });
  if (options === undefined) return call.unknown();
  const { texts, status } = call.readAll(options.rest);
  const text = texts.map((each) => each.text).join('');
  if (macros.test(text) || isUnknown(text)) return call.unknown();
  const values = new Map(
    options.values('D', 'define').map((each): [string, string] => {
      const [name = '', ...value] = each.split('=');
      return [name, value.join('=')];
    }),
  );
  const replaced = text.replace(/`([^`']*)'|\bdnl\b.*\n?|\b[A-Za-z_]\w*\b/g, (word, quoted?: string) =>
    quoted !== undefined ? quoted : word.startsWith('dnl') ? '' : (values.get(word) ?? word),
  );
  call.out(replaced);
  return status;
};

/** Lines of a file's section: where it begins and ends, and where a name stands in it. */
function placesOf(lines: readonly string[], section: string, name: string) {
  const headers = lines.flatMap((line, at) => (/^\s*\[.*\]\s*$/.test(line) ? [at] : []));
  const header = section === '' ? -1 : headers.find((at) => lines[at]?.trim() === `[${section}]`);
  const end = headers.find((at) => at > (header ?? lines.length)) ?? lines.length;
  const isIt = (line: string) => /^\s*([^=:#;]+?)\s*[=:]/.exec(line)?.[1] === name;
  const at = header === undefined ? -1 : lines.findIndex((line, i) => i > header && i < end && isIt(line));
  return { header, end, at };
}

/** `crudini --set|--get|--del FILE SECTION [NAME [VALUE]]` */
export const crudini: Tool = (call) => {
  const [verb = '', path = '', section = '', name, value = ''] = call.args.filter(
    (arg) => !/^--(existing|inplace|verbose|format)/.test(arg),
  );
  const text = call.files.isFile(call.path(path)) ? call.read(path) : '';
  if (text === undefined) return 1;
  const isModelled = ['--set', '--get', '--del'].includes(verb) && name !== undefined && !isUnknown(text);
  if (!isModelled) return verb === '--get' ? call.unknown() : call.changesUnknown(path);
  const lines = text.replace(/\n$/, '').split('\n');
  const { header, end, at } = placesOf(lines, section === 'DEFAULT' ? 'DEFAULT' : section, name);
  const line = `${name} = ${value}`;
  if (verb === '--get') {
    if (at < 0) return call.fail(`Parameter not found: ${name}`);
    call.out(`${(lines[at] ?? '').replace(/^[^=:]*[=:]\s*/, '')}\n`);
    return 0;
  }
  if (verb === '--del') {
    if (at >= 0) lines.splice(at, 1);
  } else if (at >= 0) lines[at] = line;
  else if (header !== undefined) lines.splice(end, 0, line);
  else lines.push(...(text === '' ? [] : ['']), `[${section}]`, line);
  return call.write(path, `${lines.join('\n')}\n`.replace(/^\n/, '')) ? 0 : 1;
};
