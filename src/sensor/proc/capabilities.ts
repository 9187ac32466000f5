import { readProcText } from './read.ts';

/** Numbers of linux/capability.h. */
const numbers = { CAP_DAC_OVERRIDE: 1, CAP_DAC_READ_SEARCH: 2, CAP_SYS_PTRACE: 19, CAP_SYS_ADMIN: 21 };

export type Capability = keyof typeof numbers;

/** A right of the kernel, and what a defender can't do without it: a person's words. */
export interface MissingRight {
  capability: Capability;
  without: string;
}

/** Those of the rights that a defender needs which this process does not have. */
export function missingRights(status = readProcText('/proc/self/status') ?? ''): MissingRight[] {
  const effective = BigInt(`0x${/^CapEff:\t([0-9a-f]+)$/m.exec(status)?.[1] ?? '0'}`);
  const isRoot = /^Uid:\t\d+\t0\t/m.test(status);
  const has = (capability: Capability) => ((effective >> BigInt(numbers[capability])) & 1n) === 1n;
  const missing: MissingRight[] = [];
  if (!has('CAP_SYS_PTRACE'))
    missing.push({ capability: 'CAP_SYS_PTRACE', without: 'processes of other users are not seen' });
  // Either lets a process read what the permissions of files keep from it.
  if (!has('CAP_DAC_READ_SEARCH') && !has('CAP_DAC_OVERRIDE'))
    missing.push({ capability: 'CAP_DAC_READ_SEARCH', without: 'config files of other users are not read' });
  if (!has('CAP_SYS_ADMIN'))
    missing.push({
      capability: 'CAP_SYS_ADMIN',
      without: 'tables of the kernel are read as text, which costs more',
    });
  if (!isRoot && !has('CAP_DAC_OVERRIDE'))
    missing.push({
      capability: 'CAP_DAC_OVERRIDE',
      without:
        'events of the kernel and sockets of container engines, which belong to root, are out of reach',
    });
  return missing;
}
