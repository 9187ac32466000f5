import { expect, it } from 'vitest';
import { isUnknown, showUnknown, unknown } from '../../model/unknown.ts';
import { renderJinja } from './jinja.ts';
import { TemplateError, type Value } from './value.ts';

const variables = new Map<string, Value>([
  ['PORT', '80'],
  ['EMPTY', ''],
  ['HOSTS', 'a,b'],
  ['LATER', unknown('$HOSTNAME')],
  [
    'map',
    new Map<string, Value>([
      ['port', 81],
      ['list', [1, 2]],
    ]),
  ],
]);
const render = (template: string) => renderJinja(template, variables);

it.each([
  [
    'listen {{ PORT }}; {{ NONE }}|{{ NONE | default("81") }}|{{ EMPTY|default(\'82\', true) }}|{{ EMPTY | d("x") }}',
    'listen 80; |81|82|',
  ],
  ['{% if PORT == "80" and not EMPTY %}a{% elif PORT %}b{% else %}c{% endif %}', 'a'],
  ['{% if NONE is defined %}a{% elif PORT is not defined %}b{% else %}c{% endif %}', 'c'],
  [
    '{% for h in HOSTS.split(",") %}{{ loop.index }}{{ h }}{% if not loop.last %};{% endif %}{% else %}-{% endfor %}',
    '1a;2b',
  ],
  ['x {%- set p = PORT | int + 1 -%} {{ p }}{# no #}{{ "}}" }}', 'x81}}'],
  [
    '{{ map.port }}{{ map["list"][1] }}{{ map.get("none", 5) }}{{ env("PORT") }}{{ environ("NONE", 7) }}',
    '812580' + '7',
  ],
  [
    '{% raw %}{{ PORT }}{% endraw %}{{ "a" if PORT in ["80"] else "b" }}{{ PORT ~ "/tcp" }}',
    '{{ PORT }}a80/tcp',
  ],
  ['{% for k, v in map.items() %}{{ k }}={{ v }} {% endfor %}', 'port=81 list=[1, 2] '],
  ['{{ (HOSTS.split(",") | join("-")) | upper }}{{ true }}{{ none }}{{ 7 // 2 }}', 'A-BTrueNone3'],
])('%s', (template, expected) => {
  expect(render(template)).toBe(expected);
});

it.each([
  ['a {{ LATER }} b', 'a ⟨$HOSTNAME⟩ b'],
  ['{% if LATER == "x" %}1{% endif %} b', '⟨'],
  ['{% include "x" %} b', '⟨{{ include "x" }}: a statement that is not followed⟩ b'],
  ['{{ PORT | strange }} b', 'the filter strange⟩ b'],
  ['{% set x = strange() %}{{ x }} b', '⟨'],
])('what can’t be known is unknown at its place: %s', (template, expected) => {
  expect(isUnknown(render(template))).toBe(true);
  expect(showUnknown(render(template))).toContain(expected);
  expect(render(template)).toMatch(/ b$/);
});

it.each([
  '{% if %}',
  '{% if PORT %}',
  '{{ PORT',
  '{{ "a }}',
  '{% endif %}',
  '{{ ! }}',
  '{{ (1 }}',
  '{{ NONE.x }}',
  '{% for x %}{% endfor %}',
])('refuses %s', (template) => {
  expect(() => render(template)).toThrow(TemplateError);
});

it.each([
  '{% for a in range(9999) %}{% for b in range(9999) %}{{ b }}{% endfor %}{% endfor %}',
  `${'{% if 1 %}'.repeat(5_000)}${'{% endif %}'.repeat(5_000)}`,
  `{{ ${'('.repeat(9_000)}1`,
])('bounds what a template does: %#', (template) => {
  expect(() => render(template)).toThrow(TemplateError);
});
