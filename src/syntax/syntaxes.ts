import { assignments } from './assignments/assignments.ts';
import { braces } from './braces/braces.ts';
import { configParser } from './config-parser/config-parser.ts';
import { erlangTerms } from './erlang-terms/erlang-terms.ts';
import { inetd } from './inetd/inetd.ts';
import { ini, iniHash } from './ini/ini.ts';
import { keywords } from './keywords/keywords.ts';
import { lines } from './lines/lines.ts';
import { optionGroups } from './option-groups/option-groups.ts';
import { phpConstants } from './php-constants/php-constants.ts';
import { phpIni } from './php-ini/php-ini.ts';
import { properties } from './properties/properties.ts';
import { sections } from './sections/sections.ts';
import { sysctl } from './sysctl/sysctl.ts';
import type { Syntax } from './tree.ts';
import { unitFile } from './unit-file/unit-file.ts';
import { xml, xmlContent } from './xml/xml.ts';
import { yaml } from './yaml/yaml.ts';

/** Every grammar by its name, which packs use. */
export const syntaxes: ReadonlyMap<string, Syntax> = new Map(
  [
    ...[assignments, braces, erlangTerms, inetd, ini, iniHash, keywords, lines, optionGroups, phpConstants],
    ...[properties, sections, sysctl, xml, xmlContent, yaml],
    ...[configParser, phpIni, unitFile],
  ].map((syntax) => [syntax.name, syntax]),
);
