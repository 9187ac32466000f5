import type { CommandNode, Pipeline } from 'unbash';
import { Buffer, type Stream } from '../io.ts';
import { ExitShell, NeverEnds } from '../jumps.ts';
import { type Status, unknownText } from '../texts.ts';
import { asCondition, textOf } from './control.ts';
import type { Shell } from './shell.ts';

type RunNode = (shell: Shell, node: CommandNode, tail: boolean) => Status;

/** Runs `a | b | c`: one after the other, each with the output of the one before as input. */
export function runPipeline(shell: Shell, node: Pipeline, tail: boolean, runNode: RunNode): Status {
  const negations = node.prefixes.filter(({ type }) => type === 'Negation').length;
  if (negations === 0) return runStages(shell, node, tail, runNode);
  const status = asCondition(shell, () => runStages(shell, node, false, runNode));
  if (status === undefined) return undefined;
  return negations % 2 === 0 ? status : status === 0 ? 1 : 0;
}

function runStages(shell: Shell, { commands, operators }: Pipeline, tail: boolean, runNode: RunNode): Status {
  if (commands.length === 1) return runNode(shell, commands[0] as CommandNode, tail);
  let input: Stream | undefined;
  let goesOn = false;
  const statuses: Status[] = [];
  for (const [index, command] of commands.entries()) {
    const isLast = index === commands.length - 1;
    const output = isLast ? undefined : new Buffer();
    const stage = shell.fork();
    if (input) stage.io.set(0, input);
    if (output) stage.io.set(1, output);
    if (output && operators[index] === '|&') stage.io.set(2, output);
    stage.role = !tail ? 'called' : isLast ? shell.role : 'background';
    const outcome = runStage(stage, command, tail, runNode);
    if (outcome === 'goes on') {
      goesOn = true;
      output?.write(unknownText(textOf(shell, command)));
    }
    statuses.push(outcome === 'goes on' ? 0 : outcome);
    input = output;
  }
  if (goesOn) throw new NeverEnds();
  shell.pipe = statuses;
  return shell.has('pipefail') ? worst(statuses) : statuses.at(-1);
}

/** The stages run beside each other: one that never ends does not keep the next from running. */
function runStage(stage: Shell, command: CommandNode, tail: boolean, runNode: RunNode): Status | 'goes on' {
  try {
    return runNode(stage, command, tail);
  } catch (jump) {
    if (jump instanceof ExitShell) return jump.status;
    if (jump instanceof NeverEnds) return 'goes on';
    throw jump;
  }
}

/** The last status that is not 0, as `pipefail` gives. */
function worst(statuses: readonly Status[]): Status {
  const failed = statuses.filter((status) => status !== 0);
  return failed.length === 0 ? 0 : failed.at(-1);
}
