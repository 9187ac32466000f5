import type { ViaStep } from '../../../model/launch.ts';
import { showUnknown } from '../../../model/unknown.ts';
import type { ScanResult } from '../../../scan/scan.ts';
import { commandLine } from '../../text/command-line.ts';
import type { Step, Story } from '../step.ts';

/** From what the image says, and what the command line puts in its place, to the program that is meant. */
export function startSteps({ config, start }: ScanResult, { launch: { launch } }: Story): Step[] {
  const says = JSON.stringify([config.entrypoint, config.cmd]);
  const isSilent = config.entrypoint.length + config.cmd.length === 0;
  const steps: Step[] = [
    {
      text: isSilent
        ? 'The image does not say what it runs.'
        : `The image says ENTRYPOINT ${JSON.stringify(config.entrypoint)} and CMD ${JSON.stringify(config.cmd)}.`,
      details: [],
    },
  ];
  if (says !== JSON.stringify([start.entrypoint, start.cmd])) {
    const instead = commandLine([...start.entrypoint, ...start.cmd]);
    steps.push({ text: `The command line of this scan starts it as: ${instead}`, details: [] });
  }
  steps.push(...launch.via.map((step) => ({ text: viaText(step), details: [] })));
  return steps;
}

/** `/start.sh:12  exec "$@"`, `/sbin/tini starts server`, `runs the script /start.sh`. */
function viaText({ program, path, line, text }: ViaStep): string {
  const shown = showUnknown(text);
  if (path !== undefined) return `${line === undefined ? path : `${path}:${line}`}  ${shown}`;
  return shown.includes(program)
    ? shown.replace(/^./, (letter) => letter.toUpperCase())
    : `${program} ${shown}`;
}
