import { Command } from 'commander';
import * as help from './help.ts';
import { addDoctor, addEvaluate, addListeners, addWatch } from './tree/host.ts';
import { addDiff, addExport, addScan } from './tree/images.ts';
import type { Call } from './tree/options.ts';
import { addPacks } from './tree/packs.ts';
import { version } from './version.ts';

/** The command tree. Commands are loaded when they are called, so that each starts as fast as it can. */
export function makeProgram(call: Call): Command {
  const { io } = call;
  const program = new Command('berthwatch')
    .description(
      'Says which process of a container will listen where, and why; watches that nothing else does.',
    )
    .version(version, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print help')
    .helpCommand('help [command]', 'print help for a command')
    .exitOverride()
    .configureOutput({ writeOut: io.out.write, writeErr: io.err.write })
    .configureHelp({ showGlobalOptions: false })
    .showSuggestionAfterError()
    .showHelpAfterError('(--help shows usage and examples)')
    .addHelpText('after', help.program);
  const commands = [addScan, addDiff, addExport, addWatch, addDoctor, addListeners, addPacks, addEvaluate];
  for (const add of commands) add(program, call);
  return program;
}
