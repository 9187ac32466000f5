import { expect, it } from 'vitest';
import { unitFile } from './unit-file.ts';

it('reads sections, continued lines and comments in the middle of them', () => {
  const text =
    '# c\n[Unit]\nDescription = a # b\n\n[Service]\nExecStart=/bin/a \\\n  --x \\\n# note\n; note\n  --y\nEnvironment=\n';
  const { nodes, problems } = unitFile.parse(text, '/etc/systemd/system/a.service');
  expect(problems).toEqual([]);
  expect(
    nodes.map(({ name, children = [] }) => [
      name,
      ...children.map((each) => `${each.name}:${each.args[0]}:${each.at.line}`),
    ]),
  ).toEqual([
    ['Unit', 'Description:a # b:3'],
    ['Service', 'ExecStart:/bin/a    --x    --y:6', 'Environment::11'],
  ]);
});

it('passes over what is no assignment', () => {
  const { nodes, problems } = unitFile.parse('[A]\nword\n=x\nB=1\\', '/x');
  expect(nodes[0]?.children?.map(({ name, args }) => [name, args[0]])).toEqual([['B', '1']]);
  expect(problems).toMatchObject([{ fatal: false }, { fatal: false }]);
});
