import { describe, expect, it } from 'vitest';
import type { Pack } from '../pack/schema.ts';
import { memoryRootfs } from '../rootfs/memory.ts';
import { allListeners, allPeers, evaluateStart } from './evaluate-start.ts';

const server: Pack = {
  app: 'demo-server',
  title: 'Demo',
  version: '1.0.0',
  recognise: [{ program: ['demo-server'] }],
  roots: [{ folder: "'/srv/www'", on: 'listener.port != 82' }],
  listeners: [
    { purpose: 'http', host: "'127.0.0.1'", port: "'80'" },
    { purpose: 'admin', host: "'127.0.0.1'", port: "'81'" },
    { purpose: 'http', host: "'127.0.0.1'", port: "'82'" },
  ],
};

const shop: Pack = {
  app: 'demo-shop',
  title: 'Shop',
  version: '1.0.0',
  within: {
    apps: ['demo-server'],
    when: "roots.exists(root, image.exists(root + '/shop.txt'))",
    purposes: ['http'],
  },
  settings: { database: { environment: 'SHOP_DB', default: 'db' } },
  listeners: [],
  peers: [{ purpose: 'database', of: '[database]', forms: ['(?P<host>.+)'], port: "'3306'" }],
};

function evaluated(files: Record<string, string>, packs: readonly Pack[]) {
  const rootfs = memoryRootfs({ '/usr/bin/demo-server': { text: '\x7fELF', mode: 0o755 }, ...files });
  const start = {
    entrypoint: ['demo-server'],
    cmd: [],
    env: { SHOP_DB: 'mysql', PATH: '/usr/bin' },
    cwd: '/',
    user: '',
  };
  const evaluation = evaluateStart(start, rootfs, packs, { ipv6: true });
  return {
    serves: allListeners(evaluation).map(({ port, serves }) => ({ port, serves })),
    peers: allPeers(evaluation).map(({ app, host, port }) => `${app} ${host}:${port}`),
  };
}

describe('applications', () => {
  it('are named on the listeners that lead to them, and bring their peers', () => {
    expect(evaluated({ '/srv/www/shop.txt': '' }, [server, shop])).toEqual({
      serves: [
        { port: 80, serves: ['demo-shop'] },
        { port: 81, serves: undefined },
        { port: 82, serves: undefined },
      ],
      peers: ['demo-shop mysql:3306'],
    });
  });

  it('are not there without their files, or in another app', () => {
    const nothing = { serves: [{ port: 80 }, { port: 81 }, { port: 82 }], peers: [] };
    expect(evaluated({}, [server, shop])).toMatchObject(nothing);
    expect(evaluated({ '/srv/www/shop.txt': '' }, [{ ...server, app: 'demo-other' }, shop])).toMatchObject(
      nothing,
    );
    expect(evaluated({ '/srv/www/shop.txt': '' }, [server])).toMatchObject(nothing);
  });
});
