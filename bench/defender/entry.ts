// What the measurement of the time to a verdict runs in its own process.

export { openAudits } from '../../src/audit/audits.ts';
export { Defender } from '../../src/defender/defender.ts';
export { evaluatorInChild } from '../../src/defender/evaluation/child-evaluator.ts';
export { toAudit } from '../../src/defender/to-audit.ts';
export { openWorkloads } from '../../src/defender/workloads.ts';
