import { dress, type Generated, type Plain } from './dress.ts';
import type { Random } from './random.ts';

const server = '/usr/lib/rabbitmq/bin/rabbitmq-server';
const plugins = [
  ...['rabbitmq_management', 'rabbitmq_prometheus', 'rabbitmq_mqtt', 'rabbitmq_stomp', 'rabbitmq_stream'],
  ...['rabbitmq_web_mqtt', 'rabbitmq_web_stomp', 'rabbitmq_shovel', 'rabbitmq_federation_management'],
];
const addresses = ['127.0.0.1', '::1', '10.9.0.2', 'fd00:9::2', '0.0.0.0'];
const noise = [
  '# listeners.tcp.1 = 1',
  '',
  'heartbeat = 30',
  'log.console = true',
  'vm_memory_high_watermark.relative = 0.5',
];

/** One node whose listeners come from lines, terms, plugins and the environment. */
export function rabbitmqCase(random: Random): Generated {
  const env: Record<string, string> = { HOME: '/var/lib/rabbitmq', RUNNING_UNDER_SYSTEMD: 'true' };
  const files: Record<string, string> = {};
  if (random.chance(0.4)) env.RABBITMQ_NODE_PORT = String(port(random));
  if (random.chance(0.2)) env.RABBITMQ_NODE_IP_ADDRESS = random.pick(addresses);
  if (random.chance(0.2)) env.RABBITMQ_DIST_PORT = String(port(random));
  if (random.chance(0.2)) env.ERL_EPMD_PORT = String(port(random));
  if (random.chance(0.2))
    files['/etc/rabbitmq/rabbitmq-env.conf'] =
      `${random.pick(['RABBITMQ_NODE_PORT', 'NODE_PORT'])}=${port(random)}\n`;
  if (random.chance(0.6))
    files['/etc/rabbitmq/enabled_plugins'] = `[${random.sample(plugins, random.int(1, 4)).join(',')}].\n`;
  if (random.chance(0.7)) files['/etc/rabbitmq/rabbitmq.conf'] = lines(random);
  if (random.chance(0.2))
    files['/etc/rabbitmq/conf.d/10-more.conf'] = `listeners.tcp.default = ${port(random)}\n`;
  if (random.chance(0.2)) files['/etc/rabbitmq/advanced.config'] = terms(random);
  const plain: Plain = { command: ['gosu', 'rabbitmq', server], env, files };
  return { ...dress(random, plain), settle: 6000 };
}

function port(random: Random): number {
  return random.int(1024, 19_000);
}

function lines(random: Random): string {
  const labels = ['default', 'a', 'b', 'default'];
  const made = Array.from({ length: random.int(0, 3) }, () => {
    const value = random.chance(0.5) ? port(random) : `${random.pick(addresses)}:${port(random)}`;
    return `${random.pick(['', '', 'mqtt.', 'stomp.'])}listeners.tcp.${random.pick(labels)} = ${value}`;
  });
  const others = [
    ...[`management.tcp.port = ${port(random)}`, 'management.tcp.ip = 127.0.0.1', 'prometheus.tcp.ip = ::1'],
    ...[
      'stream.listeners.tcp = none',
      `web_stomp.tcp.port = ${port(random)}`,
      'distribution.listener.interface = 127.0.0.1',
    ],
  ];
  return `${random.shuffle([...made, ...random.sample(others, random.int(0, 3)), random.pick(noise)]).join('\n')}\n`;
}

function terms(random: Random): string {
  const listeners = `{rabbit, [{tcp_listeners, [{"127.0.0.1", ${port(random)}}, ${port(random)}]}]}`;
  const kernel = `{kernel, [{inet_dist_listen_min, 26000}, {inet_dist_listen_max, 26010}]}`;
  return `[${random.sample([listeners, kernel], random.int(1, 2)).join(',\n ')}].\n`;
}
