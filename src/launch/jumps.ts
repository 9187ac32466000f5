/** What ends a piece of evaluation early. Not errors: each is caught where the shell would catch it. */

/** Following the start is given up; what was found so far stays. */
export class Halt {
  readonly reason: string;

  constructor(reason: string) {
    this.reason = reason;
  }
}

/** The process goes on for as long as the container runs: nothing behind it is reached. */
export class NeverEnds {}

/** The same state was reached on another path: what follows is known. */
export class Merged {
  readonly key: string;

  constructor(key: string) {
    this.key = key;
  }
}

/** `exit`, or what has its effect. */
export class ExitShell {
  readonly status: number | undefined;

  constructor(status: number | undefined) {
    this.status = status;
  }
}

/** `return` from a function or a sourced file. */
export class ReturnFrom {
  readonly status: number | undefined;

  constructor(status: number | undefined) {
    this.status = status;
  }
}

/** `break` and `continue`. */
export class LoopJump {
  readonly kind: 'break' | 'continue';
  /** Loops that are still to be left. */
  levels: number;

  constructor(kind: 'break' | 'continue', levels: number) {
    this.kind = kind;
    this.levels = levels;
  }
}
