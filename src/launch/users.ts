import { isUnknown } from '../model/unknown.ts';
import type { Rootfs } from '../rootfs/rootfs.ts';

/** Who a process runs as. */
export interface Identity {
  name: string;
  /** Undefined when the image has no such user. */
  uid: number | undefined;
  gid: number | undefined;
  /** Supplementary groups and the own one. */
  groups: readonly number[];
  home: string;
  shell: string;
}

/** One line of /etc/passwd. */
export interface PasswdEntry {
  name: string;
  uid: number;
  gid: number;
  home: string;
  shell: string;
  line: string;
}

const tableBytes = 256 * 1024;

export function passwd(rootfs: Rootfs): PasswdEntry[] {
  return table(rootfs, '/etc/passwd').flatMap(({ fields, line }) => {
    const [name = '', , uid = '', gid = '', , home = '', shell = ''] = fields;
    return /^\d+$/.test(uid) ? [{ name, uid: Number(uid), gid: Number(gid) || 0, home, shell, line }] : [];
  });
}

export function groups(rootfs: Rootfs): { name: string; gid: number; members: string[]; line: string }[] {
  return table(rootfs, '/etc/group').flatMap(({ fields, line }) => {
    const [name = '', , gid = '', members = ''] = fields;
    return /^\d+$/.test(gid) ? [{ name, gid: Number(gid), members: members.split(','), line }] : [];
  });
}

function table(rootfs: Rootfs, path: string): { fields: string[]; line: string }[] {
  const text = rootfs.readText(path, tableBytes) ?? '';
  return text
    .split('\n')
    .filter((line) => line.includes(':') && !line.startsWith('#'))
    .map((line) => ({ fields: line.split(':'), line }));
}

/**
 * The user that `name`, `uid`, `name:group` or `uid:gid` stands for (Docker's USER, gosu, chroot --userspec).
 * Empty is root. A number needs no entry in /etc/passwd; a name that has none gives an undefined uid.
 */
export function findUser(rootfs: Rootfs, spec: string, entries = passwd(rootfs)): Identity {
  const [who = '', group = ''] = spec.split(':');
  const user = who === '' ? '0' : who;
  const isNumber = /^\d+$/.test(user);
  const entry =
    entries.find(({ name }) => name === user) ??
    (isNumber ? entries.find(({ uid }) => uid === Number(user)) : undefined);
  const uid = entry?.uid ?? (isNumber ? Number(user) : user === 'root' ? 0 : undefined);
  const name = entry?.name ?? (uid === 0 ? 'root' : user);
  const gid = group !== '' ? findGroup(rootfs, group) : (entry?.gid ?? (uid === undefined ? undefined : 0));
  const memberships = groups(rootfs)
    .filter(({ members }) => !isUnknown(name) && members.includes(name))
    .map((each) => each.gid);
  return {
    name,
    uid,
    gid,
    groups: gid === undefined ? memberships : [gid, ...memberships.filter((each) => each !== gid)],
    home: entry?.home || (uid === 0 ? '/root' : '/'),
    shell: entry?.shell || '/bin/sh',
  };
}

/** A group's number, by name or number. */
export function findGroup(rootfs: Rootfs, group: string): number | undefined {
  if (/^\d+$/.test(group)) return Number(group);
  return groups(rootfs).find(({ name }) => name === group)?.gid;
}
