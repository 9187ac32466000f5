import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import { type App, appNames } from './apps.ts';
import { suiteDir } from './paths.ts';

const mode = z.union([z.number(), z.string()]).transform((digits) => Number.parseInt(String(digits), 8));
const owner = z.string();

/** A file to put into the view: its text, text with mode and owner, a symbolic link, or a folder. */
const fileSchema = z.union([
  z.string().transform((text) => ({ text })),
  z.strictObject({ text: z.string(), mode: mode.optional(), owner: owner.optional() }),
  z.strictObject({ link: z.string() }),
  z.strictObject({ dir: z.literal(true), mode: mode.optional(), owner: owner.optional() }),
]);

const filesSchema = z.record(z.string().startsWith('/'), fileSchema);
const argv = z.array(z.coerce.string()).min(1);
const environment = z.record(z.string(), z.coerce.string());

const caseSchema = z.strictObject({
  /** One sentence; with the topic it names the case. */
  name: z.string(),
  command: argv,
  env: environment.default({}),
  /** Name or number of the user that starts the command, of the view's passwd. */
  user: z.string().default('root'),
  cwd: z.string().default('/'),
  files: filesSchema.default({}),
  /** Paths taken out before files are put in. */
  remove: z.array(z.string()).default([]),
  /** Commands run inside the view beforehand; what they leave is seen by server and scan. */
  setup: z.array(argv).default([]),
  /** Addresses that the host has besides 127.0.0.1, ::1, 10.9.0.2 and fd00:9::2. */
  hosts: z.array(z.string()).default([]),
  ipv6: z.boolean().default(true),
  /** `daemon`: the command may end while what it started goes on, as under a container's init. */
  starts: z.enum(['foreground', 'daemon']).default('foreground'),
  /** Why no reading of the files can tell the result (an address of the host …): recorded, never compared. */
  unknowable: z.string().optional(),
  /** What the scan has to say beside the sockets: no kernel tells it. */
  expect: z
    .strictObject({
      /** Sockets that lead to an application inside their server, as in truths. */
      serves: z.array(z.string()).default([]),
      /** Databases that are connected to: `tcp HOST:PORT` or `unix PATH`. */
      databases: z.array(z.string()).default([]),
    })
    .optional(),
  /** Milliseconds without any change after which the sockets count as final, for slow starters. */
  settle: z.number().optional(),
});

export type FileSpec = z.output<typeof fileSchema>;
export type Case = z.output<typeof caseSchema> & { app: App; topic: string };

/** What a case's author or generator writes; everything but name and command has a default. */
export type CaseInput = z.input<typeof caseSchema>;

/** `defaults` hold for every case of the file; their files and environment are merged with the case's. */
const topicSchema = z.strictObject({
  about: z.string().optional(),
  defaults: z.record(z.string(), z.unknown()).default({}),
  cases: z.array(z.record(z.string(), z.unknown())),
});

export function caseId(item: Case): string {
  return `${item.topic}: ${item.name}`;
}

/** All hand-picked cases of one app, in the order of their files. Throws when a file breaks the format. */
export function loadCases(app: App): Case[] {
  const dir = join(suiteDir, 'cases', app);
  const files = readdirSync(dir).filter((name) => name.endsWith('.yaml'));
  const cases = files.sort().flatMap((name) => loadTopic(app, join(dir, name)));
  const ids = cases.map(caseId);
  const twice = ids.find((id, index) => ids.indexOf(id) !== index);
  if (twice !== undefined) throw new Error(`${app}: two cases are named "${twice}"`);
  return cases;
}

export function loadAllCases(): Case[] {
  return appNames.flatMap(loadCases);
}

/** Checks what a generator wrote and fills the defaults in. */
export function makeCase(app: App, topic: string, input: unknown): Case {
  const result = caseSchema.safeParse(input);
  if (result.success) return { ...result.data, app, topic };
  throw new Error(
    `${app}/${topic}, ${JSON.stringify(input).slice(0, 120)}: ${z.prettifyError(result.error)}`,
  );
}

function loadTopic(app: App, path: string): Case[] {
  const topic = topicSchema.parse(parse(readFileSync(path, 'utf8'), { merge: true }));
  return topic.cases.map((item) =>
    makeCase(app, basename(path, '.yaml'), withDefaults(topic.defaults, item)),
  );
}

function withDefaults(defaults: Record<string, unknown>, item: Record<string, unknown>): unknown {
  const merged: Record<string, unknown> = { ...defaults, ...item };
  for (const key of ['files', 'env'])
    if (defaults[key] !== undefined) merged[key] = { ...(defaults[key] as object), ...(item[key] as object) };
  return merged;
}
