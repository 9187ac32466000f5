import { createHash } from 'node:crypto';
import type { Evidence, Finding, Severity } from '../model/evidence.ts';
import type { Profile } from '../model/profile.ts';
import type { Level, Location, Log, ReportingDescriptor, Result, Run } from './sarif-types.ts';

/** What SARIF wants to know of the tool: its version, and of each kind of finding what it means. */
export interface SarifTool {
  version: string;
  meanings: Readonly<Record<string, string>>;
}

/**
 * Findings as a SARIF 2.1.0 log, a run for each profile, within what GitHub's code scanning takes: each result has a
 * place and a fingerprint that stays when lines move. Files are named as in the image, below the base `IMAGE`.
 */
export function sarifLog(profiles: readonly Profile[], tool: SarifTool): Log {
  return {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: profiles.map((profile) => runOf(profile, tool)),
  };
}

function runOf({ source, findings }: Profile, { version, meanings }: SarifTool): Run {
  const ids = [...new Set(findings.map(({ id }) => id))].sort();
  return {
    tool: {
      driver: {
        name: 'Berthwatch',
        semanticVersion: version,
        rules: ids.map((id) => ruleOf(id, findings, meanings[id])),
      },
    },
    automationDetails: { id: `berthwatch/${source.reference}/` },
    originalUriBaseIds: { IMAGE: { description: { text: `the files of ${source.reference}` } } },
    properties: { digest: source.digest, platform: source.platform },
    results: findings.map((finding) => resultOf(finding, ids.indexOf(finding.id), source.reference)),
  };
}

const levels: Readonly<Record<Severity, Level>> = {
  high: 'error',
  medium: 'warning',
  low: 'note',
  info: 'note',
};

/** On GitHub's scale over 7.0 is high, over 4.0 medium. */
const scores: Readonly<Record<Severity, string>> = { high: '8.0', medium: '5.0', low: '2.0', info: '0.0' };

function ruleOf(id: string, findings: readonly Finding[], meaning: string | undefined): ReportingDescriptor {
  const severity = findings.find((finding) => finding.id === id)?.severity ?? 'info';
  const text = meaning ?? id;
  return {
    id,
    name: id,
    shortDescription: { text: id.replaceAll('-', ' ') },
    fullDescription: { text },
    help: { text },
    defaultConfiguration: { level: levels[severity] },
    properties: { 'security-severity': scores[severity], tags: ['network', 'container'] },
  };
}

function resultOf(
  { id, severity, message, evidence }: Finding,
  ruleIndex: number,
  reference: string,
): Result {
  const places = evidence.filter(({ path }) => path !== undefined);
  const [main, ...related] = places.map(locationOf);
  return {
    ruleId: id,
    ruleIndex,
    level: levels[severity],
    message: { text: message },
    locations: [main ?? { physicalLocation: { artifactLocation: { uri: uriOf(reference) } } }],
    ...(related.length === 0 ? {} : { relatedLocations: related }),
    partialFingerprints: { 'berthwatchFinding/v1': fingerprint(id, message, places[0]) },
    properties: { severity },
  };
}

function locationOf({ path = '', line, text }: Evidence): Location {
  const snippet = text === path || text === '' ? {} : { snippet: { text } };
  return {
    physicalLocation: {
      artifactLocation: { uri: uriOf(path), uriBaseId: 'IMAGE' },
      ...(line === undefined ? {} : { region: { startLine: line, ...snippet } }),
    },
  };
}

/** A relative URI reference of a path or an image's name. */
function uriOf(path: string): string {
  const relative = path.replace(/^\/+/, '');
  return relative.split('/').map(encodeURIComponent).join('/') || '.';
}

/** The same for the same finding when lines above it come or go. */
function fingerprint(id: string, message: string, main: Evidence | undefined): string {
  const unplaced = message.replaceAll(/:\d+/g, '');
  const parts = [id, unplaced, main?.path ?? '', main?.text ?? ''];
  return createHash('sha256').update(parts.join('\0')).digest('hex').slice(0, 32);
}
