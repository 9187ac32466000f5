/** What a registry wants before it answers (RFC 9110, 11.6.1; distribution's token specification). */
export interface Challenge {
  scheme: 'bearer' | 'basic';
  parameters: Readonly<Record<string, string>>;
}

const token = /^\s*([A-Za-z0-9!#$%&'*+.^_`|~-]+)/;
const parameter = /^\s*,?\s*([A-Za-z0-9_-]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,"]+))/;

/** Reads a WWW-Authenticate header; schemes that nobody knows are left out. */
export function parseChallenges(header: string): Challenge[] {
  const challenges: Challenge[] = [];
  let rest = header.slice(0, 8192).replace(/^[\s,]+/, '');
  while (rest !== '') {
    const scheme = token.exec(rest);
    if (scheme === null) break;
    rest = rest.slice(scheme[0].length);
    const parameters: Record<string, string> = {};
    for (let found = parameter.exec(rest); found; found = parameter.exec(rest)) {
      parameters[(found[1] as string).toLowerCase()] =
        found[2]?.replace(/\\(.)/g, '$1') ?? (found[3] as string);
      rest = rest.slice(found[0].length);
    }
    const name = (scheme[1] as string).toLowerCase();
    if (name === 'bearer' || name === 'basic') challenges.push({ scheme: name, parameters });
    rest = rest.replace(/^[\s,]+/, '');
  }
  return challenges;
}
