import { describe, expect, it } from 'vitest';
import { Follower, type RuntimeProblem } from './follower.ts';
import { hostDeclaration } from './host.ts';
import { type Change, NotOffered, type Runtime } from './runtime.ts';
import { Table } from './table.ts';

const id = 'a'.repeat(64);

/** A runtime with one container, which tells no more than that. */
function runtime(pid: number, changes: readonly Change[] = [{ kind: 'all' }]): Runtime {
  const declaration = hostDeclaration({ kind: 'host', unit: '', cgroup: '/' });
  return {
    tells: 'events',
    identify: async () => ({ runtime: 'docker', version: '1' }),
    list: async () => new Map([[id, undefined]]),
    inspect: async (asked) => ({ ...declaration, pid, workload: { ...declaration.workload, id: asked } }),
    async *changes(signal) {
      yield* changes;
      if (!signal.aborted) await new Promise((resolve) => signal.addEventListener('abort', resolve));
    },
    close: () => {},
  };
}

async function follow(rank: number, opened: () => Runtime, cgroup = `0::/docker/${id}\n`) {
  const table = new Table(() => 0);
  const problems: RuntimeProblem[] = [];
  const follower = new Follower('/s', rank, async () => opened(), {
    table,
    cgroupOf: (pid) => (pid === 0 ? undefined : cgroup),
    onChange: () => {},
    onProblem: (problem) => problems.push(problem),
  });
  const end = follower.run();
  await follower.settled;
  follower.close();
  await end;
  return { table, problems, state: follower.state };
}

describe('Follower', () => {
  it('knows where the first process lives, where that can be told', async () => {
    expect((await follow(0, () => runtime(1))).table.home(id)).toBe(`/docker/${id}`);
    expect((await follow(0, () => runtime(0))).table.home(id)).toBe('');
    expect((await follow(0, () => runtime(1), '0::/system.slice/x.service\n')).table.home(id)).toBe('');
  });

  it('believes a user’s own engine only of containers that the kernel shows', async () => {
    expect((await follow(1, () => runtime(1))).table.live()).toEqual([id]);
    expect((await follow(1, () => runtime(0))).table.live()).toEqual([]);
    expect((await follow(1, () => runtime(1), '0::/system.slice/x.service\n')).table.live()).toEqual([]);
  });

  it('passes over what is no id', async () => {
    const changes: Change[] = [
      { kind: 'all' },
      ...['', 'web', `${id}/../x`].map((each) => ({ kind: 'one', id: each }) as const),
    ];
    expect((await follow(0, () => runtime(1, changes))).table.live()).toEqual([id]);
  });

  it('what offers nothing to ask is no problem', async () => {
    const { problems, state } = await follow(0, () => {
      throw new NotOffered('nothing here');
    });
    expect([problems, state]).toEqual([[], { kind: 'not-offered', reason: 'nothing here' }]);
  });
});
