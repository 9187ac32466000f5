import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { Fate, Launch, Oracle } from '../model/launch.ts';
import { isUnknown, showUnknown } from '../model/unknown.ts';
import { type MemoryFile, memoryRootfs } from '../rootfs/memory.ts';
import { findLaunches } from './launches.ts';
import { system } from './test-kit.ts';

/** Entrypoint scripts in the idioms of the official images, from the image's start to the server's argv, env, user, files. */

const binary: MemoryFile = { text: '\x7fELF', mode: 0o755 };
const script = (text: string): MemoryFile => ({ text: text.replace(/^\n/, ''), mode: 0o755 });

const users =
  'root:x:0:0:root:/root:/bin/bash\nredis:x:999:999::/data:/bin/sh\npostgres:x:998:998::/var/lib/postgresql:/bin/bash\n' +
  'mysql:x:997:997::/var/lib/mysql:/bin/sh\nmongodb:x:996:996::/data/db:/bin/sh\nrabbitmq:x:995:995::/var/lib/rabbitmq:/bin/sh\n' +
  'www-data:x:33:33::/var/www:/bin/sh\nnginx:x:101:101::/nonexistent:/bin/false\n';

const servers = [
  'nginx',
  'httpd',
  'apache2',
  'redis-server',
  'valkey-server',
  'postgres',
  'mysqld',
  'mongod',
  'rabbitmq-server',
];

/** Servers stay; asked for their version, or started for the first run only, they end. */
const oracle: Oracle = {
  fate: ({ argv }: Launch): Fate => {
    if (!servers.includes(argv[0]?.split('/').at(-1) ?? '')) return 'unknown';
    const ends = [
      '--version',
      '-V',
      '--help',
      '-C',
      '--initialize-insecure',
      '--skip-networking',
      '--fork',
      '--shutdown',
    ];
    return argv.some((arg) => ends.includes(arg)) ? 'ends' : 'stays';
  },
  becomes: () => undefined,
};

interface Given {
  files: Record<string, MemoryFile>;
  entrypoint: string[];
  cmd: string[];
  env?: Record<string, string>;
  user?: string;
  cwd?: string;
  ipv6?: boolean;
}

function find({ files, entrypoint, cmd, env = {}, user = '', cwd = '/', ipv6 = true }: Given) {
  const programs = Object.fromEntries(servers.map((name) => [`/usr/sbin/${name}`, binary]));
  const rootfs = memoryRootfs({ ...system(), ...programs, '/etc/passwd': users, ...files });
  return findLaunches({ entrypoint, cmd, env, cwd, user }, rootfs, oracle, { ipv6 });
}

function only(given: Given) {
  const { launches, findings } = find(given);
  expect(launches.map(({ argv }) => argv)).toHaveLength(1);
  const [launch] = launches;
  if (launch === undefined) throw new Error('no launch');
  return { launch, findings };
}

