import type { Generated } from './dress.ts';
import { type OptionServer, optionServerCase, port } from './option-groups.ts';
import type { Random } from './random.ts';

const addresses = ['127.0.0.1', '::1', '10.9.0.2', 'fd00:9::2', '127.0.0.7'];

const server: OptionServer = {
  command: 'mariadbd',
  always: ['--skip-log-bin'],
  groups: [
    'mysqld',
    'server',
    'mariadb',
    'mariadbd',
    'mysqld-10.11',
    'mariadb-10.11',
    'client-server',
    'galera',
  ],
  strange: ['client', 'mysql', 'mysqld_safe', 'mysqld-10.6', 'mariadb-11', 'mysqld2'],
  options: [
    ['port', port],
    ['extra-port', (random) => random.pick(['0', port(random)])],
    ['bind-address', (random) => random.sample(addresses, random.int(1, 3)).join(',')],
    ['bind-address', (random) => random.pick(['*', '::', '0.0.0.0', 'localhost', '127.0.0.1,::', '*'])],
    ['socket', (random) => random.pick(['/tmp/maria.sock', '/run/mysqld/other.sock', '@maria', 'rel.sock'])],
    ['skip-networking', (random) => random.pick(['0', '1', undefined, 'OFF'])],
  ],
  noise: [
    'skip-name-resolve',
    'max_connections = 50',
    '# port = 1',
    '; port = 2',
    '',
    'loose-nothing=3',
    'key_buffer = 2M',
  ],
};

/** One mariadbd whose options come from files, the environment and arguments. */
export function mariadbCase(random: Random): Generated {
  return optionServerCase(random, server);
}
