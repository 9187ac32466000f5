import type { CaseInput } from '../case.ts';
import { dress, type Plain } from './dress.ts';
import type { Random } from './random.ts';

const modules = '/usr/lib/apache2/modules';
const base = `ServerName berth
LoadModule mpm_event_module ${modules}/mod_mpm_event.so
LoadModule authz_core_module ${modules}/mod_authz_core.so
LoadModule macro_module ${modules}/mod_macro.so
DefaultRuntimeDir /tmp
PidFile /tmp/apache.pid
ErrorLog /proc/self/fd/2
User www-data
Group www-data
`;
const debian = {
  APACHE_RUN_USER: 'www-data',
  APACHE_RUN_GROUP: 'www-data',
  APACHE_PID_FILE: '/tmp/p',
  APACHE_RUN_DIR: '/tmp',
  APACHE_LOCK_DIR: '/tmp',
  APACHE_LOG_DIR: '/var/log/apache2',
};

/** One apache2, of a file of its own or in Debian's layout, with Listens behind every kind of indirection. */
export function apacheCase(random: Random): Omit<CaseInput, 'name'> {
  const writer = new Writer(random);
  const body = Array.from({ length: random.int(1, 6) }, () => writer.piece(0));
  const flags = random.shuffle([...writer.defines.map(({ given }) => given), ...extra(random)]).flat();
  const debianLayout = random.chance(0.35);
  const main = debianLayout ? '/etc/apache2/ports.conf' : '/srv/main.conf';
  const load = `LoadModule macro_module ${modules}/mod_macro.so\n`;
  writer.files[main] = `${debianLayout ? load : 'Include /srv/base.conf\n'}${body.join('\n')}\n`;
  const direct = !debianLayout || random.chance(0.4);
  const start = direct
    ? ['apache2', '-DFOREGROUND']
    : [random.pick(['apache2ctl', 'apachectl']), '-D', 'FOREGROUND'];
  const plain: Plain = {
    command: [...start, ...(debianLayout ? [] : ['-f', main]), ...(direct ? flags : [])],
    env: { ...writer.env, ...(debianLayout && direct ? debian : {}) },
    files: debianLayout ? writer.files : { ...writer.files, '/srv/base.conf': base },
  };
  return dress(random, plain);
}

function extra(random: Random): string[][] {
  if (random.chance(0.8)) return [];
  return [
    [random.pick(['-c', '-C']), `Listen ${random.pick(['', '127.0.0.1:'])}${random.int(1024, 60_000)}`],
  ];
}

/** Makes pieces of configuration around Listens, and remembers files, variables and names they need. */
class Writer {
  readonly random: Random;
  readonly files: Record<string, string> = {};
  readonly env: Record<string, string> = {};
  readonly defines: { name: string; given: string[] }[] = [];
  #count = 0;

  constructor(random: Random) {
    this.random = random;
  }

  piece(depth: number): string {
    const { random } = this;
    const way = depth > 2 ? 0 : random.int(0, 11);
    if (way < 5) return this.#listen();
    if (way < 7) return this.#conditional(depth);
    if (way < 8) return this.#include(depth);
    if (way < 9) return this.#macro();
    if (way < 10) return `<VirtualHost *:${this.#port()}>\n  ServerName a\n  # Listen 1\n</VirtualHost>`;
    return random.pick([
      '# Listen 1',
      '# Listen 1 \\\nListen 2',
      'Timeout 60',
      'ServerAdmin "a # b"',
      '',
      'KeepAlive On',
    ]);
  }

  #port(): string {
    return String(this.random.int(1024, 60_000));
  }

  #listen(): string {
    const { random } = this;
    const port = this.#hide(this.#port());
    const host = random.pick([
      '',
      '',
      '',
      '*:',
      '0.0.0.0:',
      '[::]:',
      '127.0.0.1:',
      '10.9.0.2:',
      '[::1]:',
      'localhost:',
    ]);
    const shown = `${random.pick(['', '', '"'])}${host}${port}`;
    const value = shown.startsWith('"') ? `${shown}"` : shown;
    const word = random.pick(['Listen', 'Listen', 'listen', '  LISTEN', 'Listen \\\n ']);
    return `${word}${random.pick([' ', ' ', '\t'])}${value}${random.pick(['', '', '', ' https', ' http', '  '])}`;
  }

  /** The text itself, or a reference to a name that has it, defined here, by the environment, or both. */
  #hide(text: string): string {
    const { random } = this;
    if (random.chance(0.65)) return text;
    const name = `NAME_${++this.#count}`;
    const late = random.chance(0.5);
    if (late) this.env[name] = text;
    if (!late || random.chance(0.2)) this.env[name] = late ? text : '1';
    return late ? `\${${name}}` : this.#define(name, text);
  }

  #define(name: string, text: string): string {
    const path = `/srv/def/${name}.conf`;
    this.files[path] = `Define ${name} ${this.random.pick([text, `"${text}"`])}\n`;
    this.defines.push({ name, given: ['-C', `Include ${path}`] });
    return `\${${name}}`;
  }

  #conditional(depth: number): string {
    const { random } = this;
    const [open, close] = random.pick([
      ['IfModule mpm_event_module', 'IfModule'],
      ['IfModule !none_module', 'IfModule'],
      ['IfModule mod_ssl.c', 'IfModule'],
      ['IfModule core.c', 'IfModule'],
      ['IfDefine FOREGROUND', 'IfDefine'],
      ['IfDefine !FOREGROUND', 'IfDefine'],
      ['IfDefine NOTHING', 'IfDefine'],
      ['IfVersion >= 2.4.10', 'IfVersion'],
      ['IfVersion < 2.4', 'IfVersion'],
      ['IfFile /etc/passwd', 'IfFile'],
      ['IfFile /etc/none', 'IfFile'],
    ] as const);
    const inner = Array.from({ length: random.int(1, 2) }, () => this.piece(depth + 1));
    return `<${open}>\n${inner.join('\n')}\n</${close}>`;
  }

  #include(depth: number): string {
    const { random } = this;
    const dir = `/srv/part${++this.#count}`;
    for (const name of random.sample(
      ['a.conf', 'b.conf', 'c.bak', 'sub/d.conf', '.e.conf'],
      random.int(1, 3),
    ))
      this.files[`${dir}/${name}`] = `${this.piece(depth + 1)}\n`;
    return `${random.pick(['Include', 'IncludeOptional'])} ${random.pick([`${dir}/*.conf`, dir, `${dir}/*`, `"${dir}/a.conf"`])}`;
  }

  #macro(): string {
    const name = `M${++this.#count}`;
    const uses = Array.from({ length: this.random.int(0, 2) }, () => `Use ${name} ${this.#port()}`);
    return [`<Macro ${name} $port>`, '  Listen 127.0.0.1:$port', '</Macro>', ...uses].join('\n');
  }
}
