import { describe, expect, it } from 'vitest';
import type { LaunchWithRootfs } from '../launch/launches.ts';
import type { Pack } from '../pack/schema.ts';
import { memoryRootfs } from '../rootfs/memory.ts';
import { OverlayTree } from '../rootfs/overlay.ts';
import { Rootfs } from '../rootfs/rootfs.ts';
import { packOracle } from './oracle.ts';

const pack: Pack = {
  app: 'x',
  title: 'X',
  version: '1.0.0',
  recognise: [{ program: ['xd'] }],
  arguments: {
    options: {
      port: { flags: ['-p'] },
      lock: { flags: ['-l'] },
      signal: { flags: ['-s'] },
      needs: { flags: ['-n'] },
      test: { flags: ['-t'], switch: true },
      version: { flags: ['-v'], switch: true },
      daemon: { flags: ['-d'], switch: true },
    },
  },
  settings: { port: { argument: 'port', key: 'port', default: 7, type: 'integer' } },
  checks: 'opt.test',
  ends: 'opt.version',
  detaches: 'opt.daemon',
  stops: "opt.signal == 'stop' && server.port == port",
  reloads: "opt.signal == 'reload' && server.port == port",
  sole: { of: 'opt.lock', what: 'lock' },
  shares: 'port == 12',
  files: [{ path: "'/x.conf'", syntax: 'lines' }],
  listeners: [{ purpose: 'client', host: "'0.0.0.0'", port: 'string(port)' }],
  refuse: [
    { when: 'port == 1', message: 'port 1' },
    { when: "'bad' in top", message: 'bad' },
    { when: 'port == 2', message: 'port 2', unchecked: true },
  ],
  needs: [{ path: 'opt.needs', what: 'file' }],
  starters: [
    {
      program: ['xctl'],
      when: "positional == ['start'] || positional == ['restart']",
      stops: "positional == ['restart'] && server.port == 9",
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
        { of: 'positional', path: "'/on/' + value", link: "'../' + value" },
        { of: 'positional', path: "'/off/' + value" },
      ],
      fails: 'positional.size() > 1',
    },
  ],
};

const oracle = packOracle([pack], { ipv6: true });
const filesOf = (text: string) => new Rootfs(new OverlayTree(memoryRootfs({ '/x.conf': text }).tree));
const rootfs = filesOf('port 9');

function launch(argv: string[]): LaunchWithRootfs {
  const exe = `/bin/${argv[0]}`;
  const user = { name: 'root', uid: 0 };
  const env = { PORT: '5' };
  return { exe, realExe: exe, argv, env, cwd: '/srv', user, via: [], certainty: 'certain', rootfs };
}

describe('what becomes of a program', () => {
  const servers = () => [launch(['xd', '-p', '8']), launch(['xd']), launch(['other'])];

  it.each([
    ['xd', 'stays'],
    ['xd -t', 'ends'],
    ['xd -v', 'ends'],
    ['xd -d', 'detaches'],
    ['xinit a', 'unknown'],
    ['xctl reload', 'unknown'],
    ['other', 'unknown'],
  ])('%s: %s', (command, fate) => {
    expect(oracle.fate(launch(command.split(' ')))).toBe(fate);
  });

  it('a starter runs the server', () => {
    expect(oracle.becomes(launch(['xctl', 'start']), [])).toMatchObject({
      argv: ['xd', '-p', '8'],
      detaches: true,
    });
    expect(oracle.becomes(launch(['xctl', 'stop']), [])).toBeUndefined();
    expect(oracle.becomes(launch(['xctl', 'restart']), servers())?.stops).toMatchObject([{ argv: ['xd'] }]);
  });

  it('a tool, or the program itself, stops the servers that it means', () => {
    const stopped = (...argv: string[]) =>
      oracle.effects?.(launch(argv), servers())?.stops.map(({ argv: [, , port] }) => port);
    expect(stopped('xctl', '-p', '8', 'stop')).toEqual(['8']);
    expect(stopped('xctl', '-p', '9', 'stop')).toEqual([undefined]);
    expect(stopped('xctl', 'stop')).toEqual([]);
    expect(stopped('xd', '-s', 'stop')).toEqual([undefined]);
    expect(stopped('xd', '-s', 'stop', '-p', '7')).toBeUndefined();
  });

  it('servers read their files again, unless they would refuse them', () => {
    const reloaded = (text: string, ...argv: string[]) => {
      const signal = { ...launch(argv), rootfs: filesOf(text) };
      const { status, reloads } = oracle.effects?.(signal, [launch(['xd', '-p', '8']), launch(['xd'])]) ?? {};
      return [status, reloads?.map((server) => server.argv.join(' '))];
    };
    expect(reloaded('port 9', 'xd', '-s', 'reload')).toEqual([0, ['xd']]);
    expect(reloaded('port 1', 'xd', '-s', 'reload', '-p', '8')).toEqual([0, ['xd -p 8']]);
    expect(reloaded('bad\nport 9', 'xd', '-s', 'reload')).toEqual([1, []]);
  });

  it('a tool makes files and links, removes paths, and may fail', () => {
    expect(oracle.effects?.(launch(['xinit', 'a.conf']), [])).toEqual({
      status: 0,
      mayStop: true,
      stops: [],
      reloads: [],
      changes: [
        { path: '/srv/a.conf', text: 'port 5' },
        { path: '/on/a.conf', link: '../a.conf' },
        { path: '/off/a.conf', gone: true },
      ],
    });
    expect(oracle.effects?.(launch(['xinit', 'a', 'b']), [])?.status).toBe(1);
    expect(oracle.effects?.(launch(['xd']), [])).toBeUndefined();
  });
});

describe('how a program ends at once', () => {
  const ending = (command: string, ...running: string[]) => {
    const found = oracle.ending?.(
      launch(command.split(' ')),
      running.map((each) => launch(each.split(' '))),
    );
    return found && [found.status, found.certain, found.byOthers];
  };

  it.each([
    ['xd', undefined],
    ['xd -p 1', [1, true, false]],
    ['xd -p 2', [1, true, false]],
    ['xd -n /missing', [1, false, false]],
    ['xd -v -p 1', undefined],
    ['xd -t', undefined],
    ['xd -t -p 1', [1, true, false]],
    ['xd -t -p 2', undefined],
    ['xd -t -n /missing', [1, false, false]],
    ['other', undefined],
  ])('%s: %s', (command, expected) => {
    expect(ending(command)).toEqual(expected);
  });

  it.each([
    ['xd -p 8', ['xd', 'xd -p 8'], [1, true, true]],
    ['xd -p 8', ['xd', 'xd -p 9'], undefined],
    ['xd -p 12', ['xd -p 12'], undefined],
    ['xd -p 8 -l a', ['xd -p 7 -l a'], [1, true, true]],
    ['xd -p 8 -l a', ['xd -p 7 -l b', 'other -l a'], undefined],
    ['xd -t -p 8', ['xd -p 8'], undefined],
  ])('%s beside %j: %s', (command, running, expected) => {
    expect(ending(command, ...running)).toEqual(expected);
  });
});