describe('a web server that renders templates', () => {
  const site = 'server {\n    listen       80;\n    server_name  localhost;\n}\n';
  const checksum = createHash('md5').update(site).digest('hex');
  const files: Record<string, MemoryFile> = {
    '/entry.sh': script(`
#!/bin/sh
set -e
say() { [ -n "\${QUIET:-}" ] || echo "$@"; }
case "$1" in
  nginx|nginx-debug)
    if find /entry.d/ -mindepth 1 -maxdepth 1 -type f -print -quit 2>/dev/null | read v; then
      say "looking for scripts"
      find /entry.d/ -follow -type f -print | sort -V | while read -r f; do
        case "$f" in
          *.envsh) if [ -x "$f" ]; then say "reading $f"; . "$f"; else say "skipping $f"; fi ;;
          *.sh) if [ -x "$f" ]; then "$f"; else say "skipping $f"; fi ;;
          *) say "ignoring $f" ;;
        esac
      done
    fi ;;
esac
exec "$@"
`),
    '/entry.d/10-ipv6.sh': script(`
#!/bin/sh
set -e
SITE="etc/nginx/conf.d/default.conf"
[ -f /proc/net/if_inet6 ] || exit 0
[ -f "/$SITE" ] || exit 0
touch "/$SITE" 2>/dev/null || { echo "can not modify /$SITE"; exit 0; }
grep -q "listen  \\[::]:80;" "/$SITE" && exit 0
. /etc/os-release
case "$ID" in
  debian)
    SUM=$(dpkg-query --show --showformat='\${Conffiles}\\n' nginx | grep "$SITE" | cut -d' ' -f 3)
    echo "$SUM  /$SITE" | md5sum -c - >/dev/null 2>&1 || { echo "/$SITE differs from the packaged one"; exit 0; }
    ;;
  *) exit 0 ;;
esac
sed -i -E 's,listen       80;,listen       80;\\n    listen  [::]:80;,' "/$SITE"
`),
    '/entry.d/15-vars.envsh': script('export FROM_ENVSH=8090\n'),
    '/entry.d/20-templates.sh': script(`
#!/bin/sh
set -e
render() {
  dir="\${TEMPLATE_DIR:-/etc/nginx/templates}"
  suffix="\${TEMPLATE_SUFFIX:-.template}"
  out="\${OUTPUT_DIR:-/etc/nginx/conf.d}"
  defined=$(printf '\${%s} ' $(awk "END { for (name in ENVIRON) { print ( name ~ /\${FILTER:-}/ ) ? name : \\"\\" } }" < /dev/null ))
  [ -d "$dir" ] || return 0
  [ -w "$out" ] || { echo "$out is not writable"; return 0; }
  find "$dir" -follow -type f -name "*$suffix" -print | while read -r template; do
    relative="\${template#"$dir/"}"
    target="$out/\${relative%"$suffix"}"
    mkdir -p "$out/$(dirname "$relative")"
    envsubst "$defined" < "$template" > "$target"
  done
}
render
exit 0
`),
    '/entry.d/30-off.sh': { text: '#!/bin/sh\necho > /etc/nginx/conf.d/default.conf\n', mode: 0o644 },
    '/etc/os-release': 'ID=debian\nNAME="Debian GNU/Linux"\n',
    '/var/lib/dpkg/status': `Package: other\nStatus: install ok installed\n\nPackage: nginx\nStatus: install ok installed\nConffiles:\n /etc/nginx/conf.d/default.conf ${checksum}\n /etc/nginx/mime.types 0123\nVersion: 1.27\n\n`,
    '/etc/nginx/conf.d/default.conf': site,
    '/etc/nginx/templates/sub/site.conf.template':
      'server { listen ${PORT}; set $a $host; listen $FROM_ENVSH; }\n',
  };
  const given: Given = {
    files,
    entrypoint: ['/entry.sh'],
    cmd: ['nginx', '-g', 'daemon off;'],
    env: { PORT: '8085' },
  };

  it('runs and reads the scripts of its folder, in version order', () => {
    const { launch, findings } = only(given);
    expect(launch.argv).toEqual(['nginx', '-g', 'daemon off;']);
    expect(launch).toMatchObject({
      exe: '/usr/sbin/nginx',
      certainty: 'certain',
      user: { name: 'root', uid: 0 },
    });
    expect(findings).toEqual([]);
    // The folder's scripts are read in a pipeline, so what they export does not reach the server.
    expect(launch.env).not.toHaveProperty('FROM_ENVSH');
  });

  it('puts only defined variables into templates', () => {
    const { launch } = only(given);
    expect(launch.rootfs.readText('/etc/nginx/conf.d/sub/site.conf')).toBe(
      'server { listen 8085; set $a $host; listen 8090; }\n',
    );
  });

  it('adds the IPv6 line to the packaged file', () => {
    const { launch } = only(given);
    expect(launch.rootfs.readText('/etc/nginx/conf.d/default.conf')).toBe(
      'server {\n    listen       80;\n    listen  [::]:80;\n    server_name  localhost;\n}\n',
    );
    expect(launch.rootfs.find('/etc/nginx/conf.d/default.conf')?.origin).toBe('/entry.d/10-ipv6.sh:16');
  });

  it('leaves it without IPv6, changed, or not writable', () => {
    const same = (change: Partial<Given>) =>
      only({ ...given, ...change }).launch.rootfs.readText('/etc/nginx/conf.d/default.conf');
    const mine = 'server { listen 8080; }\n';
    expect(same({ ipv6: false })).toBe(site);
    expect(same({ files: { ...files, '/etc/nginx/conf.d/default.conf': mine } })).toBe(mine);
    expect(same({ user: '101' })).toBe(site);
  });

  it('skips all that for another command', () => {
    const { launch } = only({ ...given, cmd: ['sh', '-c', 'exec nginx -c /x'] });
    expect(launch.argv).toEqual(['nginx', '-c', '/x']);
    expect(launch.rootfs.isFile('/etc/nginx/conf.d/sub/site.conf')).toBe(false);
  });
});

