import { posix } from 'node:path';
import type { Process } from '../process.ts';
import { defaultPath } from '../program.ts';
import { findGroup, type Identity } from '../users.ts';
import type { World } from '../world.ts';
import { folderEnv } from './environment.ts';
import { asUser, type Next, type Wrapper, withEnv, withOptions } from './wrapper.ts';

/** Wrappers that change the user. */
export const identityWrappers: Readonly<Record<string, Wrapper>> = {
  gosu: (args, process, world) => userFirst(args, process, world, { home: true }),
  'su-exec': (args, process, world) => userFirst(args, process, world, { home: true }),
  setuser: (args, process, world) => {
    const next = userFirst(args, process, world, { home: false });
    if (!next?.user) return next;
    const { name, home, uid } = next.user;
    return { ...next, env: withEnv(process.env, { USER: name, HOME: home, UID: String(uid ?? '') }) };
  },
  's6-setuidgid': (args, process, world) => userFirst(args, process, world, { home: false }),
  setuidgid: (args, process, world) => userFirst(args, process, world, { home: false }),
  's6-applyuidgid': withOptions({ short: 'u:g:G:Uz' }, ({ rest, ...parsed }, process, world) =>
    changed(rest, world, parsed.value('u') ?? process.env.get('UID') ?? ''),
  ),
  chpst: withOptions(
    { short: 'u:U:e:/:C:b:n:l:L:m:d:o:p:f:c:r:t:vP012V' },
    ({ rest, ...parsed }, process, world) => {
      if (rest.length === 0 || parsed.has('V')) return undefined;
      const folder = parsed.value('e');
      const env =
        folder === undefined ? {} : { env: folderEnv(world, process, posix.resolve(process.cwd, folder)) };
      const spec = parsed.value('u');
      const cwd = parsed.value('C');
      const user = spec === undefined ? {} : asUser(world, spec.split(':').slice(0, 2).join(':'));
      return {
        argv: rest,
        ...user,
        ...env,
        ...(cwd === undefined ? {} : { cwd: posix.resolve(process.cwd, cwd) }),
      };
    },
  ),
  setpriv: withOptions(
    {
      short: 'dhV',
      long: {
        dump: false,
        nnp: false,
        'no-new-privs': false,
        'ambient-caps': true,
        'inh-caps': true,
        'bounding-set': true,
        ruid: true,
        euid: true,
        rgid: true,
        egid: true,
        reuid: true,
        regid: true,
        'clear-groups': false,
        'keep-groups': false,
        'init-groups': false,
        groups: true,
        securebits: true,
        pdeathsig: true,
        'selinux-label': true,
        'apparmor-profile': true,
        'reset-env': false,
        help: false,
        version: false,
      },
    },
    ({ rest, ...parsed }, process, world) => {
      if (rest.length === 0) return undefined;
      const spec = parsed.value('reuid', 'euid');
      const group = parsed.value('regid', 'egid');
      if (spec === undefined) return { argv: rest };
      const { user, text } = asUser(world, spec);
      const gid = group === undefined ? process.user.gid : findGroup(world.files.rootfs, group);
      const env = parsed.has('reset-env') ? { env: loginEnv(user, process, false) } : {};
      return { argv: rest, user: { ...user, gid, groups: gid === undefined ? [] : [gid] }, text, ...env };
    },
  ),
  chroot: withOptions(
    { long: { userspec: true, groups: true, 'skip-chdir': false } },
    ({ rest: [root = '', ...argv], ...parsed }, process, world) => {
      // Only a change of user is followed: with another root the paths would mean other files.
      if (argv.length === 0 || !/^\/+$/.test(root)) return undefined;
      const spec = parsed.value('userspec');
      const cwd = parsed.has('skip-chdir') ? process.cwd : '/';
      return { ...(spec === undefined ? { argv } : changed(argv, world, spec)), cwd };
    },
  ),
  su: (args, process, world) => switchUser(args, process, world),
  runuser: (args, process, world) => switchUser(args, process, world),
  sudo: (args, process, world) => sudo(args, process, world),
  doas: withOptions({ short: 'Lnsu:a:C:' }, ({ rest, ...parsed }, _process, world) =>
    changed(rest, world, parsed.value('u') ?? 'root'),
  ),
};

/** `gosu USER[:GROUP] PROGRAM …`; gosu and su-exec also set HOME. */
function userFirst(
  [spec = '', ...argv]: readonly string[],
  process: Process,
  world: World,
  options: { home: boolean },
): Next | undefined {
  if (argv.length === 0 || spec.startsWith('-')) return undefined;
  const next = changed(argv, world, spec);
  return options.home && next.user ? { ...next, env: withEnv(process.env, { HOME: next.user.home }) } : next;
}

function changed(argv: readonly string[], world: World, spec: string): Next {
  return { argv, ...asUser(world, spec) };
}

