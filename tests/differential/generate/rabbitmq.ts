import type { Generated } from './dress.ts';
import type { Random } from './random.ts';

/** One node. */
export function rabbitmqCase(random: Random): Generated {
  return { command: ['rabbitmq-server'], env: { RABBITMQ_NODE_PORT: String(random.int(1024, 30_000)) }, files: {}, settle: 4000 };
}
