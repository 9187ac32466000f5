/**
 * Purposes, as packs name them, of ports for operators or for other members of a cluster, and of debuggers, whose
 * users run code in the process.
 */
const inner = /\b(admin|cluster|replication|distribution|management|shutdown|transport|control|stats)\b/;
const debugging = /\b(debug|jdwp|jmx|inspector|profiler)\b/;

export function isInner(purpose: string): boolean {
  return inner.test(purpose);
}

export function isDebugging(purpose: string): boolean {
  return debugging.test(purpose);
}
