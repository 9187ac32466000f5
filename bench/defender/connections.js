// Holds as many established connections on loopback as its argument says, both ends, and says when they are there.
import { connect, createServer } from 'node:net';

const wanted = Number(process.argv[2]) / 2;
const held = [];
const server = createServer((socket) => held.push(socket)).listen(0, '127.0.0.1', () => more(0));

function more(count) {
  if (count === wanted) return process.stdout.write('ready\n');
  const socket = connect(server.address().port, '127.0.0.1', () => more(count + 1));
  held.push(socket);
}
process.stdin.resume().on('end', () => process.exit());
