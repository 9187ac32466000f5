import { changeImage, docker, importFolder } from '../containers/engine.ts';
import type { App } from '../differential/apps.ts';
import { buildRootfs } from '../differential/rootfs.ts';
import type { Tool } from './tools.ts';
import { toolPath } from './tools.ts';

interface ImageSpec {
  app: App;
  /** Put into the image before all else. */
  tools?: readonly { tool: Tool; to: string }[];
  /** A shell script that runs once in it. */
  prepare?: string;
  /** As a Dockerfile has them. */
  changes: readonly string[];
}

const page = '/usr/lib/cgi-bin/page';

/** What a page left behind does with the words of its request. */
const pageText = '#!/bin/sh\nprintf "Content-Type: text/plain\\n\\n"\neval "$(cat)"\n';

export const images = {
  nginx: { app: 'nginx', changes: ['CMD ["nginx", "-g", "daemon off;"]', 'EXPOSE 80'] },
  'nginx, started by a script': {
    app: 'nginx',
    changes: [`CMD ["sh", "-c", "/usr/sbin/nginx; while sleep 1; do :; done"]`],
  },
  'nginx that shares its port': {
    app: 'nginx',
    prepare: `sed -i 's/listen 80 default_server;/listen 80 default_server reuseport;/; /::/d' /etc/nginx/sites-enabled/default`,
    changes: ['CMD ["nginx", "-g", "daemon off;"]'],
  },
  apache: { app: 'apache', changes: ['CMD ["apache2ctl", "-DFOREGROUND"]', 'EXPOSE 80'] },
  'apache under a script': {
    app: 'apache',
    changes: [`CMD ["sh", "-c", "apache2ctl start; while sleep 1; do :; done"]`],
  },
  'apache with a page left behind': {
    app: 'apache',
    prepare: `a2enmod cgi >/dev/null; printf '%s' '${pageText}' >${page}; chmod 755 ${page}`,
    changes: ['CMD ["apache2ctl", "-DFOREGROUND"]'],
  },
  redis: {
    app: 'redis',
    changes: ['ENTRYPOINT ["redis-server"]', 'CMD ["--protected-mode", "no"]', 'EXPOSE 6379'],
  },
  'redis on loopback': {
    app: 'redis',
    changes: ['CMD ["redis-server", "--bind", "127.0.0.1"]'],
  },
  postgresql: {
    app: 'postgresql',
    changes: ['USER postgres', 'CMD ["pg_ctlcluster", "15", "main", "start", "--foreground"]'],
  },
  'postgresql, first run': {
    app: 'postgresql',
    prepare: `cat >/entrypoint <<'END'
#!/bin/sh
set -e
PATH=$PATH:/usr/lib/postgresql/15/bin
export PGDATA=/var/lib/postgresql/data
if [ ! -s "$PGDATA/PG_VERSION" ]; then
  initdb --auth=trust >/dev/null
  pg_ctl -w -o "-c listen_addresses='' -p 5432" start
  psql -h /var/run/postgresql -p 5432 -d postgres -c 'create table t (i int)'
  pg_ctl -m fast -w stop
fi
exec postgres
END
chmod 755 /entrypoint`,
    changes: ['USER postgres', 'ENTRYPOINT ["/entrypoint"]', 'CMD ["postgres"]'],
  },
  haproxy: {
    app: 'haproxy',
    prepare: `printf 'global\\n master-worker\\ndefaults\\n mode http\\n timeout client 5s\\n timeout connect 5s\\n timeout server 5s\\nfrontend f\\n bind *:8080\\n' >/etc/haproxy/haproxy.cfg`,
    changes: ['CMD ["haproxy", "-W", "-f", "/etc/haproxy/haproxy.cfg"]'],
  },
  'nginx with a port of its environment': {
    app: 'nginx',
    prepare: `printf '#!/bin/sh\\nsed "s/80 default/$PORT default/; /::/d" /etc/nginx/sites-available/default >/etc/nginx/sites-available/own\\nln -sf ../sites-available/own /etc/nginx/sites-enabled/default\\nexec nginx -g "daemon off;"\\n' >/entrypoint; chmod 755 /entrypoint`,
    changes: ['ENTRYPOINT ["/entrypoint"]'],
  },
  mariadb: { app: 'mariadb', changes: ['CMD ["mariadbd", "--user=mysql", "--bind-address=0.0.0.0"]'] },
  mysql: { app: 'mysql', changes: ['CMD ["mysqld", "--user=mysql"]', 'EXPOSE 3306 33060'] },
  tomcat: {
    app: 'tomcat',
    changes: ['WORKDIR /usr/local/tomcat', 'CMD ["/usr/local/tomcat/bin/catalina.sh", "run"]'],
  },
  rabbitmq: {
    app: 'rabbitmq',
    changes: [
      'ENV HOME=/var/lib/rabbitmq RUNNING_UNDER_SYSTEMD=true',
      'CMD ["gosu", "rabbitmq", "/usr/lib/rabbitmq/bin/rabbitmq-server"]',
    ],
  },
  'php-fpm': {
    app: 'wordpress',
    prepare: "sed -i 's/^listen = .*/listen = 9000/' /etc/php/8.2/fpm/pool.d/www.conf",
    changes: ['CMD ["php-fpm8.2", "-F"]'],
  },
  'two servers': {
    app: 'mixed',
    prepare: `printf '[program:nginx]\\ncommand=nginx -g "daemon off;"\\n[program:redis]\\ncommand=redis-server --protected-mode no\\n' >/etc/supervisor/conf.d/two.conf`,
    changes: ['CMD ["supervisord", "-n"]'],
  },
  mongod: {
    app: 'redis',
    tools: [{ tool: 'mongod', to: '/usr/bin/mongod' }],
    changes: ['CMD ["mongod"]'],
  },
  'no server': { app: 'redis', changes: ['CMD ["sleep", "infinity"]'] },
} as const satisfies Record<string, ImageSpec>;

export type ImageName = keyof typeof images;

const made = new Map<ImageName, Promise<string>>();
const bases = new Map<App, Promise<string>>();

/** The engine's name of an image, which is made when it is asked for first. */
export function imageOf(name: ImageName): Promise<string> {
  return madeOnce(made, name, async () => {
    const spec: ImageSpec = images[name];
    const tag = `berthwatch-test/defender-${Object.keys(images).indexOf(name)}:${process.pid}`;
    changeImage(fill(spec, await baseOf(spec.app), tag), tag, spec.changes);
    return tag;
  });
}

function baseOf(app: App): Promise<string> {
  return madeOnce(bases, app, async () => {
    const base = `berthwatch-test/defender-${app}:${process.pid}`;
    importFolder(await buildRootfs(app), base);
    return base;
  });
}

function madeOnce<K>(known: Map<K, Promise<string>>, key: K, make: () => Promise<string>): Promise<string> {
  const found = known.get(key) ?? make();
  known.set(key, found);
  return found;
}

/** With what is put into it; the same where that is nothing. */
function fill({ tools = [], prepare }: ImageSpec, base: string, tag: string): string {
  if (tools.length === 0 && prepare === undefined) return base;
  const container = docker('create', base, 'sh', '-c', prepare ?? ':');
  for (const { tool, to } of tools) docker('cp', toolPath(tool), `${container}:${to}`);
  docker('start', '--attach', container);
  docker('commit', container, `${tag}-filled`);
  docker('rm', container);
  return `${tag}-filled`;
}
