/** What a host lets the sensor do, best last. It never claims more than the level in force. */
export type LevelName = 'poll' | 'trace';

export interface Level {
  name: LevelName;
  /** What is seen at this level, and how soon: a person's words. */
  sees: string;
  /** Why it is not a better one; empty at the best. */
  lacks: readonly string[];
}

/** `lacks`: why the kernel does not tell of events. `round`: seconds in which all UDP sockets are looked at. */
export function levelOf(lacks: readonly string[], round = 1): Level {
  if (lacks.length > 0) {
    return {
      name: 'poll',
      sees: 'sockets that are open when the tables of the kernel are read, each second',
      lacks,
    };
  }
  const time = round > 1 ? `${round} seconds` : 'a second';
  return {
    name: 'trace',
    sees: `each TCP listener the moment it opens, also one that closes at once; UDP sockets within ${time}`,
    lacks,
  };
}
