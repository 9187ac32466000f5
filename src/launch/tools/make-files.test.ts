import { expect, it } from 'vitest';
import { output } from '../test-kit.ts';

it.each([
  ['www-data', 'chown www-data /tmp/own', 'own'],
  ['www-data', 'chown -R www-data:www-data /tmp/own', 'own'],
  ['www-data', 'chgrp www-data /tmp/own', 'own'],
  ['www-data', 'chown svc /tmp/own', 'refused'],
  ['www-data', 'chown :svc /tmp/own', 'refused'],
  ['www-data', 'chown www-data /etc/passwd', 'refused'],
  ['www-data', 'chown www-data /tmp/own/none', 'refused'],
  ['', 'chown -R svc:svc /tmp/own', 'own'],
])('as "%s": %s', (user, command, expected) => {
  const script = `mkdir /tmp/own; if ${command} 2>/dev/null; then echo own; else echo refused; fi`;
  expect(output(script, { user })).toBe(`${expected}\n`);
});
