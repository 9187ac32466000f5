import { type Case, caseId } from './case.ts';
import { compare, compareExpected, type Mismatch } from './compare.ts';
import { canPredict, predict } from './predict.ts';
import { prepareView, runServer } from './run-server.ts';
import type { Truth } from './truth.ts';

export interface CaseResult {
  item: Case;
  /** What the real server did; undefined when it could not be run or was not to be. */
  truth?: Truth;
  mismatches: Mismatch[];
  /** Why there is no result: the set-up or the scan failed, nothing settled. */
  failure?: string;
}

/**
 * Scans a case and holds the scan against the truth: the one given, or without one what the real server does now.
 * Never throws.
 */
export async function runCase(rootfs: string, item: Case, recorded?: Truth): Promise<CaseResult> {
  try {
    const view = await prepareView(rootfs, item);
    try {
      const predicted = isCompared(item) ? await predict(view.root, item) : undefined;
      const truth = recorded ?? (await runServer(view, item));
      const mismatches = predicted
        ? [...compare(truth, predicted, view.root), ...compareExpected(item, predicted)]
        : [];
      return { item, truth, mismatches };
    } finally {
      view.close();
    }
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return { item, mismatches: [], failure: message.slice(0, 400) };
  }
}

/** Whether a scan of the case has to tell what the server does. */
export function isCompared(item: Case): boolean {
  return canPredict(item.app) && item.unknowable === undefined;
}

/** Lines that tell a person what is wrong with a result; empty when nothing is. */
export function describeResult({ item, mismatches, failure }: CaseResult): string[] {
  const lines = mismatches.map(({ kind, text }) => `  ${kind.padEnd(14)} ${text}`);
  if (failure !== undefined) lines.push(`  failed         ${failure}`);
  return lines.length === 0
    ? []
    : [`${item.app} / ${caseId(item)}`, `  $ ${item.command.join(' ')}`, ...lines];
}
