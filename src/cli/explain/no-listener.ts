import type { Listener } from '../../model/profile.ts';
import { checkExposed } from '../../review/exposed.ts';
import type { ScanResult } from '../../scan/scan.ts';
import { groupRanges } from '../table/groups.ts';
import { endpointText } from '../table/listeners.ts';
import { evidenceParts } from '../table/why.ts';
import { commandLine } from '../text/command-line.ts';
import { paragraph } from '../text/labelled.ts';
import { cut, type Page, painted, type Styled, span } from '../text/styled.ts';
import { showTarget, type Target } from './target.ts';

const most = 8;

/** Says that nothing listens there, and what is nearest: other listeners, claims, mentions, what is not known. */
export function noListener(result: ScanResult, target: Target, page: Page): string {
  const { source } = result.profile;
  const title = `Nothing is known to listen on ${showTarget(target)} in ${source.reference}.`;
  const blocks = [
    block('What runs and listens', running(result), page),
    block('EXPOSE', claims(result, target), page),
    block(`Where ${'path' in target ? target.path : target.port} is mentioned`, mentions(result), page),
    doubts(result, page),
  ];
  return `${[...paragraph(title, 0, page), ...blocks.flat()].join('\n')}\n`;
}

function block(title: string, lines: readonly Styled[], { width, paint }: Page): string[] {
  if (lines.length === 0) return [];
  const room = width === undefined ? undefined : width - 2;
  const shown = lines.slice(0, most).map((line) => `  ${painted(cut(line, room), paint)}`);
  if (lines.length > most) shown.push(`  … and ${lines.length - most} more`);
  return ['', painted([span(title, 'label')], paint), ...shown];
}

function running({ evaluation }: ScanResult): Styled[] {
  return evaluation.launches.map(({ launch, match, result }) => {
    const known = match === undefined ? 'no pack knows it' : listing(result.listeners);
    return [span(commandLine(launch.argv)), span(`  ${known}`, 'faint')];
  });
}

function listing(listeners: readonly Listener[]): string {
  if (listeners.length === 0) return 'listens nowhere';
  const texts = groupRanges(listeners).map(endpointText);
  return texts.slice(0, most).join(', ') + (texts.length > most ? ', …' : '');
}

function claims({ profile }: ScanResult, target: Target): Styled[] {
  if ('path' in target) return [];
  return checkExposed(profile)
    .filter(({ port }) => port === target.port)
    .map(({ port, transport, state }) => [span(`${port}/${transport}`), span(`  ${state}`, 'warn')]);
}

function mentions({ mentions: found }: ScanResult): Styled[] {
  return found.map((evidence) => {
    const { place, text } = evidenceParts(evidence);
    return [span(place), span(`  ${text}`, 'faint')];
  });
}

function doubts({ profile }: ScanResult, page: Page): string[] {
  const found = profile.findings.filter(({ severity }) => severity === 'medium' || severity === 'high');
  if (found.length === 0) return [];
  const lines = found.slice(0, most).flatMap(({ message, evidence: [main] }) => {
    return paragraph(main ? `${message} (${evidenceParts(main).place})` : message, 2, page);
  });
  return ['', painted([span('What could not be known', 'label')], page.paint), ...lines];
}
