import type { Choice, DecisionsMark } from '../decisions.ts';
import { nextChoices } from '../decisions.ts';
import type { FilesMark } from '../files.ts';
import type { Buffer, BufferMark } from '../io.ts';
import { Halt } from '../jumps.ts';
import { brief, type Status, unknownText } from '../texts.ts';
import type { WorldMark } from '../world.ts';
import type { Shell, ShellMark } from './shell.ts';
import type { Variable, Variables } from './variables.ts';

/**
 * A part of a script that is walked in every way by itself. Where conditions in it can't be known but all ways
 * come to the same end, nothing behind it is doubled; where they come to few ends, one is chosen; where they come
 * to many, what differs becomes unknown. So the number of paths does not grow with every unknown condition.
 */

interface Mark {
  shell: ShellMark;
  world: WorldMark;
  files: FilesMark;
  decisions: DecisionsMark;
  buffers: readonly { buffer: Buffer; mark: BufferMark }[];
}

interface Outcome {
  status: Status;
  mark: Mark;
  /** Two outcomes with the same signature are the same state. */
  signature: string;
  /** All of it but variables, output and status. */
  rest: string;
}

/** Ways through one part; more are walked as ways of the whole. */
const ways = 24;
/** Ends of one part among which one is chosen; with more, what differs becomes unknown. */
const ends = 3;
/** Choices of a path after which what differs becomes unknown at once; in a part of a part fewer. */
const manyChoices = 4;
const manyInParts = 1;

/** Runs a part of a script; `node` identifies it. `own` are streams that it writes to besides the shell's. */
export function scoped(
  shell: Shell,
  node: object,
  about: string,
  work: () => Status,
  own: readonly Buffer[] = [],
): Status {
  const { world, scripts } = shell;
  const { decisions } = world;
  if (scripts.escaping.has(node)) return work();
  const before = save(shell, own);
  const outcomes: Outcome[] = [];
  for (let given: readonly Choice[] | undefined = []; given; ) {
    if (outcomes.length > 0) restore(shell, before);
    const attempt = tryOnce(shell, given, work);
    // Without a choice in it, what happened has happened.
    if (attempt.choices.length === 0 && outcomes.length === 0) {
      if ('jump' in attempt) throw attempt.jump;
      return attempt.status;
    }
    if ('jump' in attempt || outcomes.length >= ways) {
      restore(shell, before);
      scripts.escaping.add(node);
      return work();
    }
    outcomes.push(outcomeOf(shell, attempt.status, own));
    given = nextChoices(attempt.choices);
  }
  const distinct = [...new Map(outcomes.map((outcome) => [outcome.signature, outcome])).values()];
  world.budget.spend(outcomes.length * 8);
  return settle(
    shell,
    distinct,
    about,
    decisions.takenInAll >= (decisions.inPart ? manyInParts : manyChoices) || distinct.length > ends,
    before,
  );
}

type Attempt = { choices: Choice[] } & ({ status: Status } | { jump: unknown });

/** Runs the part with the first choices given; a jump out of it is caught. */
function tryOnce(shell: Shell, given: readonly Choice[], work: () => Status): Attempt {
  const { result, choices } = shell.world.decisions.part(
    given,
    (): { status: Status } | { jump: unknown } => {
      try {
        return { status: work() };
      } catch (jump) {
        if (jump instanceof Halt || jump instanceof Error) throw jump;
        return { jump };
      }
    },
  );
  return { ...result, choices };
}

function settle(
  shell: Shell,
  outcomes: readonly Outcome[],
  about: string,
  merges: boolean,
  before: Mark,
): Status {
  const [first] = outcomes;
  if (first === undefined) return 0;
  if (outcomes.length === 1) {
    restore(shell, first.mark);
    return first.status;
  }
  const merged = merges ? mergeVariables(outcomes) : undefined;
  if (merged) {
    restore(shell, first.mark);
    shell.vars = merged;
    mergeBuffers(first, outcomes, before, about);
    shell.world.decisions.reasons.add(brief(about));
    const same = outcomes.every(({ status }) => status === first.status);
    return same ? first.status : undefined;
  }
  const chosen = outcomes[shell.world.decisions.pick(brief(about), outcomes.length)] ?? first;
  restore(shell, chosen.mark);
  return chosen.status;
}

function save(shell: Shell, own: readonly Buffer[]): Mark {
  const { world } = shell;
  world.budget.spend(1 + shell.vars.size / 32);
  return {
    shell: shell.save(),
    world: world.save(),
    files: world.files.save(),
    decisions: world.decisions.mark(),
    buffers: [...shell.io.buffers, ...own].map((buffer) => ({ buffer, mark: buffer.save() })),
  };
}

function restore(shell: Shell, mark: Mark): void {
  const { world } = shell;
  shell.restore(mark.shell);
  world.restore(mark.world);
  world.files.restore(mark.files);
  world.decisions.reset(mark.decisions);
  for (const { buffer, mark: saved } of mark.buffers) buffer.restore(saved);
}

function outcomeOf(shell: Shell, status: Status, own: readonly Buffer[]): Outcome {
  const { world } = shell;
  const state = shell.state();
  world.budget.spend(8 + state.length / 64);
  const { tree, doubts } = world.files;
  const outside = JSON.stringify([tree.digest(), doubts, world.state()]);
  const written = own.map((buffer) => buffer.state());
  const signature = JSON.stringify([status ?? 'unknown', state, outside, written]);
  return { status, mark: save(shell, own), signature, rest: outside + shell.plainState() };
}

/** The variables of all outcomes, those that differ unknown; undefined when more differs than texts. */
function mergeVariables(outcomes: readonly Outcome[]): Variables | undefined {
  const [first, ...others] = outcomes.map(({ mark }) => mark.shell.vars);
  if (first === undefined || !allSame(outcomes.map(({ rest }) => rest))) return undefined;
  const merged = first.fork();
  const names = new Set(outcomes.flatMap(({ mark }) => [...mark.shell.vars.entries].map(([name]) => name)));
  for (const name of names) {
    const values = [first, ...others].map((vars) => vars.own(name));
    if (values.every((value) => sameVariable(value, values[0]))) continue;
    if (values.some((value) => typeof value?.value === 'object' || value?.reference !== undefined))
      return undefined;
    const exported = values.some((value) => value?.exported === true);
    merged.restore(name, { ...values[0], exported, value: unknownText(`$${name}`) });
  }
  return merged;
}

function allSame(texts: readonly string[]): boolean {
  return texts.every((text) => text === texts[0]);
}

function sameVariable(a: Variable | undefined, b: Variable | undefined): boolean {
  if (a === b) return true;
  const plain = (variable: Variable | undefined) =>
    JSON.stringify([variable, typeof variable?.value === 'object' ? [...variable.value.items] : undefined]);
  return plain(a) === plain(b);
}

/** Output that differs is unknown from where the part began. */
function mergeBuffers(first: Outcome, outcomes: readonly Outcome[], before: Mark, about: string): void {
  first.mark.buffers.forEach(({ buffer, mark }, index) => {
    const texts = outcomes.map((outcome) => outcome.mark.buffers[index]?.mark.text ?? '');
    if (allSame(texts)) return;
    const start = before.buffers[index]?.mark.text ?? '';
    buffer.restore({ text: start + unknownText(about), position: mark.position });
  });
}
