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
    // A cluster made without Debian's tools, as images have it; a case that wants a fresh one runs initdb in `setup`.
    prepare: [
      ['install', '-d', '-o', 'postgres', '-g', 'postgres', '/var/lib/postgresql/data'],
      [
        'runuser',
        '-u',
        'postgres',
        '--',
        '/usr/lib/postgresql/15/bin/initdb',
        '-D',
        '/var/lib/postgresql/data',
      ],
      ['install', '-d', '-m', '2775', '-o', 'postgres', '-g', 'postgres', '/run/postgresql'],
    ],
  },
  apache: {
    packages: ['apache2', 'ssl-cert'],
    version: ['apache2', '-v'],
    prepare: [],
  },
} as const satisfies Record<string, AppSpec>;

interface AppSpec {
  packages: readonly string[];
  version: readonly string[];
  /** Commands run once inside the new root file system. */
  prepare: readonly (readonly string[])[];
}

export type App = keyof typeof apps;

export const appNames = Object.keys(apps) as App[];

/** What entrypoint scripts of images use, besides the server. */
export const commonPackages = ['gosu', 'tini', 'dumb-init', 'gettext-base', 'openssl', 'netbase'];
