import { type Command, Option } from 'commander';
import type { ExitCode } from '../exit-code.ts';
import type { Io } from '../io.ts';

/** One call of the program. */
export interface Call {
  io: Io;
  /** What stood behind `--`. */
  rest: readonly string[] | undefined;
  /** Told how a command ended. */
  end: (code: ExitCode) => void;
}

/** The first of the forms is the usual one. */
export function format(forms: readonly string[]): Option {
  return new Option('--format <format>', 'what to print').choices(forms).default(forms[0]);
}

export function colour(): Option {
  return new Option('--color <when>', 'colours').choices(['auto', 'always', 'never']).default('auto');
}

export function output(): Option {
  return new Option('--output <file>', 'write to a file instead, whole or not at all');
}

export function packFolders(description = 'add or replace app packs (repeatable)'): Option {
  return new Option('--packs <folder>', description).argParser(collect);
}

export function collect(value: string, before: string[] = []): string[] {
  return [...before, value];
}

/** The options of all commands that read images. */
export function addReading(command: Command): Command {
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
    .addOption(packFolders())
    .option('--no-cache', 'neither use nor fill the cache of layers')
    .option('--cache-dir <folder>', 'where that cache is')
    .option('--insecure', 'registries: allow plain HTTP and certificates that nobody vouches for')
    .option('--ca <file>', 'registries: trust these certificate authorities too (PEM)');
}
