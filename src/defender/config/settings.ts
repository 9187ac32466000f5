import { hostname } from 'node:os';
import { join } from 'node:path';
import type { SinkOptions } from '../../audit/sinks/make.ts';
import { BerthwatchError } from '../../base/errors.ts';
import type { NamedEndpoints } from '../../runtime/find.ts';
import { loadConfig } from './load-config.ts';
import type { DefenderConfig } from './schema.ts';

/** What the command line says; it beats the environment, which beats the file. */
export interface SettingsFlags {
  config?: string | undefined;
  packs?: readonly string[] | undefined;
  spool?: string | undefined;
  metrics?: string | undefined;
  format: 'table' | 'json';
}

/** All that a defender needs to know, with every default in place. */
export interface Settings {
  host: string;
  packs: readonly string[];
  spool: { dir: string; maxBytes?: number };
  sinks: readonly SinkOptions[];
  /** Undefined: nowhere. */
  metrics: { host: string; port: number } | undefined;
  /** These alone instead of all that is found. */
  runtimes: NamedEndpoints | undefined;
}

type Environment = Readonly<Record<string, string | undefined>>;

const usualMetrics = '127.0.0.1:9651';

/** Throws CONFIG_INVALID or USAGE. */
export async function readSettings(flags: SettingsFlags, env: Environment): Promise<Settings> {
  const file = flags.config ?? env.BERTHWATCH_CONFIG;
  const config = file === undefined ? {} : await loadConfig(file);
  const dir = flags.spool ?? env.BERTHWATCH_SPOOL ?? config.spool?.dir ?? usualSpool(env);
  const { maxBytes } = config.spool ?? {};
  return {
    host: config.host ?? hostname(),
    packs: [...(flags.packs ?? []), ...(config.packs ?? [])],
    spool: { dir, ...(maxBytes === undefined ? {} : { maxBytes }) },
    sinks: sinksOf(config, flags),
    metrics: placeOf(flags.metrics ?? env.BERTHWATCH_METRICS ?? config.metrics ?? usualMetrics),
    runtimes: config.runtimes && endpointsOf(config.runtimes),
  };
}

/** As the system's conventions have it for services, and for people (XDG Base Directory). */
function usualSpool(env: Environment): string {
  if (process.getuid?.() === 0) return '/var/lib/berthwatch/spool';
  return join(env.XDG_STATE_HOME ?? join(env.HOME ?? '/tmp', '.local/state'), 'berthwatch/spool');
}

/** Without any the standard output is one. Names, where not given, are the kind's, numbered where there are several. */
function sinksOf(config: DefenderConfig, { format }: SettingsFlags): SinkOptions[] {
  const style = format === 'json' ? 'json' : 'text';
  const written = config.audits ?? [{ kind: 'stdout' as const, style: style as 'json' | 'text' }];
  const counts = new Map<string, number>();
  return written.map((sink) => {
    const count = (counts.get(sink.kind) ?? 0) + 1;
    counts.set(sink.kind, count);
    const name = sink.name ?? (count === 1 ? sink.kind : `${sink.kind}-${count}`);
    return { ...sink, name } as SinkOptions;
  });
}

/** Metrics tell of what runs here: they are for this host only. */
function placeOf(text: string): Settings['metrics'] {
  if (text === 'off') return undefined;
  const [, host = '', port = ''] = /^(127(?:\.\d{1,3}){3}|\[::1\]|localhost):(\d{1,5})$/.exec(text) ?? [];
  if (host === '' || Number(port) > 65_535) {
    throw new BerthwatchError('USAGE', `metrics can't be served at ${JSON.stringify(text)}`, {
      next: 'an address of loopback and a port, for instance 127.0.0.1:9651, or off',
    });
  }
  return { host: host.replace(/[[\]]/g, ''), port: Number(port) };
}

function endpointsOf({ engines, cri }: NonNullable<DefenderConfig['runtimes']>): NamedEndpoints {
  return { ...(engines && { engines }), ...(cri && { cri }) };
}
