import { describe, expect, it } from 'vitest';
import type { Finding } from '../model/evidence.ts';
import type { Profile } from '../model/profile.ts';
import { sarifLog } from './sarif.ts';

const profileOf = (findings: Finding[]): Profile => ({
  schema: 'berthwatch/profile/v1',
  source: { reference: 'image one.tar', kind: 'docker-archive', digest: 'sha256:1', platform: 'linux/amd64' },
  launches: [],
  listeners: [],
  peers: [],
  exposed: [],
  findings,
});

const finding = (more: Partial<Finding> = {}): Finding => ({
  id: 'admin-port-open',
  severity: 'medium',
  message: 'demo: the admin port 0.0.0.0:80 is open on every address',
  evidence: [{ kind: 'config', path: '/etc/de mo.conf', line: 3, text: 'admin 80' }],
  ...more,
});

const tool = { version: '1.2.3', meanings: { 'admin-port-open': 'Bind it elsewhere.' } };
const runOf = (findings: Finding[]) => {
  const [run] = sarifLog([profileOf(findings)], tool).runs;
  if (run === undefined) throw new Error('no run');
  return run;
};
const fingerprintOf = (one: Finding) => runOf([one]).results[0]?.partialFingerprints['berthwatchFinding/v1'];

describe('sarifLog', () => {
  it('places a result in the file that says so, below the image', () => {
    expect(runOf([finding()]).results[0]).toMatchObject({
      ruleId: 'admin-port-open',
      level: 'warning',
      locations: [
        {
          physicalLocation: {
            artifactLocation: { uri: 'etc/de%20mo.conf', uriBaseId: 'IMAGE' },
            region: { startLine: 3, snippet: { text: 'admin 80' } },
          },
        },
      ],
    });
  });

  it('gives a result without a file the image as its place: every result must have one', () => {
    const [result] = runOf([finding({ evidence: [{ kind: 'argument', text: '--port 80' }] })]).results;
    expect(result?.locations).toEqual([
      { physicalLocation: { artifactLocation: { uri: 'image%20one.tar' } } },
    ]);
  });

  it('has a rule for each kind of finding, which its results point at', () => {
    const { tool: found, results } = runOf([finding(), finding({ id: 'z-other' }), finding()]);
    expect(found.driver.rules.map(({ id }) => id)).toEqual(['admin-port-open', 'z-other']);
    expect(results.map(({ ruleIndex }) => found.driver.rules[ruleIndex]?.id)).toEqual([
      'admin-port-open',
      'z-other',
      'admin-port-open',
    ]);
    expect(found.driver.rules[0]?.help.text).toBe('Bind it elsewhere.');
  });

  it('keeps a fingerprint when the line moves, and has another for another line', () => {
    const [evidence] = finding().evidence;
    const moved = finding({ evidence: [{ ...evidence, kind: 'config', text: 'admin 80', line: 9 }] });
    const other = finding({ evidence: [{ ...evidence, kind: 'config', text: 'admin 81' }] });
    expect(fingerprintOf(moved)).toBe(fingerprintOf(finding()));
    expect(fingerprintOf(other)).not.toBe(fingerprintOf(finding()));
  });

  it('has a run for each image, told apart by its name', () => {
    const { runs } = sarifLog([profileOf([]), profileOf([])], tool);
    expect(runs.map(({ automationDetails }) => automationDetails.id)).toEqual([
      'berthwatch/image one.tar/',
      'berthwatch/image one.tar/',
    ]);
  });
});
