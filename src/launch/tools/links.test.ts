import { expect, it } from 'vitest';
import { unknown } from '../../model/unknown.ts';
import { output } from '../test-kit.ts';

const files = {
  '/opt/x/bin/start.sh': '#!/bin/sh\n',
  '/opt/x/start': { link: 'bin/start.sh' },
  '/usr/local/bin/x': { link: '/opt/x/start' },
};

/** How control scripts of many Java programs find their own folder. */
const script = `
PRG=/usr/local/bin/x
while [ -h "$PRG" ]; do
  ls=\`ls -ld "$PRG"\`
  link=\`expr "$ls" : '.*-> \\(.*\\)$'\`
  if expr "$link" : '/.*' > /dev/null; then PRG="$link"; else PRG=\`dirname "$PRG"\`/"$link"; fi
done
echo "$PRG"`;

it.each(['sh', 'bash'])('follows links by ls -ld and expr in %s', (shell) => {
  expect(output(script, { files, shell })).toBe('/opt/x/bin/start.sh\n');
});

it.each([
  ['a link beside others', 'ls -l /opt/x/start /usr/local/bin/x'],
  ['what is no link', 'ls -l /opt/x/bin/start.sh'],
])('does not know the long form of %s', (_, text) => {
  expect(output(text, { files })).toMatch(/^\u{E000}/u);
});

it('does not know what expr finds in an unknown text', () => {
  expect(output(`expr "a${unknown('x')}b" : '.*\\(.b\\)'`)).toMatch(/\u{E000}/u);
  expect(output(`expr "a${unknown('x')}b" : '\\(.*\\)b'`)).toMatch(/\u{E000}/u);
});
