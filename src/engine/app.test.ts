import { describe, expect, it } from 'vitest';
import type { Launch } from '../model/launch.ts';
import type { Pack } from '../pack/schema.ts';
import { type MemoryFile, memoryRootfs } from '../rootfs/memory.ts';
import { showListener, showPeer } from './cases.ts';
import { evaluateApp } from './evaluate-app.ts';

interface Given {
  pack: Partial<Pack>;
  argv?: string[];
  env?: Record<string, string>;
  files?: Record<string, MemoryFile>;
}

/** Evaluates a small pack of an app `x` whose config is `/x.conf` in the `lines` syntax. */
function run({ pack, argv = ['x'], env = {}, files = {} }: Given) {
  const launch: Launch = {
    exe: '/bin/x',
    realExe: '/bin/x',
    argv,
    env,
    cwd: '/',
    user: { name: 'root', uid: 0 },
    via: [],
    certainty: 'certain',
  };
  const whole: Pack = {
    app: 'x',
    title: 'X',
    version: '1.0.0',
    recognise: [{ program: ['x'] }],
    files: [{ path: "'/x.conf'", syntax: 'lines', missing: 'ignore' }],
    listeners: [],
    ...pack,
  };
  const result = evaluateApp(
    launch,
    memoryRootfs(files),
    { pack: whole, role: {}, text: '' },
    { ipv6: true },
  );
  return {
    listeners: result.listeners.map(showListener),
    evidence: result.listeners.flatMap(({ evidence }) =>
      evidence.map(({ kind, text }) => `${kind}: ${text}`),
    ),
    peers: result.peers.map(showPeer),
    findings: result.findings.map(({ id, message }) => `${id}: ${message}`),
    configs: result.configs.map(({ path }) => path),
  };
}

const port: Partial<Pack> = {
  arguments: { options: { port: { flags: ['-p'] } } },
  settings: { port: { argument: 'port', key: 'port', environment: 'PORT', default: 7, type: 'integer' } },
  listeners: [{ purpose: 'main', port: 'port', host: "'0.0.0.0'" }],
};

describe('a setting', () => {
  it.each<[string, Omit<Given, 'pack'>, string, string]>([
    ['default', {}, 'tcp 0.0.0.0:7', 'default: port is 7 by default'],
    ['environment over default', { env: { PORT: '8' } }, 'tcp 0.0.0.0:8', 'environment: PORT=8'],
    [
      'file over environment',
      { env: { PORT: '8' }, files: { '/x.conf': 'port 9' } },
      'tcp 0.0.0.0:9',
      'config: port 9',
    ],
    [
      'argument over file',
      { argv: ['x', '-p', '10'], files: { '/x.conf': 'port 9' } },
      'tcp 0.0.0.0:10',
      'argument: -p 10',
    ],
    [
      'the last line of a file',
      { files: { '/x.conf': 'port 9\nport 11' } },
      'tcp 0.0.0.0:11',
      'config: port 11',
    ],
  ])('%s', (_, given, listener, evidence) => {
    const result = run({ pack: port, ...given });
    expect(result.listeners).toEqual([listener]);
    expect(result.evidence).toEqual([evidence]);
  });

  it('that is no number keeps the program from starting', () => {
    expect(run({ pack: port, env: { PORT: 'http' } })).toMatchObject({
      listeners: [],
      findings: ['will-not-start: X will not start: port must be a number, not "http"'],
    });
  });

  it('that needs itself is an error of the pack, not of the image', () => {
    const pack: Partial<Pack> = { ...port, settings: { port: { value: 'port + 1' } } };
    expect(run({ pack }).findings).toEqual([
      'pack-error: the x pack could not be evaluated: setting port needs itself',
    ]);
  });

  it('that is unknown becomes a finding, and other listeners stay', () => {
    const pack: Partial<Pack> = {
      ...port,
      listeners: [...(port.listeners ?? []), { purpose: 'second', port: "'99'", host: "'127.0.0.1'" }],
    };
    const result = run({ pack, argv: ['x', '-p', '\u{E000}$(free_port)\u{E001}'] });
    expect(result.listeners).toEqual(['tcp 127.0.0.1:99']);
    expect(result.findings).toEqual(['unknown-value: main: unknown until the container runs: $(free_port)']);
  });
});

