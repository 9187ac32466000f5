/** The parts of SARIF 2.1.0 (OASIS) that are written here. */

export interface Log {
  $schema: string;
  version: '2.1.0';
  runs: Run[];
}

export interface Run {
  tool: { driver: { name: string; semanticVersion: string; rules: ReportingDescriptor[] } };
  automationDetails: { id: string };
  originalUriBaseIds: Record<string, { description: Message }>;
  properties: Record<string, unknown>;
  results: Result[];
}

export interface ReportingDescriptor {
  id: string;
  name: string;
  shortDescription: Message;
  fullDescription: Message;
  help: Message;
  defaultConfiguration: { level: Level };
  properties: Record<string, unknown>;
}

export interface Result {
  ruleId: string;
  ruleIndex: number;
  level: Level;
  message: Message;
  locations: Location[];
  relatedLocations?: Location[];
  partialFingerprints: Record<string, string>;
  properties: Record<string, unknown>;
}

export interface Location {
  physicalLocation: {
    artifactLocation: { uri: string; uriBaseId?: string };
    region?: { startLine: number; snippet?: Message };
  };
}

export type Level = 'error' | 'warning' | 'note';

export interface Message {
  text: string;
}
