// What the measurement of the time to a verdict runs in its own process.
export { Defender } from '../../src/defender/defender.ts';
export { evaluatorInChild } from '../../src/defender/evaluation/child-evaluator.ts';
export { openWorkloads } from '../../src/defender/workloads.ts';
