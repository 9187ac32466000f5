/** A filter that is wrong, or that uses what is not modelled. */
export class JqError {
  readonly message: string;

  constructor(message: string) {
    this.message = message;
  }
}

export interface Token {
  kind: 'name' | 'variable' | 'string' | 'number' | 'field' | 'operator';
  text: string;
}

const pattern =
  /\s+|#.*|\.([A-Za-z_]\w*)|\$([A-Za-z_]\w*)|"((?:[^"\\]|\\.)*)"|(\d+(?:\.\d+)?)|([A-Za-z_]\w*)|(\/\/|==|!=|<=|>=|\.\.|[.[\](){}|,:?<>+\-*/%])/y;

export function tokenize(text: string): Token[] {
  const tokens: Token[] = [];
  for (let at = 0; at < text.length; ) {
    pattern.lastIndex = at;
    const match = pattern.exec(text);
    if (match === null) throw new JqError(`syntax error at ${text.slice(at, at + 10)}`);
    at = pattern.lastIndex;
    const [, field, variable, string, number, name, operator] = match;
    if (field !== undefined) tokens.push({ kind: 'field', text: field });
    else if (variable !== undefined) tokens.push({ kind: 'variable', text: variable });
    else if (string !== undefined) tokens.push({ kind: 'string', text: decode(string) });
    else if (number !== undefined) tokens.push({ kind: 'number', text: number });
    else if (name !== undefined) tokens.push({ kind: 'name', text: name });
    else if (operator !== undefined) tokens.push({ kind: 'operator', text: operator });
  }
  return tokens;
}

function decode(text: string): string {
  if (text.includes('\\(')) throw new JqError('interpolation is not modelled');
  try {
    return JSON.parse(`"${text}"`) as string;
  } catch {
    throw new JqError('wrong string');
  }
}
