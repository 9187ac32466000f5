import type { TestProject } from 'vitest/node';
import { sweepEngine } from './containers/engine.ts';
import { type App, appNames } from './differential/apps.ts';
import { unreachable } from './differential/debian.ts';
import { inParallel } from './differential/in-parallel.ts';
import { buildRootfs, isBuilt, unable } from './differential/rootfs.ts';
import { sweepViews } from './differential/view.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    /** Why no real server can run here; undefined where they can. */
    noServers: string | undefined;
  }
}

/** Before the suites of real servers: their root file systems, two at a time. After them: nothing is left. */
export async function setup(project: TestProject): Promise<() => void> {
  const missing = appNames.filter((app) => !isBuilt(app));
  const reason = unable() ?? (missing.length > 0 ? unreachable() : undefined);
  project.provide('noServers', reason);
  if (reason !== undefined) return () => {};
  await inParallel(missing, 2, build);
  return () => {
    sweepEngine();
    sweepViews();
  };
}

/** A failure is told by the tests that need the file system, which then try it themselves. */
async function build(app: App): Promise<void> {
  const start = Date.now();
  const error = await buildRootfs(app).catch((cause: unknown) => cause);
  const seconds = Math.round((Date.now() - start) / 1000);
  console.log(`root file system of ${app}: ${error instanceof Error ? error.message : `${seconds} s`}`);
}