describe('a server that drops root by running its entrypoint again', () => {
  const entry = (server: string, drop: string) =>
    script(`
#!/bin/sh
set -e
if [ "\${1#-}" != "$1" ] || [ "\${1%.conf}" != "$1" ]; then
  set -- ${server} "$@"
fi
if [ "$1" = '${server}' -a "$(id -u)" = '0' ]; then
  find . \\! -user redis -exec chown redis '{}' +
  exec ${drop} "$0" "$@"
fi
um="$(umask)"
if [ "$um" = '0022' ]; then umask 0077; fi
exec "$@"$EXTRA
`);
  const files = { '/usr/local/bin/entry.sh': entry('redis-server', 'gosu redis'), '/data/x': 'x' };
  const given: Given = { files, entrypoint: ['entry.sh'], cmd: ['redis-server'], cwd: '/data' };

  it('prepends the server to options and config files', () => {
    expect(only({ ...given, cmd: ['--port', '7000'] }).launch.argv).toEqual([
      'redis-server',
      '--port',
      '7000',
    ]);
    expect(only({ ...given, cmd: ['/etc/r.conf'] }).launch.argv).toEqual(['redis-server', '/etc/r.conf']);
  });

  it('ends as the other user, with its home, and says so', () => {
    const { launch } = only(given);
    expect(launch).toMatchObject({ user: { name: 'redis', uid: 999 }, cwd: '/data', certainty: 'certain' });
    expect(launch.env.HOME).toBe('/data');
    expect(launch.via.map(({ text }) => text)).toEqual([
      'the container runs entry.sh redis-server',
      'runs the script /usr/local/bin/entry.sh with redis-server',
      `exec gosu redis "$0" "$@"`,
      'runs as user redis',
      'runs the script /usr/local/bin/entry.sh with redis-server',
      'exec "$@"$EXTRA',
    ]);
    expect(launch.via[2]).toMatchObject({ path: '/usr/local/bin/entry.sh', line: 8 });
    expect(launch.rootfs.find('/data/x')?.uid).toBe(999);
  });

  it('appends extra flags from the environment, split at blanks', () => {
    const files = {
      '/usr/local/bin/entry.sh': entry(
        'valkey-server',
        'setpriv --reuid=redis --regid=redis --clear-groups --',
      ),
      '/data/': '',
    };
    const { launch } = only({
      ...given,
      files,
      cmd: ['valkey-server'],
      env: { EXTRA: ' --port 7001  --save ""' },
    });
    expect(launch.argv).toEqual(['valkey-server', '--port', '7001', '--save', '""']);
    expect(launch.user).toEqual({ name: 'redis', uid: 999 });
  });

  it('stays as it is for a container user or another program', () => {
    expect(only({ ...given, user: '1234:5' }).launch.user).toEqual({ name: '1234', uid: 1234 });
    expect(only({ ...given, cmd: ['/usr/sbin/redis-server'] }).launch.user.name).toBe('root');
  });
});

describe('a foreground helper', () => {
  it('execs the server with its flag and the arguments', () => {
    const files = {
      '/usr/local/bin/httpd-foreground': script(
        '\n#!/bin/sh\nset -e\nrm -f /usr/local/apache2/logs/httpd.pid\nexec httpd -DFOREGROUND "$@"\n',
      ),
    };
    const { launch } = only({ files, entrypoint: [], cmd: ['httpd-foreground', '-e', 'info'] });
    expect(launch.argv).toEqual(['httpd', '-DFOREGROUND', '-e', 'info']);
  });

  it('reads variables that the server needs', () => {
    const files = {
      '/usr/local/bin/web': script(`
#!/bin/bash
set -e
: "\${CONFDIR:=/etc/apache2}"
: "\${VARS:=$CONFDIR/envvars}"
if test -f "$VARS"; then . "$VARS"; fi
for e in "\${!APACHE_@}"; do
  if [[ "$e" == *_DIR ]] && [[ "\${!e}" == /* ]]; then mkdir -p "\${!e}"; fi
done
exec apache2 -DFOREGROUND "$@"
`),
      '/etc/apache2/envvars': `: \${APACHE_RUN_USER:=www-data}\nexport APACHE_RUN_USER\nSUFFIX=""\nexport APACHE_RUN_DIR=/var/run/apache2$SUFFIX\n`,
    };
    const { launch } = only({ files, entrypoint: ['web'], cmd: [] });
    expect(launch.env).toMatchObject({ APACHE_RUN_USER: 'www-data', APACHE_RUN_DIR: '/var/run/apache2' });
    expect(launch.env).not.toHaveProperty('CONFDIR');
    expect(launch.rootfs.isDirectory('/var/run/apache2')).toBe(true);
  });
});

