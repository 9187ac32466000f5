import type { Command } from 'commander';
import type { DoctorFlags } from '../commands/doctor.ts';
import type { ListenersFlags } from '../commands/listeners.ts';
import type { WatchFlags } from '../commands/watch.ts';
import * as help from '../help.ts';
import { type Call, colour, format, packFolders } from './options.ts';

export function addWatch(program: Command, { io, end }: Call): void {
  program
    .command('watch')
    .summary('watch this host and tell of what should not listen')
    .description('Watches every socket of this host and its containers, and judges each the moment it opens.')
    .helpOption('-h, --help', 'print help')
    .option('--once', 'print the present state and end, as "berthwatch listeners" does')
    .option('--config <file>', 'YAML; flags and variables count more (also BERTHWATCH_CONFIG)')
    .option('--spool <folder>', 'where audits are kept (also BERTHWATCH_SPOOL)')
    .option('--metrics <place>', 'address of loopback and port, or off (also BERTHWATCH_METRICS)')
    .addOption(format(['table', 'json']))
    .addOption(packFolders())
    .addOption(colour())
    .addHelpText('after', help.watch)
    .action(async (flags: WatchFlags) => {
      const { watchCommand } = await import('../commands/watch.ts');
      end(await watchCommand(flags, io));
    });
}

export function addListeners(program: Command, { io, end }: Call): void {
  program
    .command('listeners')
    .summary('show who listens on this host, and whether it should')
    .description('Looks once at every socket of this host and its containers, and judges it.')
    .helpOption('-h, --help', 'print help')
    .addOption(format(['table', 'json']))
    .addOption(packFolders())
    .addOption(colour())
    .addHelpText('after', help.listeners)
    .action(async (flags: ListenersFlags) => {
      const { listenersCommand } = await import('../commands/listeners.ts');
      end(await listenersCommand(flags, io));
    });
}

export function addDoctor(program: Command, { io, end }: Call): void {
  program
    .command('doctor')
    .summary('say what this host lets watch do')
    .description('Looks at this host and says how well it can be watched, and how to get more.')
    .helpOption('-h, --help', 'print help')
    .option('--config <file>', 'the configuration of watch')
    .option('--json', 'print JSON')
    .addHelpText('after', help.doctor)
    .action(async (flags: DoctorFlags) => {
      const { doctorCommand } = await import('../commands/doctor.ts');
      end(await doctorCommand(flags, io));
    });
}

export function addEvaluate(program: Command, { end }: Call): void {
  program
    .command('evaluate', { hidden: true })
    .description('The process in which watch evaluates.')
    .addOption(packFolders('as of watch'))
    .action(async (flags: { packs?: string[] }) => {
      const { evaluateCommand } = await import('../commands/evaluate.ts');
      end(await evaluateCommand(flags.packs ?? []));
    });
}
