import { describe, expect, it } from 'vitest';
import type { Launch } from '../../../model/launch.ts';
import { memoryRootfs } from '../../../rootfs/memory.ts';
import { erlang } from './erlang.ts';

function read(...argv: string[]) {
  return erlang.read({ argv: ['beam.smp', ...argv] } as unknown as Launch, memoryRootfs({}));
}

describe("erlang's command line", () => {
  it('tells what is started, and the properties of applications', () => {
    const words =
      '-W w +S 2 -- -root /r -- -pa  -s shop boot -sname a@b -shop listeners [1] -kernel x 1 -kernel y 2';
    const command = read(...words.split(' '));
    expect(command?.mains).toEqual(['shop']);
    expect([...(command?.properties ?? [])].map(([name, { value }]) => `${name}=${value}`)).toEqual([
      ...['W=w', 'root=/r', 'pa=', 's=shop boot', 's.shop=boot', 'sname=a@b', 'shop=listeners [1]'],
      ...['shop.listeners=[1]', 'kernel=y 2', 'kernel.x=1', 'kernel.y=2'],
    ]);
  });

  it('runs nothing without a module', () => {
    expect(read('-noshell', '-eval', 'ok.')).toBeUndefined();
  });
});
