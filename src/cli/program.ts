import { Command, Option } from 'commander';
import type { DiffFlags } from './commands/diff.ts';
import type { DoctorFlags } from './commands/doctor.ts';
import type { ExportFlags } from './commands/export.ts';
import type { ListenersFlags } from './commands/listeners.ts';
import type { ScanFlags } from './commands/scan.ts';
import type { WatchFlags } from './commands/watch.ts';
import type { ExitCode } from './exit-code.ts';
import * as help from './help.ts';
import type { Io } from './io.ts';
import { version } from './version.ts';

/**
 * The command tree. Commands are loaded when they are called, so that each starts as fast as it can. `rest` is what
 * stood behind `--`; `end` is told how a command ended.
 */
export function makeProgram(
  io: Io,
  rest: readonly string[] | undefined,
  end: (code: ExitCode) => void,
): Command {
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
  addScan(program, io, rest, end);
  addDiff(program, io, rest, end);
  addExport(program, io, rest, end);
  addWatch(program, io, end);
  addListeners(program, io, end);
  addPacks(program, io, end);
  return program;
}

function addScan(
  program: Command,
  io: Io,
  rest: readonly string[] | undefined,
  end: (code: ExitCode) => void,
): void {
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
    .addOption(choice('--format <format>', 'what to print', ['table', 'json', 'sarif'], 'table'))
    .option('--output <file>', 'write to a file instead, whole or not at all')
    .option(
      '--fail-on <what>',
      'exit with 1 when there is a finding of this severity or above, or of this id (repeatable)',
      collect,
    )
    .option('--explain <port>', 'tell step by step why: 80, udp/53, or the path of a Unix socket')
    .addOption(choice('--color <when>', 'colours', ['auto', 'always', 'never'], 'auto'))
    .option('--quiet', 'no progress line');
  addReading(command)
    .addHelpText('after', help.scan)
    .action(async (sources: string[], flags: ScanFlags) => {
      const { scanCommand } = await import('./commands/scan.ts');
      end(await scanCommand(sources, rest, flags, io));
    });
}

function addDiff(
  program: Command,
  io: Io,
  rest: readonly string[] | undefined,
  end: (code: ExitCode) => void,
): void {
  const command = program
    .command('diff')
    .summary('show what changed between two images')
    .description('Compares two images: what listens and connects differently, and the lines that changed it.')
    .argument('<before>', 'an image, or profile:FILE')
    .argument('<after>', 'an image, or profile:FILE')
    .usage('[options] BEFORE AFTER [-- ARGS…]')
    .helpOption('-h, --help', 'print help')
    .optionsGroup('Output:')
    .addOption(choice('--format <format>', 'what to print', ['text', 'json', 'markdown'], 'text'))
    .option('--output <file>', 'write to a file instead, whole or not at all')
    .option('--exit-code', 'exit with 1 when something changed')
    .addOption(choice('--color <when>', 'colours', ['auto', 'always', 'never'], 'auto'))
    .option('--quiet', 'no progress line');
  addReading(command)
    .addHelpText('after', help.diff)
    .action(async (before: string, after: string, flags: DiffFlags) => {
      const { diffCommand } = await import('./commands/diff.ts');
      end(await diffCommand(before, after, rest, flags, io));
    });
}

function addExport(
  program: Command,
  io: Io,
  rest: readonly string[] | undefined,
  end: (code: ExitCode) => void,
): void {
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
    .option('--output <file>', 'write to a file instead, whole or not at all')
    .option('--quiet', 'no progress line');
  addReading(command)
    .addHelpText('after', help.exporting)
    .action(async (source: string, flags: ExportFlags) => {
      const { exportCommand } = await import('./commands/export.ts');
      end(await exportCommand(source, rest, flags, io));
    });
}

function addWatch(program: Command, io: Io, end: (code: ExitCode) => void): void {
  program
    .command('watch')
    .summary('watch this host and tell of what should not listen')
    .description('Watches every socket of this host and its containers, and judges each the moment it opens.')
    .helpOption('-h, --help', 'print help')
    .option('--once', 'print the present state and end, as "berthwatch listeners" does')
    .option('--config <file>', 'YAML; flags and variables count more (also BERTHWATCH_CONFIG)')
    .option('--spool <folder>', 'where audits are kept (also BERTHWATCH_SPOOL)')
    .option('--metrics <place>', 'address of loopback and port, or off (also BERTHWATCH_METRICS)')
    .addOption(choice('--format <format>', 'what to print', ['table', 'json'], 'table'))
    .option('--packs <folder>', 'add or replace app packs (repeatable)', collect)
    .addOption(choice('--color <when>', 'colours', ['auto', 'always', 'never'], 'auto'))
    .addHelpText('after', help.watch)
    .action(async (flags: WatchFlags) => {
      const { watchCommand } = await import('./commands/watch.ts');
      end(await watchCommand(flags, io));
    });
  program
    .command('doctor')
    .summary('say what this host lets watch do')
    .description('Looks at this host and says how well it can be watched, and how to get more.')
    .helpOption('-h, --help', 'print help')
    .option('--config <file>', 'the configuration of watch')
    .option('--json', 'print JSON')
    .addHelpText('after', help.doctor)
    .action(async (flags: DoctorFlags) => {
      const { doctorCommand } = await import('./commands/doctor.ts');
      end(await doctorCommand(flags, io));
    });
  program
    .command('evaluate', { hidden: true })
    .description('The process in which watch evaluates.')
    .option('--packs <folder>', 'as of watch', collect)
    .action(async (flags: { packs?: string[] }) => {
      const { evaluateCommand } = await import('./commands/evaluate.ts');
      end(await evaluateCommand(flags.packs ?? []));
    });
}

