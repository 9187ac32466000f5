import type { Random } from './random.ts';

export const modules = '/usr/lib/apache2/modules';

/** Makes pieces of configuration around Listens, and remembers files, variables and flags they need. */
export class ApacheWriter {
  readonly random: Random;
  /** Where relative paths start. */
  readonly root: string;
  readonly files: Record<string, string> = {};
  readonly env: Record<string, string> = {};
  /** Names for `-D`. */
  readonly flags: string[] = [];
  #count = 0;
  #shared: string | undefined;

  constructor(random: Random, root: string) {
    this.random = random;
    this.root = root;
  }

  piece(depth: number): string {
    const { random } = this;
    const way = depth > 2 ? 0 : random.int(0, 15);
    if (way < 6) return this.listen();
    if (way < 9) return this.#conditional(depth);
    if (way < 11) return this.#include(depth);
    if (way < 12) return this.#macro();
    if (way < 13) return this.#wildcards();
    if (way < 14) return this.#virtualHost();
    return random.pick(noise);
  }

  listen(): string {
    const { random } = this;
    const host = random.pick(hosts);
    const [setting, port] = this.#hide(this.#port());
    const address = random.chance(0.15) && /\d$/.test(port) ? `${host}0${port}` : host + port;
    const quoted = random.pick([address, address, address, `"${address}"`, `'${address}'`]);
    const word = random.pick(['Listen', 'Listen', 'listen', '  LISTEN', 'Listen \\\n ', 'Lis\\\nten']);
    const protocol = random.pick(['', '', '', ' https', ' "http"', '  ', ' \\\n  http']);
    return `${setting}${word}${random.pick([' ', ' ', '\t'])}${quoted}${protocol}`;
  }

  /** Different numbers, so that pieces rarely meet unless they are meant to. */
  #port(): string {
    return String(this.random.int(1024, 60_000));
  }

  /** The text itself, or lines that define a name and a reference to it. */
  #hide(text: string): [setting: string, reference: string] {
    const { random } = this;
    if (random.chance(0.6)) return ['', text];
    const name = `NAME_${++this.#count}`;
    const reference = `\${${name}}`;
    const define = (value: string) => `${random.pick(['Define', 'define'])} ${name} ${value}\n`;
    const way = random.int(0, 6);
    if (way < 2 || way === 5) this.env[name] = text;
    if (way < 2) return ['', reference];
    if (way === 2) return [define(random.pick([text, `"${text}"`])), `\${${name.toLowerCase()}}`];
    if (way === 3) return [define('1') + define(text), reference];
    if (way === 4) return [`<IfDefine !${name}>\n${define(text)}</IfDefine>\n`, reference];
    if (way === 5) return [`${define('1')}UnDefine ${name}\n`, reference];
    return [define(text.slice(0, 2)), reference + text.slice(2)];
  }

  #conditional(depth: number): string {
    const { random } = this;
    const inner = Array.from({ length: random.int(1, 2) }, () => this.piece(depth + 1));
    if (random.chance(0.2)) {
      const flag = random.pick(['TLS', 'Extra', 'A_B', 'MODE=fast']);
      if (random.chance(0.6) && !this.flags.includes(flag)) this.flags.push(flag);
      return section(random, `IfDefine ${random.pick(['', '!', '! '])}${flag}`, inner);
    }
    if (random.chance(0.25)) return section(random, random.pick(neverTrue), [...inner, random.pick(wrong)]);
    return section(random, random.pick(conditions), inner);
  }

  #include(depth: number): string {
    const { random } = this;
    const name = `part${++this.#count}`;
    const dir = `${this.root}/${name}`;
    const names = ['b.conf', 'c.bak', 'sub/d.conf', '.e.conf', 'Z.conf', '10.conf'];
    for (const file of ['a.conf', ...random.sample(names, random.int(0, 2))])
      this.files[`${dir}/${file}`] = `${this.piece(depth + 1)}\n`;
    const at = random.pick([dir, name, `/srv/..${dir}`]);
    const target = random.pick([
      `${at}/*.conf`,
      at,
      `${at}/*`,
      `"${at}/a.conf"`,
      `${at}/[a-c].*`,
      `${at}/?.conf`,
    ]);
    const missing = random.chance(0.2) ? `IncludeOptional ${at}/none/*.conf\n` : '';
    return `${missing}${random.pick(['Include', 'IncludeOptional', 'include'])} ${target}`;
  }

  #macro(): string {
    const { random } = this;
    const name = `M${++this.#count}`;
    const host = random.pick(['127.0.0.1', '[::1]', '10.9.0.2', '*']);
    const [sign, two] = [random.pick(['$', '%', '@']), random.chance(0.5)];
    const body = two ? `Listen ${sign}host:$port` : `Listen ${host}:${sign}port`;
    // `@` puts its value in quotes, which are none in the middle of a word.
    const used = sign === '@' ? (two ? 'Listen $host:$port' : 'Listen @port') : body;
    const parameters = two ? `${sign === '@' ? '$' : sign}host $port` : `${sign}port`;
    const uses = Array.from(
      { length: random.int(0, 2) },
      () => `Use ${random.pick([name, name.toLowerCase()])} ${two ? `${host} ` : ''}${this.#port()}`,
    );
    return [`<Macro ${name} ${parameters}>`, `  ${used}`, '</Macro>', ...uses].join('\n');
  }

  /** Several Listens of one port, which go together or do not. */
  #wildcards(): string {
    const { random } = this;
    this.#shared ??= this.#port();
    const port = random.chance(0.2) ? this.#shared : this.#port();
    const forms = random.pick([
      [`0.0.0.0:${port}`, `[::]:${port}`],
      [`[::]:${port}`, `0.0.0.0:${port}`],
      [port, `0.0.0.0:${port}`],
      [`127.0.0.1:${port}`, `[::1]:${port}`, `127.0.0.2:${port}`],
      [`0.0.0.0:${port}`, `[::1]:${port}`],
      [`[::1]:${port}`, port],
      [`[::]:${port}`, port],
      [port, `127.0.0.1:${port}`],
      [`[::]:${port}`, '127.0.0.1:1025', `0:${port}`],
    ]);
    return forms.map((form) => `Listen ${form}`).join('\n');
  }

  #virtualHost(): string {
    const { random } = this;
    const at = `${random.pick(['*', '_default_', '127.0.0.1', '[::1]'])}:${this.#port()}`;
    const inner = random.pick([
      '  ServerName a.example',
      '  # Listen 1',
      '  <Directory "/srv">\n    Require all granted\n  </Directory>',
      '  <IfModule mod_none.c>\n    Listen 2\n  </IfModule>',
    ]);
    return `<VirtualHost ${at}>\n${inner}\n</VirtualHost>${random.pick(['', ' # end'])}`;
  }
}