describe('reading', () => {
  const each: Partial<Pack> = {
    reading: {
      include: { include: 'value' },
      maybe: { include: 'value', missing: "'ignore'" },
      define: { set: 'value' },
    },
    interpolate: { pattern: '\\$\\{(\\w+)\\}', environment: true },
    listeners: [
      { purpose: 'main', each: 'listen', forms: ['(?P<port>\\d+)'], host: "'0.0.0.0'", invalid: 'skip' },
    ],
  };

  it('goes through includes in place, relative to the file', () => {
    const files = {
      '/x.conf': 'listen 1\ninclude d/*.inc\nlisten 4',
      '/d/b.inc': 'listen 3',
      '/d/a.inc': 'include c',
      '/d/c': 'listen 2',
    };
    const result = run({ pack: each, files });
    expect(result.listeners).toEqual(['tcp 0.0.0.0:1', 'tcp 0.0.0.0:2', 'tcp 0.0.0.0:3', 'tcp 0.0.0.0:4']);
    expect(result.configs).toEqual(['/x.conf', '/d/a.inc', '/d/c', '/d/b.inc']);
  });

  it('a file that includes itself keeps the program from starting', () => {
    const result = run({ pack: each, files: { '/x.conf': 'listen 1\ninclude x.conf' } });
    expect(result.listeners).toEqual([]);
    expect(result.findings[0]).toMatch(/^will-not-start: .*files are included more than 100 deep/);
  });

  it('a missing include refuses, unless it may be missing', () => {
    expect(run({ pack: each, files: { '/x.conf': 'maybe a\nlisten 1' } }).listeners).toEqual([
      'tcp 0.0.0.0:1',
    ]);
    expect(run({ pack: each, files: { '/x.conf': 'include a\nlisten 1' } }).findings).toEqual([
      'will-not-start: X will not start: /a is missing, included at /x.conf:1',
    ]);
  });

  it('puts variables in, defined before environment, and leaves others as they are', () => {
    const files = { '/x.conf': 'listen ${A}\ndefine A 1\nlisten ${A}\nlisten ${B}' };
    expect(run({ pack: each, files, env: { A: '5' } }).listeners).toEqual(['tcp 0.0.0.0:5', 'tcp 0.0.0.0:1']);
  });
});

describe('combining', () => {
  const pack: Partial<Pack> = {
    listeners: [{ purpose: 'main', each: 'listen', forms: ['(?P<host>[^:]+):(?P<port>\\d+)'] }],
    combine: [
      { within: ['address', 'port'], unite: [] },
      { within: ['port'], drop: '!self.any && all.exists(o, o.any)' },
    ],
  };

  it('unites equal sockets with the evidence of both, and drops what a wildcard covers', () => {
    const files = { '/x.conf': 'listen 1.1.1.1:80\nlisten 0.0.0.0:80\nlisten 0.0.0.0:80\nlisten 1.1.1.1:81' };
    const result = run({ pack, files });
    expect(result.listeners).toEqual(['tcp 0.0.0.0:80', 'tcp 1.1.1.1:81']);
    expect(result.evidence).toHaveLength(3);
  });
});

it('a name that only the running container can resolve makes the listener possible', () => {
  const pack: Partial<Pack> = { listeners: [{ purpose: 'main', port: "'80'", host: "'db.internal'" }] };
  expect(run({ pack })).toMatchObject({
    listeners: ['tcp db.internal:80 ?'],
    findings: ['unresolved-name: db.internal can only be resolved in the running container'],
  });
});
