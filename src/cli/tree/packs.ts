import type { Command } from 'commander';
import * as help from '../help.ts';
import { type Call, packFolders } from './options.ts';

export function addPacks(program: Command, { io, end }: Call): void {
  const packs = program
    .command('packs')
    .summary('list, check and test app packs')
    .description('Works on app packs: all that is known of one app, as data.')
    .helpCommand(false)
    .addHelpText('after', help.packs);
  packs
    .command('list')
    .description('Lists the packs that a scan uses.')
    .addOption(packFolders('with these added or replaced (repeatable)'))
    .option('--json', 'print JSON')
    .addHelpText('after', help.packsList)
    .action(async (flags: { packs?: string[]; json?: boolean }) => {
      const { listPacks } = await import('../commands/packs-list.ts');
      end(await listPacks(flags, io));
    });
  packs
    .command('new')
    .description('Makes a folder with a pack that lints, and its first cases.')
    .argument('<name>', 'of the app, lower case')
    .argument('[folder]', 'where the folder is made (default: here)')
    .addHelpText('after', help.packsNew)
    .action(async (name: string, folder: string | undefined) => {
      const { newPack } = await import('../commands/packs-new.ts');
      end(await newPack(name, folder, io));
    });
  packs
    .command('lint')
    .description('Checks packs without running them: form, expressions, names, patterns, cases.')
    .argument('[folder]', 'a pack, or a folder of packs (default: the shipped ones)')
    .option('--json', 'print JSON')
    .addHelpText('after', help.packsLint)
    .action(async (folder: string | undefined, flags: { json?: boolean }) => {
      const { lintPacks } = await import('../commands/packs-lint.ts');
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
      const { testPacks } = await import('../commands/packs-test.ts');
      end(await testPacks(folder, flags, io));
    });
}