/** The variables that login-like programs set anew. */
function loginEnv(user: Identity, process: Process, keep: boolean): ReadonlyMap<string, string> {
  const own = { HOME: user.home, SHELL: user.shell, USER: user.name, LOGNAME: user.name };
  if (keep) return withEnv(process.env, own);
  const term = process.env.get('TERM');
  const path = user.uid === 0 ? defaultPath : '/usr/local/bin:/usr/bin:/bin';
  return new Map(Object.entries({ ...own, PATH: path, ...(term === undefined ? {} : { TERM: term }) }));
}

const suSpec = {
  short: 'u:mpw:g:G:lc:fs:PhV',
  long: {
    user: true,
    'preserve-environment': false,
    'whitelist-environment': true,
    group: true,
    'supp-group': true,
    login: false,
    command: true,
    'session-command': true,
    fast: false,
    shell: true,
    pty: false,
    help: false,
    version: false,
  },
  permute: true,
} as const;

/** su(1) and runuser(1): `[-] [-s SHELL] USER [-c STRING] [ARGS…]`, or `runuser -u USER [--] PROGRAM …`. */
const switchUser: Wrapper = (args, process, world) => {
  const direct = directUser(args);
  if (direct) {
    const { user, text } = asUser(world, direct.user);
    const { SHELL: _, ...own } = suVariables(user);
    return { argv: direct.argv, user, text, env: withEnv(process.env, own), parent: true };
  }
  const dash = args.indexOf('-');
  const isDash = dash >= 0 && !['-c', '-s', '-g'].includes(args[dash - 1] ?? '');
  return withOptions(suSpec, ({ rest, ...parsed }) => {
    const [name = 'root', ...words] = rest.filter((word) => word !== '-');
    if (parsed.has('h', 'V', 'help', 'version')) return undefined;
    const { user, text } = asUser(world, name);
    const login = isDash || parsed.has('l', 'login');
    const keep = parsed.has('m', 'p', 'preserve-environment');
    const shell = parsed.value('s', 'shell') ?? (user.shell || '/bin/sh');
    const line = parsed.value('c', 'command', 'session-command');
    const argv = [shell, ...(login ? ['-l'] : []), ...(line === undefined ? [] : ['-c', line]), ...words];
    // Without -m su sets HOME and SHELL, and USER and LOGNAME unless the new user is root.
    const env = keep ? process.env : suEnv(user, process, login);
    return { argv, user, text, env, parent: true, ...(login ? { cwd: user.home } : {}) };
  })(args, process, world);
};

function suEnv(user: Identity, process: Process, login: boolean): ReadonlyMap<string, string> {
  if (login) return loginEnv(user, process, false);
  return withEnv(process.env, suVariables(user));
}

function suVariables(user: Identity): Record<string, string> {
  const names = user.uid === 0 ? {} : { USER: user.name, LOGNAME: user.name };
  return { HOME: user.home, SHELL: user.shell, ...names };
}

/** `runuser -u USER [--] PROGRAM …`: here the first word that is no option is the program. */
function directUser(args: readonly string[]): { user: string; argv: readonly string[] } | undefined {
  let user: string | undefined;
  for (let i = 0; i < args.length; i++) {
    const arg = args[i] as string;
    if (arg === '-u' || arg === '--user') user = args[++i];
    else if (arg.startsWith('--user=')) user = arg.slice(7);
    else if (/^-u./.test(arg)) user = arg.slice(2);
    else if (arg === '-g' || arg === '-G' || arg === '--group' || arg === '--supp-group') i++;
    else if (arg === '--' || !arg.startsWith('-')) {
      const argv = args.slice(arg === '--' ? i + 1 : i);
      return user === undefined || argv.length === 0 ? undefined : { user, argv };
    }
  }
  return undefined;
}

const sudo = withOptions(
  {
    short: 'ABbEHnPSsiKkVvlu:g:C:D:p:r:T:t:U:h:R:',
    long: {
      user: true,
      group: true,
      'preserve-env': 'optional',
      'set-home': false,
      'non-interactive': false,
      login: false,
      shell: false,
      background: false,
      chdir: true,
    },
  },
  ({ rest, ...parsed }, process, world) => {
    if (parsed.has('l', 'v', 'V', 'k', 'K')) return undefined;
    const { user, text } = asUser(world, (parsed.value('u', 'user') ?? 'root').replace(/^#/, ''));
    const keep = parsed.has('E', 'preserve-env');
    const assignments = rest.findIndex((word) => !/^\w+=/.test(word));
    const at = assignments < 0 ? rest.length : assignments;
    const set = rest.slice(0, at).map((word): [string, string] => {
      const equals = word.indexOf('=');
      return [word.slice(0, equals), word.slice(equals + 1)];
    });
    const words = rest.slice(at);
    const login = parsed.has('i', 'login');
    const viaShell = login || parsed.has('s', 'shell');
    const argv = viaShell ? [user.shell, ...(words.length > 0 ? ['-c', words.join(' ')] : [])] : words;
    if (argv.length === 0) return undefined;
    const path = { PATH: process.env.get('PATH') ?? defaultPath };
    const base = keep ? process.env : withEnv(loginEnv(user, process, false), path);
    const env = withEnv(base, Object.fromEntries(set));
    return { argv, user, text, env, parent: true, ...(login ? { cwd: user.home } : {}) };
  },
);
