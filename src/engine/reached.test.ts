import { describe, expect, it } from 'vitest';
import type { Pack } from '../pack/schema.ts';
import { type Case, runCase } from './cases.ts';
import { Reached, unreachedOf } from './reached.ts';

const pack: Pack = {
  app: 'demo',
  title: 'Demo server',
  version: '1.0.0',
  recognise: [{ program: ['demod'] }, { program: ['demo-old'] }],
  arguments: { options: { port: { flags: ['-p'] }, help: { flags: ['-h'], switch: true } } },
  ends: 'opt.help',
  settings: { port: { argument: 'port', environment: 'DEMO_PORT', default: 7000, type: 'integer' } },
  hosts: { any: { '*': "['0.0.0.0']", local: "['127.0.0.1']" } },
  files: [{ path: "'/etc/demo.conf'", syntax: 'lines' }],
  reading: { include: { include: 'value' } },
  listeners: [
    { purpose: 'client', host: "'*'", port: 'string(port)' },
    {
      purpose: 'more',
      each: 'listen',
      forms: [':(?P<port>\\d+)', '(?P<host>[^:]+)'],
      port: "'7001'",
      host: "'*'",
    },
  ],
  refuse: [{ when: 'port == 1', message: 'port 1 is not for it' }],
};

/** The statements that none of the cases reaches. */
function unreachedBy(...cases: Partial<Case>[]): string[] {
  const reached = new Reached();
  const whole = cases.map((each) => ({ name: '', place: '', command: ['demod'], listeners: [], ...each }));
  for (const each of whole) runCase(each, [pack], reached.note);
  return unreachedOf(pack, reached).map(({ path }) => path.join('.'));
}

describe('statements of a pack that cases reach', () => {
  it('without cases that is none', () => {
    expect(unreachedBy()).toEqual([
      'ends',
      'recognise.0',
      'recognise.1',
      'arguments.options.port',
      'arguments.options.help',
      'settings.port.argument',
      'settings.port.environment',
      'settings.port.default',
      'files.0',
      'reading.include',
      'hosts.any.*',
      'hosts.any.local',
      'listeners.0',
      'listeners.0.host',
      'listeners.0.port',
      'listeners.1',
      'listeners.1.host',
      'listeners.1.port',
      'listeners.1.forms.0',
      'listeners.1.forms.1',
      'refuse.0',
    ]);
  });

  it('a source of a setting counts only where it has the value', () => {
    const all = unreachedBy({});
    expect(all).toContain('settings.port.environment');
    expect(all).not.toContain('settings.port.default');
    const some = unreachedBy({ env: { DEMO_PORT: '9' } });
    expect(some).not.toContain('settings.port.environment');
    expect(some).toContain('settings.port.default');
  });

  it('a form counts only where it is the one that matches, a default only where it stands in', () => {
    const left = unreachedBy({ files: { '/etc/demo.conf': 'listen :80\n' } });
    expect(left).toEqual(
      expect.arrayContaining(['listeners.1.port', 'listeners.1.forms.1', 'reading.include']),
    );
    expect(left).not.toContain('listeners.1.forms.0');
    expect(left).not.toContain('listeners.1.host');
  });

  it('a refusal counts only where it is one', () => {
    expect(unreachedBy({ command: ['demod', '-p', '2'] })).toContain('refuse.0');
    expect(unreachedBy({ command: ['demod', '-p', '1'] })).not.toContain('refuse.0');
  });

  it('cases that reach all of it leave nothing', () => {
    expect(
      unreachedBy(
        { env: { DEMO_PORT: '9' } },
        { command: ['demo-old'] },
        { command: ['demod', '-h'] },
        { command: ['demod', '-p', '1'] },
        {
          files: {
            '/etc/demo.conf': 'listen local\ninclude /etc/more.conf\n',
            '/etc/more.conf': 'listen :80\n',
          },
        },
      ),
    ).toEqual([]);
  });
});
