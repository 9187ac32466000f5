import { holdsWord } from '../base/words.ts';
import type { EvaluatedLaunch, Evaluation } from '../engine/evaluate-start.ts';
import type { Evidence } from '../model/evidence.ts';

/** More places than these are not looked for. */
const most = 50;

/** Lines, arguments and variables of what was read that hold the word (a port's number, a path) by itself. */
export function mentionsOf(word: string, { launches }: Evaluation): Evidence[] {
  const seen = new Map<string, Evidence>();
  for (const evaluated of launches) {
    for (const evidence of [...started(evaluated), ...linesOf(evaluated, word)]) {
      if (seen.size >= most) return [...seen.values()];
      if (holdsWord(evidence.text, word)) seen.set(JSON.stringify(evidence), evidence);
    }
  }
  return [...seen.values()];
}

function started({ launch }: EvaluatedLaunch): Evidence[] {
  return [
    { kind: 'argument', text: launch.argv.join(' ') },
    ...Object.entries(launch.env).map(([name, value]): Evidence => {
      return { kind: 'environment', text: `${name}=${value}` };
    }),
  ];
}

/** Of the scripts that led here, and of the config files. */
function* linesOf({ launch, result }: EvaluatedLaunch, word: string): Generator<Evidence> {
  const scripts = launch.via.flatMap(({ path }) => (path === undefined ? [] : [path]));
  for (const path of new Set([...result.configs.map((config) => config.path), ...scripts])) {
    const text = launch.rootfs.readText(path);
    if (!text?.includes(word)) continue;
    for (const [index, line] of text.split('\n').entries()) {
      if (line.includes(word))
        yield { kind: 'config', path, line: index + 1, text: line.trim().slice(0, 200) };
    }
  }
}
