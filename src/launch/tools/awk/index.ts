import type { Tool } from '../call.ts';
export const awk: Tool = (call) => call.unknown();
