import { isUnknown, shield, unshield } from '../../../model/unknown.ts';
import { launchLimits } from '../../limits.ts';
import { decodeEscapes } from '../../shell/quoting.ts';
import { unshieldWhole } from '../../texts.ts';
import type { Call, Tool } from '../call.ts';
import { formatText } from '../printf.ts';
import { AwkError } from './lex.ts';
import { parseAwk } from './parse.ts';
import { type AwkHost, AwkMachine } from './run.ts';

/** awk(1), without functions of its own, getline and pipes: a program that uses them has an unknown outcome. */
export const awk: Tool = (call) => {
  const options = call.optionsOf(call.args, {
    short: 'F:v:f:W:',
    long: { 'field-separator': true, assign: true, file: true },
    permute: false,
  });
  if (options === undefined) return call.unknown();
  const files = options.values('f', 'file');
  const program =
    files.length > 0 ? files.map((path) => call.read(path) ?? '').join('\n') : (options.rest[0] ?? '');
  const operands = files.length > 0 ? options.rest : options.rest.slice(1);
  const vars = new Map(options.values('v', 'assign').map(assignment));
  const separator = options.value('F', 'field-separator');
  if (separator !== undefined)
    vars.set('FS', separator === 't' ? '\t' : decodeEscapes(separator, 'printf').text);
  if (isUnknown(program)) return call.unknown();
  let written = '';
  try {
    const host = hostOf(call, (text) => {
      written += text;
      if (written.length > launchLimits.text * 4) throw new AwkError('the output is too long');
    });
    const machine = new AwkMachine(parseAwk(program), host, shielded(vars), shielded(call.process.env));
    const texts: string[] = [];
    const status = machine.run(() => {
      const read = inputs(call, operands);
      texts.push(...read.map(({ text }) => text));
      return read;
    });
    const sources = [...vars.values(), ...call.process.env.values()].map(shield);
    call.out(unshieldWhole(written, ...sources, ...texts) ?? `${call.asUnknown}\n`);
    return status;
  } catch (error) {
    if (error instanceof AwkError) return call.unknown();
    throw error;
  }
};

function shielded(values: ReadonlyMap<string, string>): Map<string, string> {
  return new Map([...values].map(([name, value]) => [name, shield(value)]));
}

function assignment(text: string): [string, string] {
  const at = text.indexOf('=');
  return [text.slice(0, at), decodeEscapes(text.slice(at + 1), 'printf').text];
}

function inputs(call: Call, operands: readonly string[]): { path: string; text: string }[] {
  const paths = operands.filter((operand) => !/^[A-Za-z_]\w*=/.test(operand));
  return call.readAll(paths).texts.map(({ path, text }) => ({ path, text: shield(text) }));
}

function hostOf(call: Call, out: (text: string) => void): AwkHost {
  return {
    budget: call.world.budget,
    out,
    write(path, text, append) {
      if (path === '/dev/stdout') out(text);
      else if (path === '/dev/stderr' || path === '/dev/null') return;
      else if (append) call.files.append(call.path(path), unshield(text), call.access);
      else call.write(path, unshield(text));
    },
    format: (format, args) => formatText(format, args).text,
  };
}
