import { allPacks } from '../../pack/packs.ts';
import type { Pack } from '../../pack/schema.ts';
import { type ExitCode, exitCode } from '../exit-code.ts';
import type { Io } from '../io.ts';
import { columns } from '../text/columns.ts';
import { paintFor } from '../text/paint.ts';
import { type Page, type Styled, span } from '../text/styled.ts';

/** Lists the packs that a scan uses. */
export async function listPacks(
  { packs: folders, json }: { packs?: string[]; json?: boolean },
  io: Io,
): Promise<ExitCode> {
  const packs = await allPacks(folders ?? []);
  const sorted = packs.map(summaryOf).sort((a, b) => (a.app < b.app ? -1 : 1));
  const page = { width: io.out.columns, paint: paintFor('auto', io.out, io.env) };
  io.out.write(json ? `${JSON.stringify(sorted, null, 2)}\n` : table(sorted, page));
  return exitCode.done;
}

interface Summary {
  app: string;
  title: string;
  version: string;
  /** Names of programs by which it is recognised. */
  programs: string[];
}

function summaryOf({ app, title, version, recognise = [] }: Pack): Summary {
  return { app, title, version, programs: [...new Set(recognise.flatMap(({ program }) => program))] };
}

function table(packs: readonly Summary[], page: Page): string {
  const rows = [
    ['APP', 'TITLE', 'VERSION', 'PROGRAMS'].map((text): Styled => [span(text, 'label')]),
    ...packs.map(({ app, title, version, programs }) =>
      [app, title, version, programs.join(' ')].map((text): Styled => [span(text)]),
    ),
  ];
  return columns(rows, page)
    .map((line) => `${line}\n`)
    .join('');
}
