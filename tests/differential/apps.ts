const data = '/var/lib/postgresql/data';
const initdb = '/usr/lib/postgresql/15/bin/initdb';

/** A cluster made without Debian's tools, as images have it, and the folder that Debian's start script makes. */
const cluster = [
  ['install', '-d', '-o', 'postgres', '-g', 'postgres', data],
  ['runuser', '-u', 'postgres', '--', initdb, '-D', data],
  ['install', '-d', '-m', '2775', '-o', 'postgres', '-g', 'postgres', '/run/postgresql'],
] as const;

/** Beside the package's, the layout of the official image. */
const officialTomcat = [
  ['cp', '-rL', '/usr/share/tomcat10', '/usr/local/tomcat'],
  ['cp', '-r', '/etc/tomcat10', '/usr/local/tomcat/conf'],
  ['sed', '-i', 's/Server port="-1"/Server port="8005"/', '/usr/local/tomcat/conf/server.xml'],
  [
    'mkdir',
    '/usr/local/tomcat/logs',
    '/usr/local/tomcat/temp',
    '/usr/local/tomcat/webapps',
    '/usr/local/tomcat/work',
  ],
] as const;

/** The servers that are run for real: Debian packages each, and the command that tells the version. */
export const apps = {
  redis: {
    packages: ['redis-server', 'redis-sentinel'],
    version: ['redis-server', '--version'],
    prepare: [],
  },
  nginx: {
    packages: ['nginx', 'libnginx-mod-stream', 'libnginx-mod-mail'],
    version: ['nginx', '-v'],
    prepare: [],
  },
  postgresql: {
    packages: ['postgresql'],
    version: ['/usr/lib/postgresql/15/bin/postgres', '--version'],
    prepare: cluster,
  },
  apache: {
    packages: ['apache2', 'ssl-cert'],
    version: ['apache2', '-v'],
    prepare: [],
  },
  mariadb: {
    packages: ['mariadb-server', 'galera-arbitrator-4'],
    version: ['mariadbd', '--version'],
    prepare: [
      ['rm', '-rf', '/var/lib/mysql'],
      ['install', '-d', '-o', 'mysql', '-g', 'mysql', '/run/mysqld', '/var/lib/mysql'],
      // `--force`: it would look for a host of its own name.
      ['mariadb-install-db', '--force', '--user=mysql', '--datadir=/var/lib/mysql', '--skip-test-db'],
    ],
  },
  mysql: {
    suite: 'sid',
    packages: ['mysql-server'],
    version: ['mysqld', '--version'],
    prepare: [
      ['rm', '-rf', '/var/lib/mysql'],
      [
        'install',
        '-d',
        '-o',
        'mysql',
        '-g',
        'mysql',
        '/run/mysqld',
        '/var/lib/mysql',
        '/var/lib/mysql-files',
      ],
      ['mysqld', '--no-defaults', '--initialize-insecure', '--user=mysql', '--datadir=/var/lib/mysql'],
    ],
  },
  haproxy: {
    packages: ['haproxy'],
    version: ['haproxy', '-v'],
    prepare: [],
  },
  tomcat: {
    packages: ['tomcat10', 'openjdk-17-jre-headless'],
    version: ['dpkg-query', '-W', 'tomcat10'],
    prepare: officialTomcat,
  },
  rabbitmq: {
    packages: ['rabbitmq-server'],
    version: ['dpkg-query', '-W', 'rabbitmq-server'],
    prepare: [],
  },
  wordpress: {
    packages: [...['wordpress', 'apache2', 'libapache2-mod-php'], ...['php-fpm', 'nginx', 'supervisor']],
    version: ['dpkg-query', '-W', 'wordpress'],
    prepare: [['install', '-d', '-o', 'www-data', '-g', 'www-data', '/run/php']],
  },
  'php-fpm': {
    home: 'wordpress',
    packages: [],
    version: ['php-fpm8.2', '--version'],
    prepare: [],
  },
  busybox: {
    packages: ['busybox-static'],
    version: ['busybox'],
    // Links as images have them, but for the shell: scripts are run by Debian's own.
    prepare: [
      ['mkdir', '/opt/applets'],
      ['/bin/busybox', '--install', '-s', '/opt/applets'],
      ['ln', '-s', '/bin/busybox', '/usr/sbin/httpd'],
      ['ln', '-s', '../../bin/busybox', '/usr/sbin/telnetd'],
      ['ln', '-s', '/bin/busybox', '/usr/bin/nc'],
      ['ln', '-s', '/bin/busybox', '/sbin/udhcpd'],
      ['ln', '-s', '/bin/busybox', '/sbin/syslogd'],
    ],
  },
  // Several servers in one container, under scripts and supervisors.
  mixed: {
    packages: [
      ...['nginx', 'redis-server', 'redis-sentinel', 'apache2', 'postgresql'],
      ...['supervisor', 'runit', 'daemontools', 's6', 'execline', 'systemd', 'sysvinit-core', 'busybox'],
      ...['monit', 'ruby-foreman', 'catatonit'],
    ],
    version: ['supervisord', '--version'],
    prepare: cluster,
  },
} as const satisfies Record<string, AppSpec>;

export interface AppSpec {
  /** The app whose root file system it is run in, where it has none of its own. */
  home?: 'wordpress';
  /** Debian's suite, where the machine's own has no such package. */
  suite?: string;
  packages: readonly string[];
  version: readonly string[];
  /** Commands run once inside the new root file system. */
  prepare: readonly (readonly string[])[];
}

export type App = keyof typeof apps;

export const appNames = Object.keys(apps) as App[];

/** What entrypoint scripts of images use, besides the server. */
export const commonPackages = ['gosu', 'tini', 'dumb-init', 'gettext-base', 'openssl', 'netbase'];
