import { templating } from '../templates/index.ts';
import { busyboxInit } from './busybox-init.ts';
import type { Supervisor } from './child.ts';
import { execline } from './execline/index.ts';
import { init } from './init.ts';
import { myInit } from './my-init.ts';
import { openrc, openrcRun, rcService } from './openrc.ts';
import { circus } from './process-managers/circus.ts';
import { concurrently } from './process-managers/concurrently.ts';
import { cron } from './process-managers/cron.ts';
import { monit } from './process-managers/monit.ts';
import { pm2 } from './process-managers/pm2.ts';
import { procfile } from './process-managers/procfile.ts';
import { withContenv } from './s6-overlay/index.ts';
import { runit, serviceFolder, serviceFolders } from './service-folders.ts';
import { supervisord } from './supervisord/index.ts';
import { systemd } from './systemd/index.ts';
import { startpar } from './sysv-rc.ts';

/**
 * Programs that start others from a description of their own, and stay as their parent, by name; the programs that
 * their scripts are made of; and those that fill templates in first.
 */
export const supervisors: ReadonlyMap<string, Supervisor> = new Map<string, Supervisor>([
  ['supervisord', supervisord],
  ['runit', runit],
  ['runit-init', runit],
  ['runsvdir', serviceFolders],
  ['svscan', serviceFolders],
  ['s6-svscan', serviceFolders],
  ['runsv', serviceFolder],
  ['supervise', serviceFolder],
  ['s6-supervise', serviceFolder],
  ['my_init', myInit],
  ['init', init],
  ['linuxrc', busyboxInit],
  ['systemd', systemd],
  ['startpar', startpar],
  ['openrc', openrc],
  ['openrc-run', openrcRun],
  ['rc-service', rcService],
  ['foreman', procfile],
  ['honcho', procfile],
  ['forego', procfile],
  ['overmind', procfile],
  ['hivemind', procfile],
  ['concurrently', concurrently],
  ['multirun', concurrently],
  ['pm2', pm2],
  ['pm2-runtime', pm2],
  ['circusd', circus],
  ['monit', monit],
  ['cron', cron],
  ['crond', cron],
  ['with-contenv', withContenv],
  ...Object.entries(execline),
  ...Object.entries(templating),
]);
