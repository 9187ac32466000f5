import { isUnknown, showUnknown } from '../model/unknown.ts';

/** Plain data with every unknown value in it as a person reads it: `listen ⟨$PORT⟩;`. */
export function readable<T>(data: T): T {
  if (typeof data === 'string') return (isUnknown(data) ? showUnknown(data) : data) as T;
  if (Array.isArray(data)) return data.map(readable) as T;
  if (typeof data !== 'object' || data === null) return data;
  return Object.fromEntries(Object.entries(data).map(([name, value]) => [name, readable(value)])) as T;
}
