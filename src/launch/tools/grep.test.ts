import { describe, expect, it } from 'vitest';
import { isUnknown } from '../../model/unknown.ts';
import { output } from '../test-kit.ts';

describe('grep over lines of which part is not known', () => {
  const host = 'echo "HOSTNAME=$HOSTNAME"';
  it.each([
    "grep '^WEB_'",
    "grep '^WEB_.*='",
    "grep -E '^(WEB|PHP)_'",
    "grep -E '^(WEB_|PHP_).*=[0-9]'",
    "grep -iE '^web'",
    "grep -e '^WEB' -e '^PHP'",
    "grep -v '^HOST'",
  ])('%s: what is known of a line rules it out', (command) => {
    expect(output(`${host} | ${command}`)).toBe('');
  });

  it.each([
    "grep 'WEB_'",
    "grep -E '^HOSTNAME=web|^PHP'",
    "grep -E '^(HOST.*web|PHP)'",
    "grep -E '^P*HOSTNAME=.*web'",
    "grep '^.*WEB'",
  ])('%s: what is not known decides', (command) => {
    expect(isUnknown(output(`${host} | ${command}`))).toBe(true);
  });

  it('names of variables by their beginning', () => {
    const env = { WEB_PORT: '80', WEB_HOST: 'h' };
    expect(output("env | grep -E '^(WEB_|TLS_)' | cut -d= -f1 | sort", { env })).toBe('WEB_HOST\nWEB_PORT\n');
  });
});
