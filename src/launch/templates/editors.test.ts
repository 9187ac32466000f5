import { expect, it } from 'vitest';
import { isUnknown, showUnknown } from '../../model/unknown.ts';
import { evaluate } from '../test-kit.ts';

const program = { text: '\x7fELF', mode: 0o755 };
const files = {
  '/usr/bin/perl': program,
  '/usr/bin/xmlstarlet': program,
  '/usr/bin/augtool': program,
  '/usr/bin/m4': program,
  '/usr/bin/crudini': { text: '#!/usr/bin/python3\n', mode: 0o755 },
  '/usr/bin/python3': program,
  '/c.conf': 'listen 80;\nname ${HOST};\n',
  '/c.ini': '; c\ntop = 1\n[web]\nport = 80\nhost=a\n[other]\nport=1\n',
  '/c.xml': '<Server port="8005"/>\n',
  '/c.m4': "listen PORT;\nPORTS `PORT'\n",
};
const read = (text: string, path: string) => {
  const { read: at, out } = evaluate(['bash', '-c', `${text}; true`], {
    files,
    env: { HOST: 'h', PORT: '90' },
  });
  return showUnknown((path === '-' ? out : at(path)) ?? '');
};

it.each([
  ["perl -pi -e 's/listen \\d+/listen 81/' /c.conf", '/c.conf', 'listen 81;\nname ${HOST};\n'],
  [
    "perl -i -pe 's/\\$\\{(\\w+)\\}/$ENV{$1}/eg; s{80}{$ENV{PORT}}' /c.conf",
    '/c.conf',
    'listen 90;\nname h;\n',
  ],
  ["perl -pe 's/(listen) (\\d+)/$1 1$2/' < /c.conf", '-', 'listen 180;\nname ${HOST};\n'],
  ["perl -pi -e 's/^(listen) .*$/${1} 1;/' /c.conf", '/c.conf', 'listen 1;\nname ${HOST};\n'],
  ["perl -0777 -pi -e 's/;\\n(?=n)/ /s' /c.conf", '/c.conf', '⟨'],
  ["perl -p -i.bak -e 's|name .*?;|x|i' /c.conf", '/c.conf', 'listen 80;\nx\n'],
  ['crudini --set /c.ini web port 81', '/c.ini', '; c\ntop = 1\n[web]\nport = 81\nhost=a\n[other]\nport=1\n'],
  [
    'crudini --set /c.ini web tls on',
    '/c.ini',
    '; c\ntop = 1\n[web]\nport = 80\nhost=a\ntls = on\n[other]\nport=1\n',
  ],
  [
    'crudini --set /c.ini new x 1',
    '/c.ini',
    '; c\ntop = 1\n[web]\nport = 80\nhost=a\n[other]\nport=1\n\n[new]\nx = 1\n',
  ],
  ["crudini --set /c.ini '' top 2", '/c.ini', '; c\ntop = 2\n[web]\nport = 80\nhost=a\n[other]\nport=1\n'],
  ['crudini --del /c.ini web port', '/c.ini', '; c\ntop = 1\n[web]\nhost=a\n[other]\nport=1\n'],
  ['crudini --get /c.ini web port; crudini --get /c.ini web none || echo no', '-', '80\nno\n'],
  ['crudini --merge /c.ini < /c.conf', '/c.ini', '⟨'],
  ['xmlstarlet ed -L -u /Server/@port -v 81 /c.xml', '/c.xml', '⟨'],
  ['xmlstarlet sel -t -v /Server/@port /c.xml', '/c.xml', '<Server port="8005"/>\n'],
  ['augtool set /files/c.conf/listen 81 -s', '/c.conf', '⟨'],
  ['m4 -DPORT=81 /c.m4', '-', 'listen 81;\nPORTS PORT\n'],
  ['m4 -D PORT=$PORT /c.m4 > /o', '/o', 'listen 90;\nPORTS PORT\n'],
  ["echo 'define(x,1)x' | m4", '-', '⟨'],
  ["yq -i '.a |= map(. + 1)' /c.yaml; yq e -i '.b | strange' /c.ini", '/c.ini', '⟨'],
])('%s', (text, path, expected) => {
  const found = read(text, path);
  if (expected === '⟨') expect([found.startsWith('⟨'), isUnknown(found)]).toEqual([true, false]);
  else expect(found).toBe(expected);
});
