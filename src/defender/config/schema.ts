import { z } from 'zod';

const milliseconds = z.int().min(1);

/** What all sinks have: a name of their own, unless there is one of their kind only, and how audits look. */
const common = {
  name: z
    .string()
    .regex(/^[a-z0-9-]{1,64}$/, 'lower-case letters, digits and hyphens')
    .optional(),
  format: z.enum(['berthwatch', 'ocsf']).optional(),
};

const tls = {
  caFile: z.string().optional(),
  certFile: z.string().optional(),
  keyFile: z.string().optional(),
};

const sinkSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('stdout'), ...common, style: z.enum(['text', 'json']).optional() }),
  z.strictObject({
    kind: z.literal('file'),
    ...common,
    path: z.string().startsWith('/', 'an absolute path'),
    maxBytes: z.int().min(0).optional(),
    keep: z.int().min(0).max(1000).optional(),
  }),
  z.strictObject({
    kind: z.literal('syslog'),
    ...common,
    ...tls,
    protocol: z.enum(['udp', 'tcp', 'tls']),
    host: z.string().min(1),
    port: z.int().min(1).max(65_535).optional(),
    text: z.enum(['summary', 'json']).optional(),
    confirm: z.boolean().optional(),
    timeoutMs: milliseconds.optional(),
  }),
  z.strictObject({
    kind: z.literal('webhook'),
    ...common,
    ...tls,
    url: z.url({ protocol: /^https?$/ }),
    body: z.enum(['single', 'batch']).optional(),
    secretFile: z.string().optional(),
    headers: z.record(z.string(), z.string()).optional(),
    timeoutMs: milliseconds.optional(),
  }),
]);

/** The configuration of a defender: one YAML file, strict, each word optional. docs/defender.md explains them. */
export const configSchema = z.strictObject({
  /** How this host is called in audits. */
  host: z.string().min(1).optional(),
  /** Folders of the operator's own packs. */
  packs: z.array(z.string()).optional(),
  spool: z
    .strictObject({
      dir: z.string().startsWith('/', 'an absolute path').optional(),
      maxBytes: z.int().min(65_536).optional(),
    })
    .optional(),
  audits: z.array(sinkSchema).optional(),
  /** Where metrics and health are served: `HOST:PORT` of loopback; `off` for nowhere. */
  metrics: z.string().optional(),
  runtimes: z
    .strictObject({ engines: z.array(z.string()).optional(), cri: z.array(z.string()).optional() })
    .optional(),
});

export type DefenderConfig = z.infer<typeof configSchema>;