describe('a database that initialises itself', () => {
  const entry = script(`
#!/usr/bin/env bash
set -Eeo pipefail
file_env() {
  local var="$1" fileVar="\${1}_FILE" def="\${2:-}"
  if [ "\${!var:-}" ] && [ "\${!fileVar:-}" ]; then
    printf >&2 'error: both %s and %s are set\\n' "$var" "$fileVar"
    exit 1
  fi
  local val="$def"
  if [ "\${!var:-}" ]; then val="\${!var}"; elif [ "\${!fileVar:-}" ]; then val="$(< "\${!fileVar}")"; fi
  export "$var"="$val"
  unset "$fileVar"
}
is_sourced() { [ "\${#FUNCNAME[@]}" -ge 2 ] && [ "\${FUNCNAME[0]}" = 'is_sourced' ] && [ "\${FUNCNAME[1]}" = 'source' ]; }
make_folders() {
  local uid; uid="$(id -u)"
  mkdir -p "$PGDATA"
  chmod 00700 "$PGDATA" || :
  if [ "$uid" = '0' ]; then find "$PGDATA" \\! -user postgres -exec chown postgres '{}' +; fi
}
setup_env() {
  file_env 'DB_PASSWORD'
  file_env 'DB_USER' 'postgres'
  declare -g ALREADY
  : "\${ALREADY:=}"
  if [ -s "$PGDATA/PG_VERSION" ]; then ALREADY='true'; fi
}
check_env() {
  if [ -z "$DB_PASSWORD" ] && [ 'trust' != "$AUTH_METHOD" ]; then
    cat >&2 <<-'EOE'
	Error: no password is given.
	EOE
    exit 1
  fi
}
temp_server() {
  if [ "$1" = 'postgres' ]; then shift; fi
  set -- "$@" -c listen_addresses='' -p "\${PGPORT:-5432}"
  PGUSER="\${PGUSER:-$DB_USER}" pg_ctl -D "$PGDATA" -o "$(printf '%q ' "$@")" -w start
}
want_help() {
  local arg
  for arg; do case "$arg" in -'?'|--help|--describe-config|-V|--version) return 0 ;; esac; done
  return 1
}
main() {
  if [ "\${1:0:1}" = '-' ]; then set -- postgres "$@"; fi
  if [ "$1" = 'postgres' ] && ! want_help "$@"; then
    setup_env
    make_folders
    if [ "$(id -u)" = '0' ]; then exec gosu postgres "$BASH_SOURCE" "$@"; fi
    if [ -z "$ALREADY" ]; then
      check_env
      ls /initdb.d/ > /dev/null
      eval 'initdb --username="$DB_USER" --pwfile=<(printf "%s\\n" "$DB_PASSWORD") "$@"'
      temp_server "$@"
      for f in /initdb.d/*; do
        case "$f" in
          *.sh) if [ -x "$f" ]; then "$f"; else . "$f"; fi ;;
          *.sql) psql -f "$f"; echo ;;
        esac
      done
      pg_ctl -D "$PGDATA" -m fast -w stop
      unset PGPASSWORD
    fi
  fi
  exec "$@"
}
if ! is_sourced; then main "$@"; fi
`);
  const files: Record<string, MemoryFile> = {
    '/usr/local/bin/entry.sh': entry,
    '/usr/bin/initdb': binary,
    '/usr/bin/pg_ctl': binary,
    '/usr/bin/psql': binary,
    '/initdb.d/10-conf.sh': 'echo "port = 6000" >> "$PGDATA/postgresql.conf"\nexport SEEN=1\n',
    '/initdb.d/20-data.sql': 'select 1;\n',
    '/var/lib/postgresql/data/': '',
  };
  const env = { PGDATA: '/var/lib/postgresql/data', DB_PASSWORD: 'secret' };
  const given: Given = { files, entrypoint: ['entry.sh'], cmd: ['postgres'], env };

  it('ends with the server alone, as its user', () => {
    const { launch, findings } = only({ ...given, cmd: ['-c', 'port=7000'] });
    expect(launch.argv).toEqual(['postgres', '-c', 'port=7000']);
    expect(launch).toMatchObject({ user: { name: 'postgres', uid: 998 }, certainty: 'certain' });
    expect(launch.env).toMatchObject({ DB_USER: 'postgres', SEEN: '1', HOME: '/var/lib/postgresql' });
    expect(launch.rootfs.readText('/var/lib/postgresql/data/postgresql.conf')).toBe('port = 6000\n');
    expect(findings).toEqual([]);
  });

  it('reads a secret from a file', () => {
    const { launch } = only({
      ...given,
      files: { ...files, '/run/secrets/pw': 'from file\n' },
      env: { PGDATA: env.PGDATA, DB_PASSWORD_FILE: '/run/secrets/pw' },
    });
    expect(launch.env.DB_PASSWORD).toBe('from file');
    expect(launch.env).not.toHaveProperty('DB_PASSWORD_FILE');
  });

  it('skips the first run where there is data', () => {
    const { launch } = only({ ...given, files: { ...files, '/var/lib/postgresql/data/PG_VERSION': '17\n' } });
    expect(launch.env).not.toHaveProperty('SEEN');
  });

  it('is read on, with a finding, where a required setting is missing', () => {
    const { launch, findings } = only({ ...given, env: { PGDATA: env.PGDATA } });
    expect(launch).toMatchObject({ argv: ['postgres'], user: { name: 'postgres' }, certainty: 'possible' });
    expect(findings).toMatchObject([
      {
        id: 'will-not-start',
        evidence: [
          { path: '/usr/local/bin/entry.sh', line: 33, text: 'exit 1 (Error: no password is given.)' },
        ],
      },
    ]);
  });

  it('starts nothing where two settings exclude each other', () => {
    const both = { ...env, DB_PASSWORD_FILE: '/x' };
    const { launches, findings } = find({ ...given, env: both });
    expect(launches).toEqual([]);
    expect(findings.map(({ id }) => id)).toContain('will-not-start');
  });

  it('is the program itself when it only shows its help', () => {
    expect(find({ ...given, cmd: ['postgres', '--version'] }).launches).toEqual([]);
  });
});

