import { posix } from 'node:path';
import type { Status } from '../texts.ts';
import type { Call, Tool } from '../tools/call.ts';
import { runChild } from './child.ts';

/**
 * What openrc-run gives to a service script, as a shell sees it: messages that say nothing, and a `start` that starts
 * `command` where the script has none of its own.
 */
const prelude = `
for f in ebegin eend einfo einfon ewarn eerror eindent eoutdent veinfo vebegin veend checkpath mark_service_started \
need use want after before provide keyword; do eval "$f() { return 0; }"; done
yesno() { case "$1" in [Yy][Ee][Ss]|[Tt][Rr][Uu][Ee]|[Oo][Nn]|1) return 0 ;; *) return 1 ;; esac; }
default_start() {
  [ -n "$command" ] || return 0
  args="$command_args"
  how=
  if [ -n "$supervisor" ]; then how=-b; args="$args $command_args_foreground"
  elif [ "$command_background" = yes ] || [ "$command_background" = true ]; then how=-b
  else args="$args $command_args_background"; fi
  eval start-stop-daemon --start $how --startas $command \${directory:+-d $directory} \${command_user:+--chuid $command_user} \
    \${pidfile:+--pidfile $pidfile} $start_stop_daemon_args -- $args
}
start() { default_start; }
start_pre() { return 0; }
start_post() { return 0; }
[ -f /etc/rc.conf ] && . /etc/rc.conf
[ -f "/etc/conf.d/$RC_SVCNAME" ] && . "/etc/conf.d/$RC_SVCNAME"
. "$1"
depend() { return 0; }
start_pre && start && start_post
`;

/** `openrc-run SCRIPT start`, the interpreter of service scripts. */
export const openrcRun: Tool = (call) => {
  const [script = '', verb] = call.args.filter((arg) => !arg.startsWith('-'));
  if (verb !== 'start' && verb !== 'restart') return 0;
  const env = new Map(call.process.env)
    .set('RC_SVCNAME', posix.basename(script))
    .set('SVCNAME', posix.basename(script));
  const argv = ['/bin/sh', '-c', prelude, 'openrc-run', call.path(script)];
  return call.run(argv, { env, condition: call.process.condition });
};

/** `rc-service NAME start`. */
export const rcService: Tool = (call) => {
  const [name = '', ...verbs] = call.args.filter((arg) => !arg.startsWith('-'));
  const script = posix.join('/etc/init.d', name);
  return call.files.isFile(script) ? call.run([script, ...verbs], { condition: call.process.condition }) : 1;
};

/** `openrc [LEVEL]`: the services of a run level; without one of those that a machine starts with. */
export const openrc: Tool = (call): Status => {
  const [level] = call.args.filter((arg) => !arg.startsWith('-'));
  for (const each of level === undefined ? ['sysinit', 'boot', 'default'] : [level]) startLevel(call, each);
  return 0;
};

function startLevel(call: Call, level: string): void {
  const folder = posix.join('/etc/runlevels', level);
  for (const name of call.files.list(folder) ?? []) {
    const path = posix.join('/etc/init.d', name);
    if (call.files.may(path, call.process.user, 1) !== true) continue;
    runChild(call, { name, argv: [path, 'start'], at: { path: posix.join(folder, name) } });
  }
}
