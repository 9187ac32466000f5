import { linesOf } from '../texts.ts';
import type { Call, Tool } from './call.ts';

/** One package of dpkg's status file: its fields, continuation lines with their first blank. */
type Fields = ReadonlyMap<string, string>;

function dpkgStatus(call: Call, name: string): Fields | undefined {
  const read = call.files.read('/var/lib/dpkg/status', call.access);
  const text = 'text' in read ? read.text : '';
  const own = text
    .split('\n\n')
    .find((paragraph) => new RegExp(`^Package: ${quoted(name)}$`, 'm').test(paragraph));
  // Minimal images keep one file per package instead.
  const single = own ?? singleStatus(call, name);
  return single === undefined ? undefined : fieldsOf(single);
}

function quoted(name: string): string {
  return name.replace(/[^A-Za-z0-9]/g, '\\$&');
}

function singleStatus(call: Call, name: string): string | undefined {
  const read = call.files.read(`/var/lib/dpkg/status.d/${name}`, call.access);
  return 'text' in read ? read.text : undefined;
}

function fieldsOf(paragraph: string): Fields {
  const fields = new Map<string, string>();
  let last = '';
  for (const line of paragraph.split('\n')) {
    const field = /^([\w-]+): ?(.*)$/.exec(line);
    if (field) {
      last = (field[1] as string).toLowerCase();
      fields.set(last, field[2] as string);
    } else if (/^[ \t]/.test(line)) {
      fields.set(last, `${fields.get(last) ?? ''}\n${line}`);
    }
  }
  return fields;
}

/** `dpkg-query --show --showformat=FORMAT PACKAGE`, `-W -f`, `-s`. */
export const dpkgQuery: Tool = (call) => {
  const options = call.options({
    short: 'Wf:sLlS:p',
    long: {
      show: false,
      showformat: true,
      status: false,
      listfiles: false,
      list: false,
      search: true,
      admindir: true,
    },
  });
  if (options === undefined || options.has('l', 'list', 'S', 'search')) return call.unknown();
  let status = 0;
  for (const name of options.rest) {
    const fields = dpkgStatus(call, name.split(':')[0] ?? '');
    if (fields === undefined || !(fields.get('status') ?? 'installed').endsWith('installed')) {
      status = call.fail(`no packages found matching ${name}`) ?? 1;
    } else if (options.has('L', 'listfiles')) {
      call.out(call.read(`/var/lib/dpkg/info/${name}.list`) ?? '');
    } else if (options.has('s', 'status')) {
      call.out(
        [...fields].map(([key, value]) => `${key[0]?.toUpperCase()}${key.slice(1)}: ${value}\n`).join(''),
      );
    } else {
      const format = options.value('f', 'showformat') ?? '${Package}\t${Version}\n';
      call.out(shown(format, fields));
    }
  }
  return status;
};

function shown(format: string, fields: Fields): string {
  const values = format.replace(
    /\$\{([\w:-]+)(?:;-?\d+)?\}/g,
    (_, name: string) => fields.get(name.toLowerCase()) ?? '',
  );
  return values.replace(/\\n/g, '\n').replace(/\\t/g, '\t');
}

export const dpkg: Tool = (call) => {
  if (call.args[0] === '--print-architecture') return call.unknown();
  if (/^(-s|--status|-L|--listfiles)$/.test(call.args[0] ?? '')) return dpkgQuery(call);
  return call.unknown();
};

/** `apk manifest PACKAGE`: the checksums of a package's files, from its database. */
export const apk: Tool = (call) => {
  const [command, name] = call.args.filter((arg) => !arg.startsWith('-'));
  if (command !== 'manifest' || name === undefined) return call.unknown();
  const text = call.read('/lib/apk/db/installed');
  const paragraph = text?.split('\n\n').find((each) => linesOf(each).includes(`P:${name}`));
  if (paragraph === undefined) return 1;
  let folder = '';
  let file = '';
  for (const line of linesOf(paragraph)) {
    const value = line.slice(2);
    if (line.startsWith('F:')) folder = value;
    else if (line.startsWith('R:')) file = folder === '' ? value : `${folder}/${value}`;
    else if (line.startsWith('Z:Q1'))
      call.out(`sha1:${Buffer.from(value.slice(2), 'base64').toString('hex')}  ${file}\n`);
  }
  return 0;
};
