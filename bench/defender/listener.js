// Opens a listener for each line of its input, and says its port and when it called listen.
import { readlinkSync } from 'node:fs';
import { createServer } from 'node:net';

const namespace = Number(/\d+/.exec(readlinkSync('/proc/self/ns/net'))[0]);
const open = [];
process.stdin.on('data', (chunk) => {
  for (let i = 0; i < chunk.length; i++) {
    const server = createServer();
    const called = process.hrtime.bigint();
    server.listen(0);
    open.push(server);
    process.stdout.write(
      `${JSON.stringify({ namespace, port: server.address().port, called: `${called}` })}\n`,
    );
  }
});
process.stdin.on('end', () => process.exit());
