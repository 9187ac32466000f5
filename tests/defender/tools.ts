import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeFolder } from '../differential/made-folder.ts';
import { cacheDir, repository } from '../differential/paths.ts';

const sources = join(repository, 'tests/defender/tools');

/** Programs that are compiled for the suites, linked statically so that they run in every container. */
export type Tool = 'mischief' | 'mongod';

const folder = join(cacheDir, 'defender');

/** Why they can't be compiled here; undefined when they can. */
export function noCompiler(): string | undefined {
  return spawnSync('cc', ['--version']).status === 0 ? undefined : 'no C compiler';
}

export function toolPath(tool: Tool): string {
  return join(folder, tool);
}

/** Compiles those whose source has changed. */
export async function makeTools(): Promise<void> {
  const tools: Tool[] = ['mischief', 'mongod'];
  const recipe = tools.map((tool) => readFileSync(join(sources, `${tool}.c`), 'utf8'));
  const make = async (work: string) => {
    for (const tool of tools) {
      const args = ['-O1', '-static', '-o', join(work, tool), join(sources, `${tool}.c`)];
      execFileSync('cc', args, { stdio: ['ignore', 'ignore', 'pipe'] });
    }
  };
  await makeFolder({ dir: folder, recipe, make });
}
