import type { Evidence, Finding } from '../model/evidence.ts';
import type { Launch } from '../model/launch.ts';
import type { Value } from '../pack/expressions.ts';
import type { Pack } from '../pack/schema.ts';
import type { Rootfs } from '../rootfs/rootfs.ts';
import type { ParsedArguments } from './arguments.ts';
import type { Reach } from './reached.ts';
import type { RuntimeCommand } from './runtimes/runtime.ts';
import type { Trail } from './trail.ts';

/** What one evaluation of one app works on. */
export interface Context {
  pack: Pack;
  launch: Launch;
  rootfs: Rootfs;
  /** Whether the host has IPv6. */
  ipv6: boolean;
  args: ParsedArguments;
  /** What its runtime's command line says, where it runs in one. */
  runtime: RuntimeCommand | undefined;
  /** What the way the program was recognised says, for instance `{sentinel: true}`. */
  role: Readonly<Record<string, Value>>;
  trail: Trail;
  report: (finding: Finding) => void;
  /** Is told which of the pack's statements take effect, where somebody wants to know. */
  reach: Reach | undefined;
}

/** Reports that something could not be known or read. */
export function reportUnknown(context: Context, id: string, message: string, evidence: Evidence[]): void {
  context.report({ id, severity: 'medium', message, evidence });
}
