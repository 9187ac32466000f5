import { appendFileSync, writeSync } from 'node:fs';
import { openAudits } from '../audits.ts';
import { sampleAudit } from './sample-audit.ts';

/** Records audits until it is killed, and says of each that was confirmed. Arguments: spool, output, first number. */
const [, , dir = '', output = '', first = '0'] = process.argv;
const audits = await openAudits(
  {
    spool: { dir, segmentBytes: 40_000, maxBytes: 16 * 1024 * 1024 },
    sinks: [{ kind: 'file', name: 'out', path: output }],
  },
  ({ id, message }) => appendFileSync(`${output}.problems`, `${id} ${message}\n`),
);
for (let number = Number(first); ; number += 20) {
  const group = Array.from({ length: 20 }, (_, index) => `n${number + index}`);
  await Promise.all(
    group.map(async (id) => {
      await audits.record(sampleAudit(id));
      writeSync(1, `${id}\n`);
    }),
  );
}