describe('a database that asks the server for its settings', () => {
  const entry = script(`
#!/bin/bash
set -eo pipefail
shopt -s nullglob
get_config() { local conf="$1"; shift; "$@" --verbose --help 2>/dev/null | awk -v conf="$conf" '$1 == conf { print $2; exit }'; }
stop_temp() { kill "$PID"; wait "$PID" || :; }
main() {
  if [ "\${1:0:1}" = '-' ]; then set -- mysqld "$@"; fi
  if [ "$1" = 'mysqld' ]; then
    if [ "$(id -u)" = "0" ]; then exec gosu mysql "$0" "$@"; fi
    declare -g DATADIR SOCKET
    DATADIR="$(get_config 'datadir' "$@")"
    SOCKET="$(get_config 'socket' "$@")"
    if [ ! -d "$DATADIR/mysql" ]; then
      "$@" --initialize-insecure
      "$@" --socket="$SOCKET" --temporary &
      PID=$!
      for i in {30..0}; do
        if mysqladmin --socket="$SOCKET" ping &> /dev/null; then break; fi
        sleep 1
      done
      if [ "$i" = 0 ]; then echo >&2 'unable to start'; exit 1; fi
      stop_temp
    fi
  fi
  exec "$@"
}
main "$@"
`);
  const files = { '/entry.sh': entry, '/usr/bin/mysqladmin': binary, '/var/lib/mysql/': '' };

  it('finds the server on every way, without the temporary one', () => {
    const { launch, findings } = only({ files, entrypoint: ['/entry.sh'], cmd: ['--port=3307'] });
    expect(launch.argv).toEqual(['mysqld', '--port=3307']);
    expect(launch).toMatchObject({ user: { name: 'mysql' }, certainty: 'certain' });
    expect(findings).toEqual([]);
  });
});

