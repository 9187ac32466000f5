import type { Builtin } from './builtin.ts';

/** `getopts SPEC NAME [ARGS]`: one option at a time; OPTIND and the place inside a word are kept in variables. */
export const getopts: Builtin = {
  run(shell, [spec = '', name = '', ...given]) {
    const args = given.length > 0 ? given : shell.positional;
    const index = Number(shell.vars.text('OPTIND') ?? '1') || 1;
    const place = index === 1 && shell.optionPlace?.index !== 1 ? undefined : shell.optionPlace;
    const offset = place?.index === index ? place.offset : 1;
    const word = args[index - 1] ?? '';
    if (offset === 1 && (word === '' || word === '-' || !word.startsWith('-') || word === '--')) {
      if (word === '--') shell.vars.set('OPTIND', String(index + 1));
      shell.vars.set(name, '?');
      return 1;
    }
    const letter = word[offset] ?? '';
    const at = letter === ':' ? -1 : spec.indexOf(letter);
    const rest = word.slice(offset + 1);
    const takesValue = at >= 0 && spec[at + 1] === ':';
    const next = takesValue || rest === '' ? index + 1 : index;
    shell.optionPlace = next === index ? { index, offset: offset + 1 } : { index: next, offset: 1 };
    shell.vars.set('OPTIND', String(next));
    if (at < 0) return wrong(spec, letter, '?');
    if (!takesValue) return found(letter, undefined);
    if (rest !== '') return found(letter, rest);
    const value = args[index];
    if (value === undefined) return wrong(spec, letter, spec.startsWith(':') ? ':' : '?');
    shell.vars.set('OPTIND', String(index + 2));
    shell.optionPlace = { index: index + 2, offset: 1 };
    return found(letter, value);

    function found(option: string, argument: string | undefined): 0 {
      shell.vars.set(name, option);
      if (argument === undefined) shell.vars.unset('OPTARG');
      else shell.vars.set('OPTARG', argument);
      return 0;
    }

    function wrong(options: string, option: string, shown: string): 0 {
      shell.vars.set(name, shown);
      if (options.startsWith(':')) shell.vars.set('OPTARG', option);
      else shell.vars.unset('OPTARG');
      return 0;
    }
  },
};
