import type { Tool } from '../tools/call.ts';
import { confd } from './confd.ts';
import { augtool, crudini, m4, xmlstarlet } from './editors.ts';
import { consulTemplate, dockerize, frep, gomplate } from './go-tools.ts';
import { envplate, jinja, mustache } from './text-tools.ts';

/** Tools that fill templates in, of which some then become another program, and that edit config files, by name. */
export const templating: Readonly<Record<string, Tool>> = {
  dockerize,
  gomplate,
  confd,
  'consul-template': consulTemplate,
  frep,
  ep: envplate,
  envplate,
  j2: jinja,
  j2cli: jinja,
  jinja2: jinja,
  'render-template': mustache,
  crudini,
  xmlstarlet,
  augtool,
  m4,
};
