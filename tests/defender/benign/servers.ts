import type { BenignDay } from '../entry.ts';

const all = (port: number) => `tcp 0.0.0.0:${port}`;

/** Servers that do more than one day of it, each as its image starts it. */
export const serverDays: readonly BenignDay[] = [
  { row: 1, name: 'MariaDB', image: 'mariadb', ready: [all(3306)], finally: [all(3306)], steps: [] },
  {
    row: 1,
    name: 'MySQL',
    image: 'mysql',
    ready: ['tcp 127.0.0.1:3306', 'tcp 127.0.0.1:33060'],
    finally: ['tcp 127.0.0.1:3306', 'tcp 127.0.0.1:33060'],
    steps: [],
  },
  {
    row: 9,
    name: 'Tomcat with its shutdown port',
    image: 'tomcat',
    ready: [all(8080), 'tcp 127.0.0.1:8005'],
    finally: [all(8080)],
    steps: [],
  },
  {
    row: 9,
    name: 'RabbitMQ with its port mapper',
    image: 'rabbitmq',
    ready: ['tcp [::]:5672', 'tcp [::]:4369', all(25672)],
    finally: ['tcp [::]:5672', 'tcp [::]:4369'],
    steps: [],
  },
  {
    row: 20,
    name: 'Redis and a replica in its network',
    image: 'redis',
    ready: [all(6379)],
    finally: [all(6379)],
    steps: [
      {
        beside: 'redis',
        options: ['--network', 'container:{id}'],
        command: ['--port', '6380', '--replicaof', '127.0.0.1', '6379'],
      },
      { until: 'redis-cli info replication | grep -q state=online' },
    ],
  },
  {
    row: 3,
    name: 'php-fpm reads its config again',
    image: 'php-fpm',
    ready: ['tcp [::]:9000'],
    finally: ['tcp [::]:9000'],
    steps: [{ docker: ['kill', '--signal', 'USR2', '{id}'] }, { until: 'pgrep -f "fpm: pool"' }],
  },
  {
    row: 1,
    name: 'two servers under a supervisor',
    image: 'two servers',
    ready: [all(80), all(6379)],
    finally: [all(80), all(6379)],
    steps: [
      { exec: ['pkill', '-9', 'redis-server'] },
      { until: 'redis-cli ping' },
      { exec: ['supervisorctl', 'restart', 'nginx'] },
    ],
  },
  {
    row: 1,
    name: 'config that the entrypoint writes at each start',
    image: 'nginx with a port of its environment',
    options: ['--env', 'PORT=8088'],
    ready: [all(8088)],
    finally: [all(8088)],
    steps: [{ docker: ['restart', '--time', '5', '{id}'] }, { judged: all(8088) }],
  },
];
