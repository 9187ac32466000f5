import { type Command, Option } from 'commander';
import type { DiffFlags } from '../commands/diff.ts';
import type { ExportFlags } from '../commands/export.ts';
import type { ScanFlags } from '../commands/scan.ts';
import * as help from '../help.ts';
import { addReading, type Call, collect, colour, format, output } from './options.ts';

export function addScan(program: Command, { io, rest, end }: Call): void {
  const command = program
    .command('scan')
    .summary('show what an image will listen on')
    .description(
      'Reads images and shows which process will listen where, and why. Nothing of an image is executed.',
    )
    .argument('<source...>', 'images to read')
    .usage('[options] SOURCE… [-- ARGS…]')
    .helpOption('-h, --help', 'print help')
    .optionsGroup('Output:')
    .addOption(format(['table', 'json', 'sarif']))
    .addOption(output())
    .option(
      '--fail-on <what>',
      'exit with 1 when there is a finding of this severity or above, or of this id (repeatable)',
      collect,
    )
    .option('--explain <port>', 'tell step by step why: 80, udp/53, or the path of a Unix socket')
    .addOption(colour())
    .option('--quiet', 'no progress line');
  addReading(command)
    .addHelpText('after', help.scan)
    .action(async (sources: string[], flags: ScanFlags) => {
      const { scanCommand } = await import('../commands/scan.ts');
      end(await scanCommand(sources, rest, flags, io));
    });
}

export function addDiff(program: Command, { io, rest, end }: Call): void {
  const command = program
    .command('diff')
    .summary('show what changed between two images')
    .description('Compares two images: what listens and connects differently, and the lines that changed it.')
    .argument('<before>', 'an image, or profile:FILE')
    .argument('<after>', 'an image, or profile:FILE')
    .usage('[options] BEFORE AFTER [-- ARGS…]')
    .helpOption('-h, --help', 'print help')
    .optionsGroup('Output:')
    .addOption(format(['text', 'json', 'markdown']))
    .addOption(output())
    .option('--exit-code', 'exit with 1 when something changed')
    .addOption(colour())
    .option('--quiet', 'no progress line');
  addReading(command)
    .addHelpText('after', help.diff)
    .action(async (before: string, after: string, flags: DiffFlags) => {
      const { diffCommand } = await import('../commands/diff.ts');
      end(await diffCommand(before, after, rest, flags, io));
    });
}

export function addExport(program: Command, { io, rest, end }: Call): void {
  const command = program
    .command('export')
    .summary('write it in the form of another tool')
    .description('Writes what an image listens on and connects to in the form of another tool.')
    .argument('<source>', 'an image, or profile:FILE')
    .usage('[options] SOURCE [-- ARGS…]')
    .helpOption('-h, --help', 'print help')
    .optionsGroup('Output:')
    .addOption(
      new Option('--as <form>', 'the form')
        .choices(['network-policy', 'compose', 'cyclonedx'])
        .makeOptionMandatory(),
    )
    .option('--name <name>', 'of the policy and its pods, or of the service (default: from the source)')
    .option('--namespace <name>', 'of the policy')
    .addOption(output())
    .option('--quiet', 'no progress line');
  addReading(command)
    .addHelpText('after', help.exporting)
    .action(async (source: string, flags: ExportFlags) => {
      const { exportCommand } = await import('../commands/export.ts');
      end(await exportCommand(source, rest, flags, io));
    });
}
