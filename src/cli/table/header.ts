import { posix } from 'node:path';
import type { Start } from '../../model/launch.ts';
import type { Profile, ProfileLaunch } from '../../model/profile.ts';
import { commandLine } from '../text/command-line.ts';
import { paragraph } from '../text/labelled.ts';
import { cut, type Page, painted, type Styled, span } from '../text/styled.ts';

/** More launches than these are counted only. */
const mostLaunches = 12;

/** What was read, and how it starts. */
export function headerLines({ source, launches }: Profile, start: Start, page: Page): string[] {
  const facts = [source.kind, shortDigest(source.digest), source.platform].filter(Boolean).join('  ');
  const title: Styled = [span(source.reference, 'title'), span(`  ${facts}`, 'faint')];
  const shown = launches.slice(0, mostLaunches).map(launchText);
  if (launches.length > mostLaunches) shown.push(`… and ${launches.length - mostLaunches} more`);
  if (launches.length === 0) shown.push(commandLine([...start.entrypoint, ...start.cmd]));
  const starts = shown.flatMap((text, index) => {
    const label = index === 0 ? 'Starts  ' : '        ';
    return paragraph(text, 0, page, [span(label, 'label')]);
  });
  return [painted(cut(title, page.width), page.paint), ...starts];
}

/** `start.sh → gosu → server --port 80  as www-data`: each program on the way once. */
function launchText({ via, argv, user, certainty }: ProfileLaunch): string {
  const own = posix.basename(argv[0] ?? '');
  const names = [...new Set(via.map(({ program }) => posix.basename(program)))].filter(
    (name) => name !== own,
  );
  const steps = [...names.map((name) => commandLine([name])), commandLine(argv)].join(' → ');
  return `${steps}  as ${user || 'root'}${certainty === 'possible' ? '  possible' : ''}`;
}

/** The algorithm and as many digits as tell images apart for a person. */
function shortDigest(digest: string | null): string {
  return digest?.replace(/^(\w+:[0-9a-f]{12})[0-9a-f]+$/, '$1') ?? '';
}
