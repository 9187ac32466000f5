/** What a host lets the sensor do, best last. It never claims more than the level in force. */
export type LevelName = 'poll' | 'trace';

export interface Level {
  name: LevelName;
  /** What is seen at this level, and how soon: a person's words. */
  sees: string;
  /** Why it is not a better one; empty at the best. */
  lacks: readonly string[];
}

/** Why a host does not let the sensor do more: a person's words. */
export interface Lacks {
  /** Why the kernel does not tell of events. */
  events?: string | undefined;
  /** Why its tables are read as text. */
  tables?: string | undefined;
}

/** `round`: seconds in which all UDP sockets are looked at. */
export function levelOf({ events, tables }: Lacks, round: number): Level {
  const lacks = [events, tables].filter((each) => each !== undefined);
  if (events !== undefined) {
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
