import { expect, it } from 'vitest';
import { isUnknown, showUnknown, unknown } from '../../model/unknown.ts';
import {
  confdFunctions,
  dockerizeFunctions,
  envValue,
  gomplateFunctions,
  sprigFunctions,
} from './families.ts';
import { renderGoTemplate } from './go-template.ts';
import { TemplateError } from './value.ts';

const env = new Map([
  ['PORT', '80'],
  ['EMPTY', ''],
  ['HOSTS', 'a,b'],
  ['ON', 'yes'],
  ['LATER', unknown('$HOSTNAME')],
]);
const surroundings = { env, readFile: (path: string) => (path === '/there' ? 'read' : undefined) };
const dot = new Map([['Env', envValue(env)]]);

const dockerize = (text: string) =>
  renderGoTemplate(text, dot, { functions: dockerizeFunctions(surroundings) });
const gomplate = (text: string) =>
  renderGoTemplate(text, dot, { functions: gomplateFunctions(surroundings), missing: 'error' });

it.each([
  ['listen {{ .Env.PORT }};', 'listen 80;'],
  ['{{ default .Env.NONE "81" }}{{ default .Env.EMPTY "x" }}|{{ default .Env.PORT "x" }}', '81|80'],
  ['{{ .Env.NONE }}', '<no value>'],
  ['a {{- if .Env.ON }} on {{- else }} off {{- end }}\n', 'a on\n'],
  ['{{ if eq .Env.PORT "443" }}ssl{{ else if eq .Env.PORT "80" }}plain{{ else }}?{{ end }}', 'plain'],
  [
    '{{ if and .Env.ON (not .Env.EMPTY) (ne .Env.PORT "1") }}1{{ end }}{{ if or .Env.EMPTY .Env.NONE }}2{{ end }}',
    '1',
  ],
  [
    '{{ range $i, $h := split .Env.HOSTS "," }}{{ if $i }} {{ end }}{{ $h }}:{{ $.Env.PORT }}{{ end }}',
    'a:80 b:80',
  ],
  ['{{ range split .Env.HOSTS "," }}[{{ . }}]{{ else }}none{{ end }}', '[a][b]'],
  ['{{ $p := .Env.PORT }}{{ with .Env.ON }}{{ . }}{{ $p }}{{ end }}', 'yes80'],
  ['{{ $p := "1" }}{{ if .Env.ON }}{{ $p = "2" }}{{ end }}{{ $p }}', '2'],
  ['{{ .Env.ON | upper | printf "%s-%%" }}{{/* } */}}{{ printf "%03d" 7 }}', 'YES-%007'],
  ['{{ define "x" }}<{{ . }}>{{ end }}{{ template "x" .Env.PORT }}', '<80>'],
  ['{{ `a}}b` }}{{ "c\\"\\n" }}{{ index .Env "PORT" }}{{ len "abc" }}', 'a}}bc"\n803'],
  [
    '{{ if isTrue "true" }}{{ add 1 2 }}{{ end }}{{ replace .Env.HOSTS "," ";" -1 }}{{ if contains .Env "ON" }}!{{ end }}',
    '3a;b!',
  ],
  ['{{ range loop 0 5 2 }}{{ if eq . 4 }}{{ break }}{{ end }}{{ . }}{{ end }}', '02'],
])('dockerize %s', (template, expected) => {
  expect(dockerize(template)).toBe(expected);
});

it.each([
  [
    '{{ getenv "PORT" }} {{ getenv "NONE" "81" }} {{ env.Getenv "EMPTY" "82" }} {{ (env.Getenv "HOSTS") | strings.Split "," }}',
    '80 81 82 [a b]',
  ],
  ['{{ .Env.PORT | default "1" }}{{ if conv.Bool "yes" }}+{{ end }}{{ "x" | strings.ToUpper }}', '80+X'],
  [
    '{{ range (getenv "HOSTS" | strings.Split ",") }}{{ . | quote }}{{ end }}{{ file.Read "/there" }}',
    '"a""b"read',
  ],
])('gomplate %s', (template, expected) => {
  expect(gomplate(template)).toBe(expected);
});

it('gomplate refuses a variable that is not there', () => {
  expect(() => gomplate('{{ .Env.NONE }}')).toThrow(TemplateError);
});

it('sprig takes the value last', () => {
  const functions = sprigFunctions(surroundings);
  const text =
    '{{ env "NONE" | default "81" }}{{ ternary "a" "b" true }}{{ coalesce "" .Env.PORT }}{{ join "-" (list 1 2) }}';
  expect(renderGoTemplate(text, dot, { functions })).toBe('81a801-2');
});

it('confd has keys', () => {
  const keys = new Map([
    ['/web/port', '80'],
    ['/web/hosts/b', '2'],
    ['/web/hosts/a', '1'],
  ]);
  const text =
    '{{ getv "/web/port" }}{{ getv "/none" "d" }}{{ range gets "/web/hosts/*" }}{{ base .Key }}={{ .Value }};{{ end }}{{ if exists "/x" }}!{{ end }}{{ getenv "PORT" }}';
  expect(renderGoTemplate(text, undefined, { functions: confdFunctions(surroundings, keys) })).toBe(
    '80da=1;b=2;80',
  );
});

it.each([
  ['a {{ .Env.LATER }} b', 'a ⟨$HOSTNAME⟩ b'],
  ['a {{ if eq .Env.LATER "x" }}1{{ else }}2{{ end }} b {{ .Env.PORT }}', 'a ⟨'],
  ['{{ strange .Env.PORT }} b', '⟨{{strange .Env.PORT}}: the function strange⟩ b'],
  ['{{ upper .Env.LATER }}', '⟨'],
  ['{{ $x := strange }}{{ .Env.PORT }}{{ $x }}', '80⟨'],
])('what can’t be known is unknown at its place: %s', (template, expected) => {
  const text = dockerize(template);
  expect(isUnknown(text)).toBe(true);
  expect(showUnknown(text)).toContain(expected);
  expect(showUnknown(text)).toMatch(template.endsWith(' b') ? / b$/ : /./);
});

it.each([
  '{{ if }}',
  '{{ if 1 }}',
  '{{ .Env.PORT',
  '{{ "a }}',
  '{{ end }}',
  '{{ ~ }}',
  '{{ (1 }}',
  '{{ $none }}',
  '{{ 1 2 }}',
])('refuses %s', (template) => {
  expect(() => dockerize(template)).toThrow(TemplateError);
});

it.each([
  '{{ define "a" }}{{ template "a" }}{{ end }}{{ template "a" }}',
  `${'{{ if 1 }}'.repeat(5_000)}${'{{ end }}'.repeat(5_000)}`,
  `{{ ${'('.repeat(9_000)}`,
  '{{ range loop 9999 }}{{ range loop 9999 }}{{ range loop 9999 }}x{{ end }}{{ end }}{{ end }}',
])('bounds what a template does: %#', (template) => {
  expect(() => dockerize(template)).toThrow(TemplateError);
});
