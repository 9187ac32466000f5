import type { Profile } from '../../model/profile.ts';
import { meanings } from '../table/meanings.ts';
import { printableJson } from '../text/printable.ts';
import { version } from '../version.ts';
import type { ScanFlags } from './scan.ts';

/** Profiles in a format for machines. The number of sources asked for decides on an array, not how many were read. */
export async function machineText(
  format: Exclude<ScanFlags['format'], 'table'>,
  profiles: readonly Profile[],
  sources: number,
): Promise<string> {
  if (format === 'json') return text(sources > 1 ? profiles : profiles[0]);
  const { sarifLog } = await import('../../report/sarif.ts');
  return text(sarifLog(profiles, { version, meanings }));
}

function text(value: unknown): string {
  return `${printableJson(JSON.stringify(value, null, 2))}\n`;
}
