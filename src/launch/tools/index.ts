import { awk } from './awk/index.ts';
import type { Tool } from './call.ts';
import { cut, paste, tr } from './columns.ts';
import { cp, install, mv } from './copy-files.ts';
import { echo } from './echo.ts';
import { envsubst } from './envsubst.ts';
import { expr } from './expr.ts';
import { find } from './find.ts';
import { grep } from './grep.ts';
import { checksum } from './hashes.ts';
import { jq } from './jq/index.ts';
import { ls } from './list-files.ts';
import { chgrp, chmod, chown, ln, mkdir, mkfifo, mktemp, rm, rmdir, touch, truncate } from './make-files.ts';
import { apk, dpkg, dpkgQuery } from './packages.ts';
import { basename, dirname, pwd, readlink, realpath } from './paths.ts';
import { printf } from './printf.ts';
import { killall, killProcess, pgrep, pidof, pkill } from './processes.ts';
import { runParts, service, xargs } from './programs.ts';
import { sed } from './sed/index.ts';
import { sort, uniq } from './sort.ts';
import { startStopDaemon } from './start-stop-daemon.ts';
import { stat } from './stat.ts';
import {
  comm,
  compare,
  env,
  nothing,
  outside,
  printenv,
  seq,
  sleep,
  uname,
  unknowable,
  which,
  yes,
} from './system.ts';
import { test } from './test.ts';
import { base64, cat, head, rev, tac, tail, tee, wc } from './text.ts';
import { addGroup, addUser, getent, id, modifyNumber, whoami } from './users.ts';
import { yq } from './yq/index.ts';

function named(names: string, tool: Tool): [string, Tool][] {
  return names.split(' ').map((name) => [name, tool]);
}

/** Every modelled command, by name. */
export const tools: ReadonlyMap<string, Tool> = new Map<string, Tool>([
  ['true', () => 0],
  ['false', () => 1],
  ...named('echo', echo),
  ...named('printf', printf),
  ...named('test [', test),
  ...named('cat', cat),
  ...named('head', head),
  ...named('tail', tail),
  ...named('tac', tac),
  ...named('rev', rev),
  ...named('tee', tee),
  ...named('wc', wc),
  ...named('base64', base64),
  ...named('cut', cut),
  ...named('tr', tr),
  ...named('paste', paste),
  ...named('sort', sort),
  ...named('uniq', uniq),
  ...named('comm', comm),
  ...named('cmp diff', compare),
  ...named('basename', basename),
  ...named('dirname', dirname),
  ...named('readlink', readlink),
  ...named('realpath', realpath),
  ...named('pwd', pwd),
  ...named('mkdir', mkdir),
  ...named('rmdir', rmdir),
  ...named('rm unlink', rm),
  ...named('touch', touch),
  ...named('ln', ln),
  ...named('chmod', chmod),
  ...named('chown', chown),
  ...named('chgrp', chgrp),
  ...named('mktemp', mktemp),
  ...named('mkfifo mknod', mkfifo),
  ...named('truncate', truncate),
  ...named('cp', cp),
  ...named('mv', mv),
  ...named('install', install),
  ...named('ls dir', ls),
  ...named('find', find),
  ...named('grep egrep fgrep', grep),
  ...named('sed', sed),
  ...named('awk gawk mawk nawk', awk),
  ...named('envsubst', envsubst),
  ...named('jq', jq),
  ...named('yq', yq),
  ...named('expr', expr),
  ...named('seq', seq),
  ...named('yes', yes),
  ...named('xargs', xargs),
  ...named('run-parts', runParts),
  ...named('service invoke-rc.d', service),
  ...named('start-stop-daemon', startStopDaemon),
  ...named('kill', killProcess),
  ...named('killall killall5', killall),
  ...named('pkill', pkill),
  ...named('pgrep', pgrep),
  ...named('pidof', pidof),
  ...named('env', env),
  ...named('printenv', printenv),
  ...named('id', id),
  ...named('whoami', whoami),
  ...named('getent', getent),
  ...named('useradd adduser', addUser),
  ...named('groupadd addgroup', addGroup),
  ...named('usermod groupmod', modifyNumber),
  ...named('stat', stat),
  ...named('which', which),
  ...named('uname', uname),
  ...named('sleep usleep', sleep),
  ...named('md5sum', checksum('md5')),
  ...named('sha1sum', checksum('sha1')),
  ...named('sha224sum', checksum('sha224')),
  ...named('sha256sum', checksum('sha256')),
  ...named('sha384sum', checksum('sha384')),
  ...named('sha512sum', checksum('sha512')),
  ...named('dpkg-query', dpkgQuery),
  ...named('dpkg', dpkg),
  ...named('apk', apk),
  ...named(
    'hostname hostnamectl date nproc arch ps free df du uptime dmesg od hexdump xxd lsof ss netstat ip ifconfig',
    unknowable,
  ),
  ...named('nslookup dig host rpm openssl getconf ldd locale', unknowable),
  ...named('curl wget nc ncat netcat ping telnet', outside),
  ...named(
    'flock sync chattr setfacl setcap mount umount sysctl modprobe ldconfig update-ca-certificates stty tput clear logger',
    nothing,
  ),
  ...named('locale-gen update-alternatives deluser userdel groupdel passwd chpasswd tty renice', nothing),
]);
