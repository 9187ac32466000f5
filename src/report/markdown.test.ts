import { expect, it } from 'vitest';
import type { Listener, Profile } from '../model/profile.ts';
import { diffProfiles } from './diff.ts';
import { diffMarkdown } from './markdown.ts';

const listener = (more: Partial<Listener>): Listener => ({
  app: 'demo',
  process: '/usr/bin/demo',
  transport: 'tcp',
  address: '0.0.0.0',
  port: 80,
  purpose: 'http',
  certainty: 'certain',
  evidence: [{ kind: 'config', path: '/etc/demo.conf', line: 2, text: 'listen 80' }],
  ...more,
});

const profile = (reference: string, listeners: Listener[]): Profile => ({
  schema: 'berthwatch/profile/v1',
  source: { reference, kind: 'oci-dir', digest: null, platform: null },
  launches: [],
  listeners,
  peers: [],
  exposed: [],
  findings: [],
});

const markdown = (before: Listener[], after: Listener[]) =>
  diffMarkdown(diffProfiles(profile('a', before), profile('b', after)));

it('has a row for each change, with the lines of both sides', () => {
  const moved = listener({
    port: 81,
    evidence: [{ kind: 'config', path: '/etc/demo.conf', line: 3, text: 'listen 81' }],
  });
  expect(markdown([listener({})], [moved])).toBe(
    [
      '### Network profile: `a` → `b`',
      '',
      '#### Listeners',
      '',
      '| | what | where | why |',
      '| --- | --- | --- | --- |',
      '| ✏️ | demo http, /usr/bin/demo | `tcp 0.0.0.0:80` → `tcp 0.0.0.0:81` | - `/etc/demo.conf:2` `listen 80`<br>+ `/etc/demo.conf:3` `listen 81` |',
      '',
    ].join('\n'),
  );
});

it('says so where nothing changed', () => {
  expect(markdown([], [])).toContain('No change');
});

it('shows text of an image as text, in one cell', () => {
  const hostile = listener({
    process: '/x`y|<img src=x>\n@all',
    evidence: [{ kind: 'config', path: '/a`b', line: 1, text: '``|\n| x | <script>' }],
  });
  const rows = markdown([], [hostile]).split('\n').slice(6, -1);
  expect(rows).toEqual([
    '| ➕ | demo http, /x\\`y\\|\\<img src=x\\> \\@all | `tcp 0.0.0.0:80` | + ``/a`b:1`` ``` ``\\| \\| x \\| <script> ``` |',
  ]);
});
