import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '../..');
const read = (name: string) => JSON.parse(readFileSync(join(root, 'docs', name), 'utf8'));
const validate = new Ajv2020({ strict: true, strictRequired: false, allowUnionTypes: true, allErrors: true })
  .addSchema(read('profile.schema.json'))
  .addSchema(read('audit.schema.json'))
  .compile(read('listeners.schema.json'));

describe.skipIf(process.platform !== 'linux')('listeners --format json (needs Linux)', () => {
  it('is as docs/listeners.schema.json says, and names who listens', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    try {
      const program = join(root, 'bin/berthwatch.js');
      const args = [program, 'listeners', '--format', 'json'];
      const { stdout } = await promisify(execFile)(process.execPath, args, { timeout: 60_000 });
      const document = JSON.parse(stdout);
      validate(document);
      expect(validate.errors ?? []).toEqual([]);
      expect(document.listeners).toContainEqual(
        expect.objectContaining({
          listener: { transport: 'tcp', address: '127.0.0.1', port },
          verdict: 'expected',
          learned: true,
          process: expect.objectContaining({ pid: process.pid, uid: process.getuid?.() }),
        }),
      );
    } finally {
      server.close();
    }
  });
});
