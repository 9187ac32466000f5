import type { Generated } from './dress.ts';
import { type OptionServer, optionServerCase, port } from './option-groups.ts';
import type { Random } from './random.ts';

const addresses = ['127.0.0.1', '::1', '10.9.0.2', 'fd00:9::2', '127.0.0.7'];

const server: OptionServer = {
  command: 'mysqld',
  always: ['--skip-log-bin', '--performance-schema=OFF'],
  groups: ['mysqld', 'server', 'mysqld-9.7', 'mysql_cluster'],
  strange: ['client', 'mysql', 'mysqld_safe', 'mysqld-8.4', 'mysqld-9', 'mariadb', 'mysqld2'],
  options: [
    ['port', port],
    ['bind-address', (random) => random.sample(addresses, random.int(1, 3)).join(',')],
    ['bind-address', (random) => random.pick(['*', '::', '0.0.0.0', 'localhost'])],
    ['socket', (random) => random.pick(['/tmp/mysql.sock', '/run/mysqld/other.sock', 'rel.sock'])],
    ['skip-networking', (random) => random.pick(['0', '1', undefined, 'OFF'])],
    ['mysqlx', (random) => random.pick(['OFF', 'ON', '0', '1'])],
    ['mysqlx-port', port],
    ['mysqlx-bind-address', (random) => random.sample(addresses, random.int(1, 2)).join(',')],
    ['admin-address', (random) => random.pick([...addresses, 'localhost'])],
    ['admin-port', port],
  ],
  noise: ['skip-name-resolve', 'max_connections = 50', '# port = 1', '; port = 2', '', 'loose-nothing=3'],
};

/** One mysqld whose options come from files, the environment and arguments. */
export function mysqlCase(random: Random): Generated {
  return optionServerCase(random, server);
}
