/** The rooms of `src`, lowest first. A file may import from its own room and from rooms of a lower layer. */
export const layers: readonly (readonly string[])[] = [
  ['base'],
  ['model'],
  ['rootfs'],
  ['image', 'syntax'],
  ['launch', 'pack'],
  ['engine', 'runtime', 'sensor'],
  ['review', 'policy'],
  ['report', 'scan', 'audit'],
  ['defender'],
  ['cli'],
];
