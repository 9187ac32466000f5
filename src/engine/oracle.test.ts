import { describe, expect, it } from 'vitest';
import type { LaunchWithRootfs } from '../launch/launches.ts';
import type { Pack } from '../pack/schema.ts';
import { memoryRootfs } from '../rootfs/memory.ts';
import { packOracle } from './oracle.ts';

const pack: Pack = {
  app: 'x',
  title: 'X',
  version: '1.0.0',
  recognise: [{ program: ['xd'] }],
  arguments: { options: { port: { flags: ['-p'] }, test: { flags: ['-t'], switch: true } } },
  settings: { port: { argument: 'port', key: 'port', default: 7, type: 'integer' } },
  ends: 'opt.test',
  files: [{ path: "'/x.conf'", syntax: 'lines' }],
  listeners: [],
  starters: [
    {
      program: ['xctl'],
      when: "positional == ['start']",
      runs: "['xd', '-p', '8']",
      detaches: 'true',
    },
  ],
  tools: [
    {
      program: ['xctl'],
      arguments: { options: { port: { flags: ['-p'] } } },
      settings: { port: { argument: 'port', default: 7, type: 'integer' } },
      when: "positional == ['stop']",
      stops: 'server.port == port',
    },
    {
      program: ['xinit'],
      writes: [
        { path: 'positional[0]', text: "'port ' + env.PORT" },
        { path: "'/never'", text: "''", when: 'false' },
      ],
    },
  ],
};

const oracle = packOracle([pack], { ipv6: true });
const rootfs = memoryRootfs({ '/x.conf': 'port 9' });

function launch(argv: string[]): LaunchWithRootfs {
  const exe = `/bin/${argv[0]}`;
  const user = { name: 'root', uid: 0 };
  const env = { PORT: '5' };
  return { exe, realExe: exe, argv, env, cwd: '/srv', user, via: [], certainty: 'certain', rootfs };
}

describe('what becomes of a program', () => {
  it.each([
    ['xd', 'stays'],
    ['xd -t', 'ends'],
    ['xinit a', 'ends'],
    ['xctl stop', 'ends'],
    ['xctl reload', 'unknown'],
    ['other', 'unknown'],
  ])('%s: %s', (command, fate) => {
    expect(oracle.fate(launch(command.split(' ')))).toBe(fate);
  });

  it('a starter runs the server', () => {
    expect(oracle.becomes(launch(['xctl', 'start']))).toMatchObject({
      argv: ['xd', '-p', '8'],
      detaches: true,
    });
    expect(oracle.becomes(launch(['xctl', 'stop']))).toBeUndefined();
  });

  it('a tool stops the servers that it means', () => {
    const servers = [launch(['xd', '-p', '8']), launch(['xd']), launch(['other'])];
    const stopped = (...argv: string[]) =>
      oracle.stops?.(launch(argv), servers).map(({ argv: [, , port] }) => port);
    expect(stopped('xctl', '-p', '8', 'stop')).toEqual(['8']);
    expect(stopped('xctl', '-p', '9', 'stop')).toEqual([undefined]);
    expect(stopped('xctl', 'stop')).toEqual([]);
  });

  it('a tool makes files', () => {
    expect(oracle.writes?.(launch(['xinit', 'a.conf']))).toEqual([{ path: '/srv/a.conf', text: 'port 5' }]);
    expect(oracle.writes?.(launch(['xd']))).toEqual([]);
  });
});