describe('a database with argument surgery', () => {
  const entry = script(`
#!/usr/bin/env bash
set -Eeuo pipefail
if [ "\${1:0:1}" = '-' ]; then set -- mongod "$@"; fi
original="$1"
if [[ "$original" == mongo* ]] && [ "$(id -u)" = '0' ]; then
  chown --dereference mongodb "/proc/$$/fd/1" "/proc/$$/fd/2" || :
  exec gosu mongodb "$BASH_SOURCE" "$@"
fi
if [[ "$original" == mongo* ]]; then
  numa='numactl --interleave=all'
  if $numa true &> /dev/null; then set -- $numa "$@"; fi
fi
have_arg() {
  local wanted="$1"; shift
  local arg
  for arg; do case "$arg" in "$wanted"|"$wanted"=*) return 0 ;; esac; done
  return 1
}
arg_value() {
  local wanted="$1"; shift
  while [ "$#" -gt 0 ]; do
    local arg="$1"; shift
    case "$arg" in
      "$wanted") echo "$1"; return 0 ;;
      "$wanted"=*) echo "\${arg#$wanted=}"; return 0 ;;
    esac
  done
  return 1
}
declare -a hacked
ensure_arg() {
  local wanted="$1"; shift
  hacked=( "$@" )
  if ! have_arg "$wanted" "$@"; then hacked+=( "$wanted" ); fi
}
json=/tmp/config.json
js_escape() { jq --null-input --arg 'str' "$1" '$str'; }
parse_config() {
  local path
  if path="$(arg_value --config "$@")" && [ -s "$path" ]; then
    mongosh --nodb --eval "load('/js-yaml.js'); JSON.stringify(jsyaml.load(fs.readFileSync($(js_escape "$path"), 'utf8')))" > "$json"
    if [ "$(head -c1 "$json")" != '{' ] || [ "$(tail -c2 "$json")" != '}' ]; then exit 1; fi
    return 0
  fi
  return 1
}
if [ "$original" = 'mongod' ]; then
  ensure_arg --bind_ip_all "$@"
  wanted=1
  if have_arg --bind_ip "$@"; then wanted=; fi
  if [ -n "$wanted" ] && parse_config "$@" && jq --exit-status '.net.bindIp // .net.bindIpAll' "$json" > /dev/null; then wanted=; fi
  if [ -n "$wanted" ]; then set -- "\${hacked[@]}"; fi
fi
rm -f "$json"
exec "$@"
`);
  const files: Record<string, MemoryFile> = {
    '/usr/bin/entry.sh': entry,
    '/usr/bin/mongosh': binary,
    '/etc/bound.yaml': 'net:\n  port: 27020\n  bindIp: 127.0.0.1\n',
    '/etc/free.yaml': '# comment\nnet: { port: 27020 }\n',
  };
  const argv = (...cmd: string[]) => {
    const { launch, findings } = only({ files, entrypoint: ['entry.sh'], cmd });
    expect({ certainty: launch.certainty, user: launch.user.name, findings }).toEqual({
      certainty: 'certain',
      user: 'mongodb',
      findings: [],
    });
    return launch.argv;
  };

  it('adds the address where none is given', () => {
    expect(argv('mongod')).toEqual(['mongod', '--bind_ip_all']);
    expect(argv('--port', '27019')).toEqual(['mongod', '--port', '27019', '--bind_ip_all']);
    expect(argv('mongod', '-f', '/etc/bound.yaml')).toEqual([
      'mongod',
      '-f',
      '/etc/bound.yaml',
      '--bind_ip_all',
    ]);
  });

  it('leaves it where arguments or the config file have one', () => {
    expect(argv('mongod', '--bind_ip=10.0.0.1')).toEqual(['mongod', '--bind_ip=10.0.0.1']);
    expect(argv('mongod', '--config', '/etc/bound.yaml')).toEqual(['mongod', '--config', '/etc/bound.yaml']);
    expect(argv('mongod', '--config=/etc/free.yaml')).toEqual([
      'mongod',
      '--config=/etc/free.yaml',
      '--bind_ip_all',
    ]);
  });
});

