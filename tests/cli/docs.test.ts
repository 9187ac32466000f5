import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { meanings } from '../../src/cli/table/meanings.ts';
import { fixedNames } from '../../src/engine/lint/names.ts';
import { packSchema } from '../../src/pack/schema.ts';
import { syntaxes } from '../../src/syntax/syntaxes.ts';

const root = join(import.meta.dirname, '../..');
const read = (path: string) => readFileSync(join(root, path), 'utf8');
const sources = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'))
  .map((name) => read(join('src', name)))
  .join('\n');

/** The text below each heading of a level. */
function chapters(text: string, level: string): Map<string, string> {
  const parts = text.split(new RegExp(`^${level} `, 'm')).slice(1);
  return new Map(
    parts.map((part) => {
      const [title = '', ...body] = part.split('\n');
      return [title.trim(), body.join('\n').split(/^#{1,3} /m)[0] ?? ''];
    }),
  );
}

const all = (pattern: RegExp, text: string) =>
  [...text.matchAll(pattern)].map((match) => match.slice(1).find(Boolean) as string);
const sorted = (items: Iterable<string>) => [...new Set(items)].sort();

describe('docs/errors.md', () => {
  const [errors = '', findings = ''] = read('docs/errors.md').split(/^## Findings/m);

  it('has every error code and no other', () => {
    const codes = all(/^ {2}\| '([A-Z_]+)'/gm, read('src/base/errors.ts'));
    expect(codes.length).toBeGreaterThan(10);
    expect(sorted(chapters(errors, '###').keys())).toEqual(sorted(codes));
  });

  const id = "'([a-z]+(?:-[a-z]+)+)'";
  const ids = sorted(
    all(
      new RegExp(
        `${id},\\s*'(?:info|low|medium|high)'|reportUnknown\\([^,]+,\\s*${id}|\\bid: ${id},\\s*severity`,
        'g',
      ),
      sources,
    ),
  );

  it('has every kind of finding and no other, and the table says what each means', () => {
    expect(ids.length).toBeGreaterThan(20);
    expect(sorted(chapters(findings, '###').keys())).toEqual(ids);
    expect(sorted(Object.keys(meanings))).toEqual(ids);
  });
});

/** Objects of the pack's schema by the words that lead to them, each with its words. */
function objectsOf(schema: unknown, path: string[], found: Map<string, string[]>): void {
  if (schema instanceof z.ZodOptional) objectsOf(schema.unwrap(), path, found);
  else if (schema instanceof z.ZodUnion) for (const option of schema.options) objectsOf(option, path, found);
  else if (schema instanceof z.ZodArray) objectsOf(schema.element, path, found);
  else if (schema instanceof z.ZodRecord) objectsOf(schema.valueType, path, found);
  else if (schema instanceof z.ZodObject) {
    found.set(path.join('.') || 'pack', Object.keys(schema.shape));
    for (const [name, value] of Object.entries(schema.shape)) objectsOf(value, [...path, name], found);
  }
}

describe('docs/packs.md', () => {
  const text = read('docs/packs.md');
  const documented = chapters(text, '###');
  const objects = new Map<string, string[]>();
  objectsOf(packSchema, [], objects);
  /** What is described once for several places. */
  const chapterOf = (path: string) =>
    path
      .replace(/^(starters|tools|recognise)\.(?=arguments|settings|files)/, '')
      .replace(/^peers/, 'listeners')
      .replace(/^listeners\.hosts$/, 'hosts');

  it.each([...objects])('describes the words of %s', (path, words) => {
    const rows = all(/^\| (`[^|]*) \|/gm, documented.get(chapterOf(path)) ?? '').flatMap((cell) =>
      all(/`([^`]+)`/g, cell),
    );
    expect(words.filter((word) => !rows.includes(word))).toEqual([]);
    if (path !== 'peers') expect(rows.filter((word) => !words.includes(word))).toEqual([]);
  });

  it('has a chapter for nothing else', () => {
    const known = new Set([...objects.keys()].map(chapterOf));
    expect([...documented.keys()].filter((title) => !known.has(title) && title !== 'peers')).toEqual([]);
  });

  it('describes every function and name of expressions, and every syntax', () => {
    const functions = all(/registerFunction\(\s*'(?:Image\.)?(\w+)\(/g, read('src/pack/expressions.ts'));
    expect(functions.length).toBeGreaterThan(15);
    expect(functions.filter((name) => !new RegExp(`\`(image\\.)?${name}\\(`).test(text))).toEqual([]);
    expect(fixedNames.filter((name) => !text.includes(`\`${name}\``))).toEqual([]);
    expect([...syntaxes.keys()].filter((name) => !text.includes(`| \`${name}\` |`))).toEqual([]);
  });
});

describe('links and files', () => {
  const pages = [
    'README.md',
    'CONTRIBUTING.md',
    ...readdirSync(join(root, 'docs'), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.md'))
      .map((name) => join('docs', name)),
  ];

  it.each(pages)('%s names only files that are there', (page) => {
    const links = all(/\]\((?!https?:)([^)#]+)/g, read(page).replace(/^```[\s\S]*?^```/gm, ''));
    expect(links.filter((link) => !existsSync(join(root, page, '..', link)))).toEqual([]);
  });
});
