import type { ScanResult } from '../../scan/scan.ts';
import type { Page } from '../text/styled.ts';
import { exposureLines } from './exposure.ts';
import { findingLines } from './findings.ts';
import { headerLines } from './header.ts';
import { listenerLines } from './listeners.ts';
import { nothingLines } from './nothing.ts';
import { peerLines } from './peers.ts';

/** One scan for people: what listens and why, what it connects to, what EXPOSE claims, what is not known. */
export function scanTable({ profile, start }: ScanResult, page: Page): string {
  const sections = [
    headerLines(profile, start, page),
    profile.listeners.length > 0 ? listenerLines(profile.listeners, page) : nothingLines(profile, page),
    peerLines(profile.peers, page),
    exposureLines(profile, page),
    findingLines(profile.findings, page),
  ];
  const shown = sections.filter((lines) => lines.length > 0).map((lines) => lines.join('\n'));
  return `${shown.join('\n\n')}\n`;
}
