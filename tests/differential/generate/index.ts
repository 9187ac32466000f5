import type { App } from '../apps.ts';
import { type Case, makeCase } from '../case.ts';
import { apacheCase } from './apache.ts';
import { busyboxCase } from './busybox.ts';
import type { Generated } from './dress.ts';
import { haproxyCase } from './haproxy.ts';
import { mariadbCase } from './mariadb.ts';
import { mixedCase } from './mixed.ts';
import { mysqlCase } from './mysql.ts';
import { nginxCase } from './nginx.ts';
import { phpFpmCase } from './php-fpm.ts';
import { postgresqlCase } from './postgresql.ts';
import { rabbitmqCase } from './rabbitmq.ts';
import { Random } from './random.ts';
import { redisCase } from './redis.ts';
import { tomcatCase } from './tomcat.ts';
import { wordpressCase } from './wordpress.ts';

const generators: Record<App, (random: Random) => Generated> = {
  redis: redisCase,
  nginx: nginxCase,
  postgresql: postgresqlCase,
  apache: apacheCase,
  haproxy: haproxyCase,
  mariadb: mariadbCase,
  mysql: mysqlCase,
  rabbitmq: rabbitmqCase,
  tomcat: tomcatCase,
  wordpress: wordpressCase,
  'php-fpm': phpFpmCase,
  busybox: busyboxCase,
  mixed: mixedCase,
};

/** `count` cases that a seed always makes the same; each has its own seed, so any one can be made again alone. */
export function generateCases(app: App, seed: number, count: number): Case[] {
  return Array.from({ length: count }, (_, index) =>
    makeCase(app, `seed ${seed}`, {
      ...generators[app](new Random(seed * 100_003 + index)),
      name: `case ${index}`,
    }),
  );
}
