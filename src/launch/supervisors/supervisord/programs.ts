import type { Evidence } from '../../../model/evidence.ts';
import { isUnknown } from '../../../model/unknown.ts';
import { isTrue, programChecks } from './checks.ts';
import type { Config, Section } from './config.ts';
import { ConfigError, type Expansions, expand, pairs } from './values.ts';

/** One process that supervisord looks after. */
export interface Program {
  name: string;
  group: string;
  priority: number;
  command: { value: string; at: Evidence };
  autostart: boolean;
  directory: string | undefined;
  user: string | undefined;
  environment: ReadonlyMap<string, string>;
  /** Files that it opens for the program's output before it starts it. */
  logs: string[];
}

/** Programs that are started together, in the order of their priorities. */
interface Group {
  name: string;
  priority: number;
  programs: Program[];
}

/** More processes than an image has use for. */
const mostProcesses = 100;

/** All processes in the order in which supervisord starts them. Throws ConfigError. */
export function programsOf(config: Config, environment: ReadonlyMap<string, string>): Program[] {
  const grouped = new Set<Section>();
  const groups = [
    ...config.startingWith('group:').map((section) => groupOf(config, section, environment, grouped)),
    ...ownGroups(config, 'program:', 999, environment, grouped),
    ...ownGroups(config, 'eventlistener:', -1, environment, grouped),
    ...ownGroups(config, 'fcgi-program:', 999, environment, grouped),
  ];
  return groups.sort(byPriority).flatMap(({ programs }) => programs);
}

function groupOf(
  config: Config,
  section: Section,
  environment: ReadonlyMap<string, string>,
  grouped: Set<Section>,
): Group {
  const name = nameOf(section);
  const listed = config.get(section, 'programs')?.value ?? '';
  const programs = listed === '' ? [] : listed.split(',').map((each) => each.trim());
  const members = programs.map((program) => {
    const [own, fcgi] = ['program', 'fcgi-program'].map((kind) => config.sections.get(`${kind}:${program}`));
    if (own && fcgi) throw new ConfigError(`[${section.name}] name ${program} is ambiguous`);
    const member = own ?? fcgi;
    if (member === undefined) throw new ConfigError(`[${section.name}] names unknown program ${program}`);
    grouped.add(member);
    return member;
  });
  return {
    name,
    priority: integer(config, section, 'priority', 999),
    programs: members.flatMap((member) => processesOf(config, member, name, environment)),
  };
}

function ownGroups(
  config: Config,
  prefix: string,
  priority: number,
  environment: ReadonlyMap<string, string>,
  grouped: ReadonlySet<Section>,
): Group[] {
  return config
    .startingWith(prefix)
    .filter((section) => !grouped.has(section))
    .map((section) => {
      checkKind(config, section);
      const name = nameOf(section);
      const programs = processesOf(config, section, name, environment);
      return { name, priority: integer(config, section, 'priority', priority), programs };
    });
}

const events =
  /^(EVENT|PROCESS_STATE(_(STARTING|RUNNING|BACKOFF|STOPPING|EXITED|STOPPED|FATAL|UNKNOWN))?|PROCESS_LOG(_STDOUT|_STDERR)?|PROCESS_COMMUNICATION(_STDOUT|_STDERR)?|PROCESS_GROUP(_ADDED|_REMOVED)?|REMOTE_COMMUNICATION|SUPERVISOR_STATE_CHANGE(_RUNNING|_STOPPING)?|TICK(_5|_60|_3600)?)$/;

/** What event listeners and FastCGI programs need besides a command. */
function checkKind(config: Config, section: Section): void {
  const refuse = (why: string) => new ConfigError(`[${section.name}] ${why}`);
  const value = (name: string) => {
    const program = new Map([['program_name', nameOf(section)]]);
    return config.get(section, name, program)?.value ?? '';
  };
  if (section.name.startsWith('eventlistener:')) {
    const names = value('events')
      .split(',')
      .map((name) => name.trim().toUpperCase());
    if (names.join('') === '') throw refuse('section requires an "events" line');
    const wrong = names.find((name) => !events.test(name) && !isUnknown(name));
    if (wrong !== undefined) throw refuse(`names an unknown event type ${wrong}`);
    if (isTrue(value('redirect_stderr'))) throw refuse('sets redirect_stderr=true');
  }
  if (section.name.startsWith('fcgi-program:')) {
    const socket = value('socket');
    const isSocket = /^unix:\/\/\/|^tcp:\/\/[^\s:]+:\d+$/.test(socket) || isUnknown(socket);
    if (!isSocket) throw refuse('section requires a "socket" line');
  }
}

