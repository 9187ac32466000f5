import type { Start } from '../../model/launch.ts';
import type { Profile, ProfileLaunch } from '../../model/profile.ts';
import { commandLine } from '../text/command-line.ts';
import { labelled } from '../text/labelled.ts';
import { cut, type Page, painted, type Styled, span } from '../text/styled.ts';

/** More launches than these are counted only. */
const mostLaunches = 12;

/** What was read, and how it starts. */
export function headerLines({ source, launches }: Profile, start: Start, page: Page): string[] {
  const facts = [source.kind, shortDigest(source.digest), source.platform].filter(Boolean).join('  ');
  const title: Styled = [span(source.reference, 'title'), span(`  ${facts}`, 'faint')];
  const shown = launches.slice(0, mostLaunches).map(launchLine);
  if (launches.length > mostLaunches) shown.push([span(`… and ${launches.length - mostLaunches} more`)]);
  const lines = shown.length > 0 ? shown : [[span(commandLine([...start.entrypoint, ...start.cmd]))]];
  return [painted(cut(title, page.width), page.paint), ...labelled('Starts', lines, page)];
}

/** `/usr/bin/tini → /start.sh → server --port 80  as www-data` */
function launchLine({ via, argv, user, certainty }: ProfileLaunch): Styled {
  const programs = via.map(({ program }) => program).filter((name, index, all) => name !== all[index - 1]);
  const steps = [...programs.map((program) => commandLine([program])), commandLine(argv)].join(' → ');
  return [
    span(steps),
    span(`  as ${user || 'root'}`, 'faint'),
    ...(certainty === 'possible' ? [span('  possible', 'warn')] : []),
  ];
}

/** The algorithm and as many digits as tell images apart for a person. */
function shortDigest(digest: string | null): string {
  return digest?.replace(/^(\w+:[0-9a-f]{12})[0-9a-f]+$/, '$1') ?? '';
}
