import { isUnknown } from '../../model/unknown.ts';
import { linesOf, unknownText } from '../texts.ts';
import { findUser, groups, passwd } from '../users.ts';
import type { Call, Tool } from './call.ts';

/** `id`: of the process, or of a user of the image. */
export const id: Tool = (call) => {
  const options = call.options({
    short: 'ugGnrzaZ',
    long: { user: false, group: false, groups: false, name: false, real: false },
  });
  if (options === undefined) return call.fail('invalid option');
  const [who] = options.rest;
  if (who !== undefined && isUnknown(who)) return call.unknown();
  const user = who === undefined ? call.process.user : findUser(call.files.rootfs, who);
  const isUser =
    who === undefined ||
    passwd(call.files.rootfs).some(({ name, uid }) => name === who || String(uid) === who);
  if (!isUser) return call.fail(`'${who}': no such user`);
  const named = options.has('n', 'name');
  const group = (gid: number | undefined) =>
    groups(call.files.rootfs).find((each) => each.gid === gid)?.name ?? String(gid);
  const number = (value: number | undefined) => (value === undefined ? call.asUnknown : String(value));
  if (options.has('u', 'user')) call.out(`${named ? user.name : number(user.uid)}\n`);
  else if (options.has('g', 'group')) call.out(`${named ? group(user.gid) : number(user.gid)}\n`);
  else if (options.has('G', 'groups'))
    call.out(`${user.groups.map((gid) => (named ? group(gid) : gid)).join(' ')}\n`);
  else {
    const all = user.groups.map((gid) => `${gid}(${group(gid)})`).join(',');
    call.out(`uid=${user.uid}(${user.name}) gid=${user.gid}(${group(user.gid)}) groups=${all}\n`);
  }
  return 0;
};

export const whoami: Tool = (call) => {
  call.out(`${call.process.user.name}\n`);
  return 0;
};

/** `getent passwd|group|hosts KEY`: of the image's files. */
export const getent: Tool = (call) => {
  const [database, ...keys] = call.args.filter((arg) => !arg.startsWith('-'));
  if (database === 'passwd' || database === 'group') return entries(call, database, keys);
  if (database === 'hosts' || database === 'ahosts' || database === 'ahostsv4') return call.unknown();
  return 2;
};

function entries(call: Call, database: string, keys: readonly string[]) {
  const rows = linesOf(call.read(`/etc/${database}`) ?? '');
  if (keys.length === 0) {
    call.out(rows.map((row) => `${row}\n`).join(''));
    return 0;
  }
  let status = 0;
  for (const key of keys) {
    if (isUnknown(key)) return call.unknown();
    const row = rows.find((each) => {
      const [name, , number] = each.split(':');
      return name === key || number === key;
    });
    if (row === undefined) status = 2;
    else call.out(`${row}\n`);
  }
  return status;
}

/** Adding users and groups to the image's files, as far as later look-ups need it. */
export const addUser: Tool = (call) => {
  const options = call.options({
    short: 'b:c:d:D:e:f:g:G:hk:K:lmMNop:P:rR:s:Su:UZ:H',
    long: {
      uid: true,
      gid: true,
      home: true,
      'home-dir': true,
      shell: true,
      groups: true,
      system: false,
      'no-create-home': false,
      group: false,
      ingroup: true,
      'disabled-password': false,
      'disabled-login': false,
      gecos: true,
      comment: true,
      'create-home': false,
      'non-unique': false,
      'no-user-group': false,
      'user-group': false,
    },
    lenient: true,
  });
  const name = options?.rest[0];
  if (options === undefined || name === undefined) return 1;
  const known = passwd(call.files.rootfs);
  if (known.some((entry) => entry.name === name)) return call.name.endsWith('adduser') ? 1 : 9;
  const uid =
    options.value('u', 'uid') ??
    String(1000 + known.filter((entry) => entry.uid >= 1000 && entry.uid < 60000).length);
  const group = options.value('g', 'gid', 'G', 'ingroup');
  const gid = groups(call.files.rootfs).find((each) => each.name === group)?.gid ?? (Number(group) || uid);
  const home = options.value('d', 'h', 'home', 'home-dir') ?? `/home/${name}`;
  call.files.append(
    '/etc/passwd',
    `${name}:x:${uid}:${gid}::${home}:${options.value('s', 'shell') ?? '/bin/sh'}\n`,
    call.access,
  );
  if (group === undefined) call.files.append('/etc/group', `${name}:x:${gid}:\n`, call.access);
  return 0;
};

export const addGroup: Tool = (call) => {
  const options = call.options({
    short: 'fg:K:op:rSR:',
    long: { gid: true, system: false, force: false, 'non-unique': false },
    lenient: true,
  });
  const name = options?.rest[0];
  if (options === undefined || name === undefined) return 1;
  const known = groups(call.files.rootfs);
  if (known.some((each) => each.name === name)) return options.has('f', 'force') ? 0 : 9;
  const gid = options.value('g', 'gid') ?? String(1000 + known.filter((each) => each.gid >= 1000).length);
  call.files.append('/etc/group', `${name}:x:${gid}:\n`, call.access);
  return 0;
};

/** `usermod -u`, `groupmod -g`: a new number in the image's files. */
export const modifyNumber: Tool = (call) => {
  const isUser = call.name.endsWith('usermod');
  const options = call.options({
    short: isUser ? 'u:g:G:d:s:aoml:c:LU' : 'g:n:o',
    long: { uid: true, gid: true, 'non-unique': false },
    lenient: true,
  });
  const name = options?.rest[0];
  const number = options?.value(...(isUser ? ['u', 'uid'] : ['g', 'gid']));
  if (name === undefined || number === undefined) return 0;
  const path = isUser ? '/etc/passwd' : '/etc/group';
  const text = call.read(path) ?? '';
  const changed = linesOf(text).map((line) => {
    const fields = line.split(':');
    if (fields[0] !== name) return line;
    return [fields[0], fields[1], isUnknown(number) ? unknownText('uid') : number, ...fields.slice(3)].join(
      ':',
    );
  });
  call.write(path, changed.map((line) => `${line}\n`).join(''));
  return 0;
};
