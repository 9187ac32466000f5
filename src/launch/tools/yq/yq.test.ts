import { describe, expect, it } from 'vitest';
import { output } from '../../test-kit.ts';

const files = { '/x.yml': '# kept\nhttp:\n  port: 80\nlist: [a, b]\n' };
const run = (text: string) => output(text, { files });

describe('yq', () => {
  it('sets values, and keeps the rest', () => {
    expect(run(`yq eval '(.http.port) |= "9200"' /x.yml`)).toBe(
      '# kept\nhttp:\n  port: "9200"\nlist: [ a, b ]\n',
    );
  });

  it('makes what is not there', () => {
    expect(run(`touch /n; yq eval '(.a.b[1]) |= "x" | .c = true' /n`)).toBe(
      'a:\n  b:\n    - null\n    - x\nc: true\n',
    );
  });

  it('writes a file back', () => {
    expect(run(`P=0.0.0.0 yq -i '.http.host = strenv(P) | del(.list)' /x.yml; cat /x.yml`)).toBe(
      '# kept\nhttp:\n  port: 80\n  host: 0.0.0.0\n',
    );
  });

  it('looks up', () => {
    expect(run(`yq e .http.port /x.yml; yq .none /x.yml; yq '.list[1]' < /x.yml; yq .http /x.yml`)).toBe(
      '80\nnull\nb\nport: 80\n',
    );
  });

  it.each([
    ['an expression that is not modelled', `yq '.list | length' /x.yml`],
    ['a path through a text', `yq '.http.port.x = 1' /x.yml`],
    ['a file that is no YAML', `echo '[' > /b; yq '.a = 1' /b`],
  ])('%s is unknown', (_, text) => {
    expect(run(text)).toMatch(/^\u{E000}|^⟨/u);
  });
});
