import { readFileSync } from 'node:fs';
import { join } from 'node:path';

export interface Account {
  uid: number;
  gid: number;
  /** Supplementary groups, as a container engine gives them. */
  groups: number[];
  home: string;
}

/** The account that an image's USER means: `name`, `uid`, `name:group`, `uid:gid`. Throws on an unknown name. */
export function findUser(root: string, text: string): Account {
  const [user = '', group] = text.split(':');
  const row = rows(root, 'passwd').find(([name, , uid]) => name === user || uid === user);
  if (row === undefined && !/^\d+$/.test(user)) throw new Error(`no user ${user} in ${root}`);
  const name = row?.[0] ?? '';
  const groups = rows(root, 'group').filter(([, , , members]) => members?.split(',').includes(name));
  return {
    uid: Number(row?.[2] ?? user),
    gid: group === undefined ? Number(row?.[3] ?? 0) : findGroup(root, group),
    groups: group === undefined ? groups.map(([, , gid]) => Number(gid)) : [],
    home: row?.[5] || '/',
  };
}

function findGroup(root: string, group: string): number {
  const row = rows(root, 'group').find(([name]) => name === group);
  if (row === undefined && !/^\d+$/.test(group)) throw new Error(`no group ${group} in ${root}`);
  return Number(row?.[2] ?? group);
}

function rows(root: string, name: 'passwd' | 'group'): string[][] {
  const text = readFileSync(join(root, 'etc', name), 'utf8');
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => line.split(':'));
}