function addListeners(program: Command, io: Io, end: (code: ExitCode) => void): void {
  program
    .command('listeners')
    .summary('show who listens on this host, and whether it should')
    .description('Looks once at every socket of this host and its containers, and judges it.')
    .helpOption('-h, --help', 'print help')
    .addOption(choice('--format <format>', 'what to print', ['table', 'json'], 'table'))
    .option('--packs <folder>', 'add or replace app packs (repeatable)', collect)
    .addOption(choice('--color <when>', 'colours', ['auto', 'always', 'never'], 'auto'))
    .addHelpText('after', help.listeners)
    .action(async (flags: ListenersFlags) => {
      const { listenersCommand } = await import('./commands/listeners.ts');
      end(await listenersCommand(flags, io));
    });
}

/** The options of all commands that read images. */
function addReading(command: Command): Command {
  return command
    .optionsGroup('How the container is started:')
    .option('--env <K=V>', 'set a variable; K alone takes it from here (repeatable)', collect)
    .option('--env-file <file>', 'set variables from a file of K=V lines (repeatable)', collect)
    .option('--entrypoint <path>', 'replace ENTRYPOINT and drop CMD')
    .option('--user <user>', 'replace USER: name, uid, name:group or uid:gid')
    .option('--workdir <path>', 'replace WORKDIR')
    .option('--no-ipv6', 'for a host without IPv6')
    .optionsGroup('Which image, and how it is read:')
    .option(
      '--platform <os/arch[/variant]>',
      "of several platforms, this one (default: linux, this machine's processor)",
    )
    .option('--packs <folder>', 'add or replace app packs (repeatable)', collect)
    .option('--no-cache', 'neither use nor fill the cache of layers')
    .option('--cache-dir <folder>', 'where that cache is')
    .option('--insecure', 'registries: allow plain HTTP and certificates that nobody vouches for')
    .option('--ca <file>', 'registries: trust these certificate authorities too (PEM)');
}

function addPacks(program: Command, io: Io, end: (code: ExitCode) => void): void {
  const packs = program
    .command('packs')
    .summary('list, check and test app packs')
    .description('Works on app packs: all that is known of one app, as data.')
    .helpCommand(false)
    .addHelpText('after', help.packs);
  packs
    .command('list')
    .description('Lists the packs that a scan uses.')
    .option('--packs <folder>', 'with these added or replaced (repeatable)', collect)
    .option('--json', 'print JSON')
    .addHelpText('after', help.packsList)
    .action(async (flags: { packs?: string[]; json?: boolean }) => {
      const { listPacks } = await import('./commands/packs-list.ts');
      end(await listPacks(flags, io));
    });
  packs
    .command('new')
    .description('Makes a folder with a pack that lints, and its first cases.')
    .argument('<name>', 'of the app, lower case')
    .argument('[folder]', 'where the folder is made (default: here)')
    .addHelpText('after', help.packsNew)
    .action(async (name: string, folder: string | undefined) => {
      const { newPack } = await import('./commands/packs-new.ts');
      end(await newPack(name, folder, io));
    });
  packs
    .command('lint')
    .description('Checks packs without running them: form, expressions, names, patterns, cases.')
    .argument('[folder]', 'a pack, or a folder of packs (default: the shipped ones)')
    .option('--json', 'print JSON')
    .addHelpText('after', help.packsLint)
    .action(async (folder: string | undefined, flags: { json?: boolean }) => {
      const { lintPacks } = await import('./commands/packs-lint.ts');
      end(await lintPacks(folder, flags, io));
    });
  packs
    .command('test')
    .description("Runs packs' cases: files and a command in, exactly the expected listeners out.")
    .argument('[folder]', 'a pack, or a folder of packs (default: the shipped ones)')
    .option('--unreached', 'list the statements of each pack that none of its cases reaches')
    .option('--json', 'print JSON')
    .addHelpText('after', help.packsTest)
    .action(async (folder: string | undefined, flags: { json?: boolean; unreached?: boolean }) => {
      const { testPacks } = await import('./commands/packs-test.ts');
      end(await testPacks(folder, flags, io));
    });
}

function collect(value: string, before: string[] = []): string[] {
  return [...before, value];
}

function choice(flags: string, description: string, choices: string[], initial: string): Option {
  return new Option(flags, description).choices(choices).default(initial);
}
