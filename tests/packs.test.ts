import { basename, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { testPack } from '../src/engine/test-pack.ts';
import { loadFolder, packFolders } from '../src/pack/load.ts';

const folders = packFolders(join(import.meta.dirname, '../packs'));
const packs = await loadFolder(join(import.meta.dirname, '../packs'));

/** What only the program itself can show, which cases have a stand-in for: tests/differential runs the real ones. */
const needsProgram = /\.(executable|package)$|^grammar\.(known|table|variables)$/;
const asksProgram = /\bisReal\b|\bbuild != ''|image\.has(Symbol|Word)/;

/**
 * How many other statements no case reaches as yet. A new statement comes with its case: the numbers only fall. What is
 * left are mostly values that grammars refuse, and forms that rules share of which one place knows fewer.
 */
const most: Record<string, number> = {
  busybox: 95,
  elasticsearch: 31,
  haproxy: 23,
  kibana: 7,
  mariadb: 40,
  mongodb: 68,
  mysql: 40,
  nginx: 2,
  'php-fpm': 60,
  postgresql: 52,
  rabbitmq: 36,
  redis: 1,
  supervisord: 7,
  systemd: 13,
  tomcat: 38,
  wordpress: 10,
};

/** Whether a statement's expressions are about the program's own words. */
function asks(folder: string, statement: string): boolean {
  const pack: unknown = packs.find(({ app }) => app === basename(folder));
  const at = (value: unknown, key: string) => Object(value)[key] as unknown;
  return asksProgram.test(JSON.stringify(statement.split('.').reduce(at, pack)) ?? '');
}

describe.each(folders)('%s', async (folder) => {
  const { outcomes, unreached } = await testPack(folder, packs);

  it.each(outcomes)('$name', ({ differences }) => {
    expect(differences).toEqual([]);
  });

  it('has cases for what it states', () => {
    const left = unreached.filter(
      ({ statement }) => !needsProgram.test(statement) && !asks(folder, statement),
    );
    const limit = most[basename(folder)] ?? 0;
    expect(left.length > limit ? left : []).toEqual([]);
  });
});
