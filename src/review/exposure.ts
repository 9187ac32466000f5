import { distinct } from '../base/distinct.ts';
import type { Evidence } from '../model/evidence.ts';
import { checkExposed, type ExposureCheck, isExposed, isLoopback } from './exposed.ts';
import type { Remark, ReviewRule } from './rule.ts';

/** EXPOSE entries under which nothing can be reached. */
export const exposedNotListening: ReviewRule = (reviewed) =>
  checkExposed(reviewed).flatMap((check) => {
    const message = messages[check.state];
    if (message === undefined) return [];
    const name = `EXPOSE ${check.port}/${check.transport}`;
    const evidence: Evidence[] = [{ kind: 'config', text: name }];
    return { id: 'exposed-not-listening', severity: 'low', message: `${name}: ${message}`, evidence };
  });

const messages: Partial<Record<ExposureCheck['state'], string>> = {
  contradicted: 'nothing listens there',
  'loopback-only': 'what listens there can only be reached from inside the container',
};

/** Ports that can be reached, and that the image does not say. A folder has nothing that could say it. */
export const notExposed: ReviewRule = ({ source, exposed, listeners }) => {
  if (source.kind === 'dir') return [];
  const open = listeners.filter(
    (each) =>
      each.transport !== 'unix' && each.port !== 0 && !isLoopback(each.address) && !isExposed(each, exposed),
  );
  return distinct(open, ({ app, transport, port }) => `${app} ${transport} ${port}`).map(
    ({ app, transport, port, evidence }): Remark => ({
      id: 'not-exposed',
      severity: 'info',
      message: `${app} listens on ${port}/${transport}, which EXPOSE does not name`,
      evidence,
    }),
  );
};
