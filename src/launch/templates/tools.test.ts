import { expect, it } from 'vitest';
import { showUnknown } from '../../model/unknown.ts';
import { type EvaluateOptions, evaluate } from '../test-kit.ts';

const binary = { text: '\x7fELF', mode: 0o755 };
const python = { text: '#!/usr/bin/python3\n', mode: 0o755 };
const files: NonNullable<EvaluateOptions['files']> = {
  ...Object.fromEntries(
    ['dockerize', 'gomplate', 'confd', 'consul-template', 'frep', 'ep', 'render-template', 'server'].map(
      (name) => [`/usr/local/bin/${name}`, binary],
    ),
  ),
  '/usr/local/bin/j2': python,
  '/usr/local/bin/jinja2': python,
  '/usr/bin/python3': binary,
  '/t/go': 'port {{ .Env.PORT }}{{ if .Env.NONE }} none{{ end }};\n',
  '/t/getenv': 'port {{ getenv "PORT" "81" }}\n',
  '/t/angle': 'port <% .Env.PORT %>\n',
  '/t/bad': '{{ if }}',
  '/t/more/a.conf': 'a {{ .Env.PORT }}',
  '/t/more/sub/b.conf': 'b {{ .Env.PORT }}',
  '/t/j2': '{% if PORT %}port {{ PORT }}{% endif %} {{ NONE | default("d") }}\n',
  '/t/strict': '{{ NONE }}',
  '/t/data.json': '{"PORT": 90}',
  '/t/data.env': 'PORT=91\n# x\n',
  '/t/ep': 'port ${PORT} ${NONE:-82} \\${KEPT}\n',
  '/t/mustache': 'port {{PORT}}{{#if ON}} on{{else}} off{{/if}}{{^NONE}} none{{/NONE}}\n',
  '/t/consul': 'port {{ env "PORT" }} {{ key "a/b" }}\n',
  '/t/consul.hcl':
    'template {\n  source = "/t/consul"\n  destination = "/out"\n}\nexec {\n  command = "server hcl"\n}\n',
  '/etc/confd/conf.d/web.toml':
    '[template]\nsrc = "web.tmpl"\ndest = "/out"\nkeys = [\n  "/web",\n]\nreload_cmd = "echo reloaded > /reloaded"\n',
  '/etc/confd/templates/web.tmpl':
    'port {{ getv "/web/port" }}{{ range gets "/web/hosts/*" }} {{ .Value }}{{ end }}\n',
};
const env = {
  PORT: '80',
  ON: 'yes',
  WEB_PORT: '85',
  WEB_HOSTS_A: 'x',
  WEB_HOSTS_B: 'y',
  PATH: '/usr/local/bin:/usr/bin:/bin',
};

function run(text: string) {
  const oracle = {
    fate: ({ exe }: { exe: string | undefined }) =>
      exe?.endsWith('/server') ? ('stays' as const) : ('unknown' as const),
  };
  return evaluate(['bash', '-c', text], { files, env, oracle });
}

it.each([
  ['dockerize -template /t/go:/out', 'port 80;\n'],
  ['dockerize -delims "<%:%>" -template /t/angle:/out -wait tcp://db:5432 -timeout 60s true', 'port 80\n'],
  ['dockerize -template /t/more:/d; cat /d/a.conf /d/sub/b.conf > /out', 'a 80b 80'],
  ['dockerize -template /t/go > /out', 'port 80;\n'],
  ['echo kept > /out; dockerize -no-overwrite --template=/t/go:/out', 'kept\n'],
  ['gomplate -f /t/getenv -o /out', 'port 80\n'],
  ['gomplate < /t/getenv > /out', 'port 80\n'],
  ['gomplate -i \'{{ getenv "NONE" "9" }}\' -o /out', '9'],
  ['gomplate --input-dir /t/more --output-dir /d; cat /d/sub/b.conf > /out', 'b 80'],
  ['gomplate --left-delim "<%" --right-delim "%>" -f /t/angle -o /out', 'port 80\n'],
  ['confd -onetime -backend env; cat /reloaded >> /out', 'port 85 x y\nreloaded\n'],
  [
    'consul-template -once -template "/t/getenv:/out:echo done >> /out"',
    'port ⟨{{getenv "PORT" "81"}}: the function getenv⟩\ndone\n',
  ],
  ['consul-template -once -template /t/consul:/out', 'port 80 ⟨{{key "a/b"}}: the function key⟩\n'],
  ['frep /t/go:/out --overwrite', 'port 80;\n'],
  ['frep -e port=7 /t/angle:/out --delims "<%:%>"', 'port 80\n'],
  ['j2 /t/j2 > /out', 'port 80 d\n'],
  ['j2 -f json /t/j2 /t/data.json -o /out', 'port 90 d\n'],
  ['j2 /t/j2 /t/data.env > /out', 'port 91 d\n'],
  ['jinja2 /t/j2 -D PORT=92 > /out', 'port 92 d\n'],
  ['cp /t/ep /out; ep -v /out', 'port 80 82 ${KEPT}\n'],
  ['render-template /t/mustache > /out', 'port 80 on none\n'],
])('%s', (text, expected) => {
  expect(showUnknown(run(text).read('/out') ?? '')).toBe(expected);
});

it.each([
  ['dockerize -template /t/go:/out -wait tcp://db:1 server a', 'server a'],
  ['dockerize -stdout /log server a -b', 'server a -b'],
  ['gomplate -f /t/getenv -o /out -- server b', 'server b'],
  ['consul-template -config /t/consul.hcl', 'server hcl'],
  ['consul-template -template /t/consul:/out -exec "server c"', 'server c'],
  ['exec ep /out -- server d', 'server d'],
])('%s becomes a server', (text, expected) => {
  const { world, status } = run(text);
  expect([status, world.launches.map(({ argv }) => argv.join(' '))]).toEqual(['goes on', [expected]]);
});

it.each([
  'dockerize -template /t/bad:/out server a',
  'dockerize -template /none:/out server a',
  'gomplate -f /t/go -o /out -- server a',
  'j2 /t/strict',
  'PORT= ep /t/ep -- server a',
  'echo x > /etc/confd/templates/web.tmpl; echo \'{{ getv "/other" }}\' > /etc/confd/templates/web.tmpl; confd -onetime -backend env',
])('%s fails', (text) => {
  const { world, status } = run(`set -e; ${text}`);
  expect([status, world.launches]).toEqual([1, []]);
});
