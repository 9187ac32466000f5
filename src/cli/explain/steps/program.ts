import { showUnknown } from '../../../model/unknown.ts';
import { commandLine } from '../../text/command-line.ts';
import type { Step, Story } from '../step.ts';

/** The process, and the pack that knows it. */
export function programSteps({ launch: { launch, match } }: Story): Step[] {
  const { argv, user, cwd, exe, realExe, certainty } = launch;
  const uid = user.uid === undefined ? '' : ` (uid ${user.uid})`;
  const file = realExe !== undefined && realExe !== exe ? `${exe} → ${realExe}` : exe;
  const steps: Step[] = [
    {
      text: `This ${certainty === 'possible' ? 'may run' : 'runs'}: ${showUnknown(commandLine(argv))}`,
      details: [`as ${user.name || 'root'}${uid} in ${cwd}, program ${file ?? 'not found'}`],
    },
  ];
  if (match)
    steps.push({ text: `${match.text} (pack ${match.pack.app} ${match.pack.version}).`, details: [] });
  return steps;
}
