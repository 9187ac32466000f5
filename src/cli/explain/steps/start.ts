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
  for (const { program, path, line, text } of launch.via) {
    const place = path === undefined ? '' : line === undefined ? `${path}  ` : `${path}:${line}  `;
    steps.push({ text: `${program} leads on:`, details: [place + showUnknown(text)] });
  }
  return steps;
}