const hosts = [
  ...['', '', '', '', '*:', '0.0.0.0:', '[::]:', '127.0.0.1:', '10.9.0.2:', '[::1]:', '[FD00:9::2]:'],
  ...['localhost:', '127.1:', '0x7f.0.0.1:', '::1:', '[0:0::1]:'],
];

const conditions = [
  ...['IfModule mpm_event_module', 'IfModule event.c', 'IfModule mpm_event.c', 'IfModule !prefork.c'],
  ...['IfModule core.c', 'IfModule "so_module"', 'IfModule mod_version.c', 'IfModule CORE.C'],
  ...['IfModule !mpm_prefork', 'IfModule mod_macro.c', 'ifmodule macro_module', 'IfModule mod_authz_core.c'],
  ...['IfDefine FOREGROUND', 'IfDefine !FOREGROUND', 'IfDefine foreground', 'IfDefine DEBUG'],
  ...['IfVersion >= 2.4.10', 'IfVersion > 2.4', 'IfVersion = 2.4', 'IfVersion !< 2.4', 'IfVersion ~ ^2\\.4'],
  ...['IfVersion = /^2\\.[24]/', 'IfVersion <= 2.4', 'IfVersion < 2.10', 'IfVersion !~ ^2'],
  ...['IfFile /etc/passwd', 'IfFile "/srv"', 'IfFile !/etc/none', 'IfFile ports.conf', 'IfFile /etc/pass*'],
  ...['IfDirective Listen', 'IfDirective !SSLEngine', 'IfSection VirtualHost', 'IfSection macro'],
] as const;

/** Conditions that are false whatever else stands around. */
const neverTrue = [
  'IfModule mod_ssl.c',
  'IfDefine NOTHING',
  'IfVersion < 2.4',
  'IfFile /etc/none',
  'IfSection Nope',
] as const;

/** What would keep the server from starting if it were read. */
const wrong = [
  'NoSuchDirective on',
  'Include /nowhere.conf',
  'Listen 1 2 3',
  'Error "no"',
  '<VirtualHost *:1>\nListen 1\n</VirtualHost>',
  '# </IfModule>',
  'LoadModule x_module /nowhere.so',
] as const;

const noise = [
  '# Listen 1',
  '# Listen 1 \\\nListen 2',
  'Timeout 60',
  'ServerAdmin "a # b"',
  '',
  'KeepAlive On',
  'ListenBacklog 64',
  'AcceptFilter http none',
  'ServerAdmin ${NOBODY}@${HOSTNAME}',
  'IncludeOptional none/*.conf',
] as const;

function section(random: Random, open: string, inner: readonly string[]): string {
  const [name = ''] = open.split(' ');
  const close = random.pick([name, name, name.toUpperCase(), name.toLowerCase()]);
  const indent = random.pick(['', '', '  ']);
  return `${indent}<${open}>\n${inner.join('\n')}\n${indent}</${close}>`;
}
