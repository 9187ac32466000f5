import { spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { MemoryFile } from '../../rootfs/memory.ts';
import { evaluate } from '../test-kit.ts';
import { snippets } from './snippets.ts';

/** The evaluator held against the real shells: same output, same status, same files. */

/** Files that every snippet finds in its folder. */
const files: Readonly<Record<string, MemoryFile>> = {
  'a.conf': 'listen 80;\nname one\n# comment\nlisten 443 ssl;\n',
  'b.conf': 'port = 7000\nbind = 127.0.0.1\n',
  'words.txt': 'pear\napple\nfig\napple\n10\n9\n',
  'sub/one.sh': { text: '#!/bin/sh\necho one "$@"\n', mode: 0o755 },
  'sub/two.env': 'X=fromfile\nexport Y="two words"\n',
  'sub/deep/x.template': 'p=${PORT} q=$PORT r=$other\n',
  'my file': 'blank\n',
  link: { link: 'a.conf' },
  '.hidden': 'h\n',
};
const stdin = 'line one\nline two\n';
const args = ['script', 'first', 'second arg', '-x'];
const variables = (folder: string) => ({
  PATH: '/usr/bin:/bin',
  HOME: folder,
  LC_ALL: 'C',
  PORT: '8080',
  EMPTY: '',
  SPACED: 'a  b c',
});

/** Runs every snippet of the list; one process starts all shells, which is quicker than one each from here. */
const driver = `
shell=$1; base=$2; shift 2
for n in $(seq 0 "$1"); do
  cd "$base/$n/work" || exit 9
  env -i PATH=/usr/bin:/bin HOME="$PWD" LC_ALL=C PORT=8080 EMPTY= SPACED='a  b c' \\
    timeout 10 "$shell" -c "$(cat ../snippet)" script first 'second arg' -x <../stdin >../out 2>/dev/null
  echo $? >../status
done`;

function prepare(base: string, list: readonly string[]): void {
  for (const [index, snippet] of list.entries()) {
    const folder = join(base, String(index));
    for (const [name, file] of Object.entries(files)) {
      const path = join(folder, 'work', name);
      mkdirSync(dirname(path), { recursive: true });
      if (typeof file === 'string') writeFileSync(path, file, { mode: 0o644 });
      else if ('link' in file) symlinkSync(file.link, path);
      else writeFileSync(path, file.text, { mode: file.mode ?? 0o644 });
    }
    writeFileSync(join(folder, 'snippet'), snippet);
    writeFileSync(join(folder, 'stdin'), stdin);
  }
}

function realTree(folder: string): Record<string, string> {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  const shown = entries
    .filter((entry) => !entry.isDirectory())
    .map((entry): [string, string] => {
      const path = join(entry.parentPath, entry.name);
      const name = path.slice(folder.length + 1);
      if (entry.isSymbolicLink()) return [name, `-> ${readlinkSync(path)}`];
      return [`${name} ${(statSync(path).mode & 0o777).toString(8)}`, readFileSync(path, 'utf8')];
    });
  return Object.fromEntries(shown);
}

function evaluatedTree(result: ReturnType<typeof evaluate>, folder: string): Record<string, string> {
  const found: Record<string, string> = {};
  const { tree } = result.world.files;
  const visit = (path: string) => {
    for (const child of tree.names(path).map((name) => `${path}/${name}`)) {
      const entry = tree.entry(child);
      const name = child.slice(folder.length + 1);
      if (entry?.type === 'directory') visit(child);
      else if (entry?.type === 'symlink') found[name] = `-> ${entry.target}`;
      else found[`${name} ${((entry?.mode ?? 0) & 0o777).toString(8)}`] = result.read(child) ?? '?';
    }
  };
  visit(folder);
  return found;
}

function check(shell: string, list: readonly string[]): void {
  let base: string;
  beforeAll(() => {
    base = mkdtempSync(join(tmpdir(), 'shell-'));
    prepare(base, list);
    const { status } = spawnSync('/bin/sh', ['-c', driver, 'driver', shell, base, String(list.length - 1)]);
    expect(status).toBe(0);
  });
  afterAll(() => rmSync(base, { recursive: true, force: true }));

  it.each(list.map((snippet, index) => ({ snippet, index })))('$snippet', ({ snippet, index }) => {
    const folder = join(base, String(index), 'work');
    const inFolder = Object.fromEntries(
      Object.entries(files).map(([name, file]) => [join(folder, name), file]),
    );
    const options = { files: inFolder, env: variables(folder), cwd: folder, stdin };
    const ours = evaluate([shell, '-c', snippet, ...args], options);
    expect({ out: ours.out, status: ours.status, files: evaluatedTree(ours, folder) }).toEqual({
      out: readFileSync(join(base, String(index), 'out'), 'utf8'),
      status: Number(readFileSync(join(base, String(index), 'status'), 'utf8')),
      files: realTree(folder),
    });
  });
}

describe.skipIf(!existsSync('/bin/bash'))('as bash does', () => {
  check('/bin/bash', [...snippets.both, ...snippets.bash]);
});

describe.skipIf(!existsSync('/bin/dash'))('as dash does', () => {
  check('/bin/dash', [...snippets.both, ...snippets.dash]);
});