describe('a broker with a long list of old settings', () => {
  const entry = script(`
#!/bin/bash
set -euo pipefail
if [[ "$1" == rabbitmq* ]] && [ "$(id -u)" = '0' ]; then
  if [ "$1" = 'rabbitmq-server' ]; then
    find /var/lib/rabbitmq \\! -user rabbitmq -exec chown rabbitmq '{}' +
  fi
  exec gosu rabbitmq "$BASH_SOURCE" "$@"
fi
deprecated=( RABBITMQ_DEFAULT_PASS_FILE RABBITMQ_SSL_CACERTFILE )
has=
for v in "\${deprecated[@]}"; do
  if [ -n "\${!v:-}" ]; then echo >&2 "error: $v is set"; has=1; fi
done
if [ -n "$has" ]; then exit 1; fi
if [[ "\${HOSTNAME}" == *.* ]] && [ -z "\${RABBITMQ_USE_LONGNAME+x}" ]; then :; fi
exec "$@"
`);
  const given: Given = {
    files: { '/usr/local/bin/entry.sh': entry, '/var/lib/rabbitmq/': '' },
    entrypoint: ['entry.sh'],
    cmd: ['rabbitmq-server'],
  };

  it('reaches the server whatever the host is called', () => {
    const { launch, findings } = only(given);
    expect(launch).toMatchObject({
      argv: ['rabbitmq-server'],
      user: { name: 'rabbitmq', uid: 995 },
      certainty: 'certain',
    });
    expect(isUnknown(launch.env.HOSTNAME ?? '')).toBe(true);
    expect(findings).toEqual([]);
  });

  it('says where it refuses to start', () => {
    const { findings } = find({ ...given, env: { RABBITMQ_SSL_CACERTFILE: '/ca.pem' } });
    expect(findings[0]).toMatchObject({
      id: 'will-not-start',
      evidence: [{ path: '/usr/local/bin/entry.sh', line: 14 }],
    });
  });
});

describe('values that can not be known', () => {
  const launchesOf = (text: string, env: Record<string, string> = {}) =>
    find({
      files: { '/e.sh': script(`#!/bin/bash\n${text}`) },
      entrypoint: ['/e.sh'],
      cmd: [],
      env,
    }).launches.map(({ argv, certainty }) => `${argv.map(showUnknown).join(' ')} ${certainty}`);

  it('stay in the argument that they are part of', () => {
    expect(launchesOf('exec redis-server --port "$(curl -s http://config/port)"')).toEqual([
      'redis-server --port ⟨curl -s http://config/port⟩ certain',
    ]);
  });

  it('make what depends on them possible', () => {
    expect(
      launchesOf('if curl -s http://x; then exec redis-server --port 1; fi; exec redis-server --port 2'),
    ).toEqual(['redis-server --port 1 possible', 'redis-server --port 2 possible']);
  });

  it('leave what every way reaches certain, listed once', () => {
    expect(
      launchesOf(
        'if curl -s http://x; then echo yes; else echo no; fi; [ -n "$(date)" ] && x=1; exec redis-server',
      ),
    ).toEqual(['redis-server certain']);
  });

  it('do not count where the way ends with an error', () => {
    expect(
      launchesOf(
        'curl -s http://x || exit 1; if ! ping -c1 db; then echo no >&2; exit 3; fi; exec redis-server',
      ),
    ).toEqual(['redis-server certain']);
  });

  it('end loops that wait', () => {
    const texts = [
      'until nc -z db 5432; do sleep 1; done; exec redis-server',
      'while ! ping -c1 db; do sleep 1; done; exec redis-server',
      'for i in $(seq 1 60); do nc -z db 1 && break; sleep 1; done; exec redis-server',
      'while true; do if nc -z db 1; then break; fi; sleep 2; done; exec redis-server',
      'while [ ! -f /run/ready ]; do sleep 1; done; exec redis-server',
      'n=0; until nc -z db 1 || [ $n -ge 30 ]; do n=$((n+1)); sleep 1; done; exec redis-server',
    ];
    for (const text of texts) expect(launchesOf(text)).toEqual(['redis-server certain']);
  });

  it('follow many independent conditions', () => {
    const checks = Array.from({ length: 20 }, (_, i) => `if nc -z host${i} 1; then echo up; fi`).join('\n');
    expect(launchesOf(`${checks}\nexec redis-server`)).toEqual(['redis-server certain']);
  });

  it('are bounded where every condition changes the state', () => {
    const checks = Array.from({ length: 12 }, (_, i) => `if nc -z host${i} 1; then a${i}=1; fi`).join('\n');
    const found = find({
      files: { '/e.sh': script(`#!/bin/bash\n${checks}\nexec redis-server`) },
      entrypoint: ['/e.sh'],
      cmd: [],
    });
    expect(found.launches.map(({ argv }) => argv)).toEqual([['redis-server']]);
  });
});