function processesOf(
  config: Config,
  section: Section,
  group: string,
  environment: ReadonlyMap<string, string>,
): Program[] {
  const name = nameOf(section);
  const common = new Map<string, string | number>([
    ['program_name', name],
    ['group_name', group],
  ]);
  const count = integer(config, section, 'numprocs', 1, common);
  const first = integer(config, section, 'numprocs_start', 0, common);
  const processName = config.raw(section, 'process_name')?.value ?? '%(program_name)s';
  if (/[ :/]/.test(processName.trim())) throw new ConfigError(`invalid name ${JSON.stringify(processName)}`);
  if (count > 1 && !processName.includes('%(process_num)'))
    throw new ConfigError('%(process_num) must be present within process_name when numprocs > 1');
  if (count > mostProcesses) throw new ConfigError(`more than ${mostProcesses} processes of ${name}`);
  const numbers = Array.from({ length: Math.max(0, count) }, (_, index) => first + index);
  const programs = numbers.map((number) => {
    const expansions = new Map([...common, ['process_num', number], ['numprocs', count]] as const);
    return processOf(config, section, expansions, environment);
  });
  return programs.sort(byPriority);
}

function processOf(
  config: Config,
  section: Section,
  expansions: Map<string, string | number>,
  environment: ReadonlyMap<string, string>,
): Program {
  const all = () => new Map([...config.expansions, ...expansions]);
  const own = pairs(expand(config.raw(section, 'environment')?.value ?? '', all()));
  for (const [name, value] of own) expansions.set(`ENV_${name}`, value);
  for (const [option, check] of Object.entries(programChecks)) config.get(section, option, expansions, check);
  const value = (option: string) => config.get(section, option, expansions)?.value;
  if (isTrue(value('stopasgroup') ?? '') && !isTrue(value('killasgroup') ?? 'true'))
    throw new ConfigError('cannot set stopasgroup=true and killasgroup=false');
  const command = config.get(section, 'command', expansions);
  if (command === undefined)
    throw new ConfigError(`program section ${section.name} does not specify a command`);
  const streams = isTrue(value('redirect_stderr') ?? '') ? ['stdout'] : ['stdout', 'stderr'];
  const logs = streams.flatMap((stream) => value(`${stream}_logfile`) ?? []);
  return {
    name: expand(config.raw(section, 'process_name')?.value ?? '%(program_name)s', all()).trim(),
    group: String(expansions.get('group_name')),
    priority: integer(config, section, 'priority', 999, expansions),
    command,
    autostart: isTrue(value('autostart') ?? 'true'),
    directory: value('directory'),
    user: value('user'),
    environment: new Map([...environment, ...own]),
    logs: logs.filter((path) => !/^(none|off|auto|syslog)$/i.test(path)),
  };
}

/** The part of a section's name behind the colon. Throws ConfigError where it has a forbidden character. */
function nameOf({ name }: Section): string {
  const own = name.slice(name.indexOf(':') + 1).trim();
  if (/[ :/]/.test(own)) throw new ConfigError(`invalid name ${JSON.stringify(own)}`);
  return own;
}

function integer(
  config: Config,
  section: Section,
  option: string,
  otherwise: number,
  more?: Expansions,
): number {
  const found = config.get(section, option, more, programChecks[option]);
  if (found === undefined) return otherwise;
  const value = Number(found.value.replaceAll('_', ''));
  return Number.isNaN(value) ? otherwise : value;
}

function byPriority(a: Group | Program, b: Group | Program): number {
  return a.priority - b.priority || (a.name < b.name ? -1 : a.name > b.name ? 1 : 0);
}
