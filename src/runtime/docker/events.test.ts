import { expect, it } from 'vitest';
import { readEvents } from './events.ts';

async function read(...chunks: (string | Buffer)[]): Promise<string[]> {
  async function* stream() {
    for (const chunk of chunks) yield Buffer.from(chunk);
  }
  const found: string[] = [];
  for await (const change of readEvents(stream())) found.push(change.kind === 'one' ? change.id : 'all');
  return found;
}

const event = (Action: string, ID = 'a', Type = 'container') =>
  `${JSON.stringify({ Type, Action, Actor: { ID, Attributes: { é: 'ü' } } })}\n`;

it('those after which a container is to be looked at', async () => {
  expect(await read(event('start', 'a') + event('die', 'b'), event('remove', 'c'))).toEqual(['a', 'b', 'c']);
  expect(await read(event('exec_create: sh'), event('health_status: healthy'), '\n')).toEqual([]);
  expect(await read(event('create', 'a', 'image'), event('create', ''))).toEqual([]);
});

it('however they are cut', async () => {
  const bytes = Buffer.from(event('start', 'a') + event('start', 'b'));
  for (let cut = 0; cut <= bytes.length; cut++) {
    expect(await read(bytes.subarray(0, cut), bytes.subarray(cut))).toEqual(['a', 'b']);
  }
});

it('one that can’t be read, or is too long, may have been any', async () => {
  expect(await read('{"Type":\n', event('start'))).toEqual(['all', 'a']);
  const long = 'x'.repeat(600_000);
  expect(await read(`{"x":"${long}`, long, long, '"}\n', event('start'))).toEqual(['all', 'a']);
});
