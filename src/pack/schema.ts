import { z } from 'zod';

/**
 * The grammar of `pack.yaml`, checked when a pack is built, linted or loaded from a folder. `docs/packs.md`
 * explains each word with an example. Every expression is CEL; every regular expression is RE2.
 */

const mains = z.array(z.string()).min(1).optional();
const name = z.string().regex(/^[a-z][A-Za-z0-9]*$/, 'a name in camelCase');
export const cel = z.string().min(1).max(2_000);
export const regex = z.string().min(1).max(1_000);
const many = <T extends z.ZodType>(item: T) => z.union([item, z.array(item).min(1)]);
const literal = z.union([z.string(), z.number().int(), z.boolean(), z.array(z.string())]);

/** One place where a setting's value can come from. The sources of a setting are tried in the order written. */
const sources = {
  /** A command line option, by its name under `arguments.options`. */
  argument: many(name).optional(),
  /** A config key, looked up in all that was read. */
  key: many(z.string()).optional(),
  environment: many(z.string()).optional(),
  /** A config line inside blocks, by its path as in `each`. */
  place: many(z.string()).optional(),
  /** What a runtime was given by name, a system property of Java. */
  property: many(z.string()).optional(),
  /** The last of the runtime's own options that matches; its first group, or the whole. */
  option: regex.optional(),
  /** Searched in the printable text around each `near` in the executable; the first group, or the whole match. */
  executable: z.strictObject({ near: z.string().min(4), match: regex }).optional(),
  /** Searched in a file of the image; the first group, or the whole match. */
  file: z.strictObject({ path: cel, match: regex }).optional(),
  /** The version of an installed package, dpkg's or apk's. */
  package: many(z.string()).optional(),
  /** The first of these paths (patterns allowed) that exists. */
  exists: many(cel).optional(),
  /** Computed. An empty string or list, or null, means: no value here, try the next source. */
  value: cel.optional(),
  default: literal.optional(),
};

const setting = z.strictObject({
  ...sources,
  type: z.enum(['string', 'integer', 'boolean', 'list']).optional(),
  /** For lists: the separator, a regular expression. Items are trimmed, empty ones dropped. */
  split: regex.optional(),
  /** Which of several config lines counts. */
  pick: z.enum(['last', 'first', 'all']).optional(),
  /** Reworks the value found (`value`). */
  as: cel.optional(),
  /** Words of a boolean, besides true/false. */
  true: z.array(z.string()).optional(),
  false: z.array(z.string()).optional(),
  /** A person's words for the default in evidence. */
  about: z.string().optional(),
});

const flag = z.string().regex(/^[-/+]/);

const option = z.strictObject({
  flags: z.array(flag).min(1),
  /** Takes no value. */
  switch: z.boolean().optional(),
  /** Takes a value only where it is glued on: `-C64`. */
  attached: z.boolean().optional(),
  /** What stands behind its value is no more the program's: `-e PROGRAM ARGUMENTS`. */
  rest: z.boolean().optional(),
  /** The config key that it sets, when arguments are read as config. */
  key: z.string().optional(),
  /** What the switch sets that key to. */
  to: z.string().optional(),
  /** Its value is `name=value`, a config line; with `key`, of the name `key.name`. */
  assignment: z.union([z.boolean(), z.literal('verbatim')]).optional(),
  /** With `variables`: counts as the very first word only. */
  first: z.boolean().optional(),
});

const names = z.array(z.string()).optional();

/** Options that lines of config files set as well, as my_getopt reads both; `-` and `_` are the same in their names. */
const variables = z.strictObject({
  takes: z.strictObject({
    number: names,
    decimal: names,
    text: names,
    maybeNumber: names,
    maybeText: names,
    boolean: names,
    nothing: names,
  }),
  /** Options of one letter, and the variables that they set. */
  letters: z.record(z.string().length(1), z.string()).optional(),
  /** The beginning of a name stands for it, where it is that of one name only. */
  abbreviated: z.boolean().optional(),
  /** Behind `loose-` wrong values are passed over too, not only unknown names, and an empty number is 0. */
  forgiving: z.boolean().optional(),
  /** `structure.name` is the variable `name`. */
  structures: z.boolean().optional(),
  /** Whether a variable that is not listed, `name`, is known nevertheless. */
  unlisted: cel.optional(),
});

const commandLine = z.strictObject({
  options: z.record(name, option).optional(),
  /** Short options may be grouped and have their value glued on, as getopt(3) reads them. */
  glued: z.boolean().optional(),
  /** Words, where an option may stand, that the program passes over. */
  passed: regex.optional(),
  /** Long options may be written with one dash. */
  singleDash: z.boolean().optional(),
  /** Options that say nothing about sockets: those that take a value, and those that do not. */
  others: z.strictObject({ values: z.array(flag), switches: z.array(flag) }).optional(),
  /** Given, an option that stands twice is refused, unless its first flag is listed here. */
  repeatable: z.array(flag).optional(),
  /** `--any-name=value` is a config line; `-` in names becomes `_`. */
  longAssignments: z.boolean().optional(),
  /** All other `--any.name=value` and `--any.name value` are config lines, behind those of the options. */
  dotted: z.boolean().optional(),
  /** All options but those under `options`, which count before all others only. */
  variables: variables.optional(),
  /**
   * All but the first word is config text: `--name value value …` is a line in the words of `syntax`, and each option
   * takes the next word for its value, whatever it looks like. The first word is positional unless it looks like an option.
   */
  lines: z
    .strictObject({
      prefix: z.string().min(1),
      syntax: z.string(),
      /** Options that may stand without a value, in lower case, and the line that they make then. */
      alone: z.record(z.string(), z.string()).optional(),
      /** As the first or last word: config comes from standard input, see `files`. */
      stdin: z.string().optional(),
    })
    .optional(),
  /** Options end at the first positional word. */
  stopAtPositional: z.boolean().optional(),
});

const file = z.strictObject({
  /** Path or list of paths; relative ones start at `base`. */
  path: cel.optional(),
  base: cel.optional(),
  /** Text from a setting or option instead of a file; `{arguments: true}` for the command line's config lines. */
  text: cel.optional(),
  arguments: z.boolean().optional(),
  /** Standard input, where the command line asks for it. */
  stdin: z.boolean().optional(),
  syntax: z.string().optional(),
  /** Its lines are variables, too. */
  variables: z.boolean().optional(),
  /** Read in this syntax instead when the first finds no mapping but one bare value. */
  scalarSyntax: z.string().optional(),
  when: cel.optional(),
  missing: z.enum(['refuse', 'ignore']).optional(),
  /** Files of which the first existing one stands in for a missing one that the program would make from it. */
  template: many(cel).optional(),
  /** Joins the names of nested mappings: `net: {port: 1}` is `net.port`. */
  flatten: z.string().optional(),
  /** A name that stands in it twice, when names are joined, keeps the program from starting. */
  once: z.boolean().optional(),
  /**
   * Keys of this file (with `scalarSyntax`: only when it is read in that) are the names of long options, and no others; a
   * switch has `true` or `false`.
   */
  keys: z.enum(['options']).optional(),
});

/** What a directive does while files are read, in file order. */
const readingRule = z.strictObject({
  /** Names for parts of this rule's other expressions, each may use those before it. */
  let: z.record(name, cel).optional(),
  when: cel.optional(),
  /** Reads other files in place. */
  include: cel.optional(),
  /** The grammar of the files, where it is not that of the line's own. */
  syntax: z.string().optional(),
  base: cel.optional(),
  /** Patterns are followed folder by folder: real folders only, each that matches must lead on, `missing` holds for each. */
  stepwise: z.boolean().optional(),
  /** Whether `*`, `?` and `[` in names are patterns; they are unless this is false. */
  patterns: cel.optional(),
  directory: z.enum(['refuse', 'recursive', 'files', 'ignore']).optional(),
  /** For `directory: files`: the names that count. */
  names: z.string().optional(),
  missing: cel.optional(),
  /** How many files deep at most; deeper keeps the program from starting. */
  deepest: z.number().int().optional(),
  /** What is wrong in a file ends it where it stands, and what is too deep is not read; the program starts nevertheless. */
  faults: z.enum(['end']).optional(),
  /** Reads its children only if true, or a list of true; an empty list means that it can't be known. The block itself disappears. */
  if: cel.optional(),
  set: cel.optional(),
  to: cel.optional(),
  /** A name or a list of them. */
  unset: cel.optional(),
  /** The line's arguments from here on. */
  rewrite: cel.optional(),
  /** Adds to a named collection; the collection `vars` maps the names that `set` gave a value. */
  add: name.optional(),
  /** Takes values out of a named collection. */
  remove: name.optional(),
  values: cel.optional(),
  /** Defines a block to be used later; the rest of the arguments are its parameters. `forget` undefines it. */
  macro: cel.optional(),
  /** What the names of parameters begin with whose values are put in double quotes. */
  quoted: z.string().min(1).optional(),
  use: cel.optional(),
  forget: cel.optional(),
  refuse: z.string().optional(),
});

/** Lines that switch those behind them on and off, within one file. */
const branches = z.strictObject({
  /** The names of such lines: `.if`, `.elif`, `.else`, `.endif`. */
  if: z.string(),
  elseIf: z.string(),
  else: z.string(),
  end: z.string(),
  /** This many levels are refused. */
  deepest: z.number().int(),
  /** What conditions ask: how many arguments (`args`) and whether it holds; an empty list means that it can't be known. */
  predicates: z.record(z.string(), z.strictObject({ arguments: z.number().int(), holds: cel })),
});

const hosts = z.strictObject({
  /** Words that stand for addresses: a CEL list for each. */
  any: z.record(z.string(), cel).optional(),
  /** How a name is resolved. */
  names: z.enum(['all', 'first', 'ipv4', 'ipv4First']).optional(),
  /** Of which family addresses of names must be: `ipv4`, `ipv6`, or any. */
  family: cel.optional(),
  /** Whether names stand for IPv6 addresses too; they do, unless this is false or the host has none. */
  ipv6: cel.optional(),
  /** inet_aton(3) short forms (`127.1`) are addresses. */
  short: z.boolean().optional(),
  /** A name that the image's hosts file does not resolve. */
  unresolved: z.enum(['possible', 'skip']).optional(),
});

const endpoint = {
  /** Selects config nodes: `http/server/listen`; `*` one name, `**` any depth. One endpoint for each. */
  each: many(z.string()).optional(),
  /** For each of these nodes that has no such child, `default` is the endpoint. */
  without: z.strictObject({ in: z.string(), child: z.string(), default: cel, about: z.string() }).optional(),
  /** For each item of a CEL list; with `each`, of a list for each node. */
  of: cel.optional(),
  when: cel.optional(),
  /** True where it can't be known whether the program opens (or uses) the endpoint. */
  possible: cel.optional(),
  /** The endpoint's text; `value` (the node's first argument or the item) if not given. */
  text: cel.optional(),
  /** Readings of the text, the first that matches counts: groups host, port, portEnd, path, and any others. */
  forms: z.array(regex).optional(),
  /** Looks at the parts (`part.host`); the endpoint counts only if true. */
  keep: cel.optional(),
  /** What stands in for a missing host or port. */
  host: cel.optional(),
  port: cel.optional(),
  portEnd: cel.optional(),
  /** A range of ports is one socket each (`each`), or one socket on the first free of them. */
  range: z.enum(['each', 'first']).optional(),
  path: cel.optional(),
  transport: cel.optional(),
  purpose: z.string(),
  purposeOf: cel.optional(),
  hosts: hosts.optional(),
  /** Words about the default port or address, for evidence. */
  about: z.string().optional(),
};

const listener = z.strictObject({
  ...endpoint,
  /** The program that holds it, where the server starts another for that. */
  process: cel.optional(),
  /** Further facts of the socket, for `combine`. */
  set: z.record(name, cel).optional(),
  /** When no form matches. */
  invalid: z.enum(['refuse', 'skip', 'unknown']).optional(),
});

const peer = z.strictObject({ ...endpoint, invalid: z.enum(['skip', 'unknown']).optional() });

/** A step that turns the sockets that config asks for into those that the program opens. */
const combineStep = z.strictObject({
  /** Sockets that agree in these are looked at together. */
  within: z.array(z.string()).min(1),
  /** They become one; these facts are true for it if true for any. */
  unite: z.array(z.string()).optional(),
  /** Leaves out a socket (`self`) because of the others (`all`), or of those that came before it and stay (`before`). */
  drop: cel.optional(),
  refuse: cel.optional(),
  message: z.string().optional(),
  /** The program notices it only when it opens its sockets: a check of the config (`checks`) passes. */
  unchecked: z.boolean().optional(),
});

/** What arguments directives take, and where they may stand. What is unknown until the container runs is not held against it. */
const valueRule = z.strictObject({
  names: z.array(z.string()).min(1),
  /** Paths of blocks, as in `places`. */
  in: z.array(z.string()).min(1).optional(),
  /** Only the first argument is looked at, and there must be one. */
  first: z.boolean().optional(),
  /** How many. */
  count: z.number().int().optional(),
  least: z.number().int().optional(),
  most: z.number().int().optional(),
  /** What each must match as a whole. */
  form: regex.optional(),
  /** Bounds of each that is a number; others are left to `form`. */
  from: z.number().optional(),
  to: z.number().optional(),
});

/** Variables inside arguments that are looked up when the program starts: one that nothing defines is refused. */
const variableRule = z.strictObject({
  /** The directives whose arguments hold them: names, or lists of names that stand elsewhere too. */
  in: z.array(many(z.string())).min(1),
  /** What each begins with: `$`. */
  sign: z.string().min(1),
  /** The first group is the name. */
  names: regex,
  /** Programs and libraries: the names in their tables are defined. */
  files: cel,
  /** Names that are always defined. */
  free: regex.optional(),
  /** Directives that define the variable that their first argument is, or their last one. */
  first: regex.optional(),
  last: regex.optional(),
  /** Names of groups in regular expressions, which are defined too. */
  groups: regex,
});

/**
 * What tables of the program say of a name: its length stands before its address, behind it stand flags and the address of
 * a function that reads the arguments. Numbers are bits of the flags.
 */
const tableRule = z.strictObject({
  /** Programs and libraries. */
  files: cel,
  /** Names that are not looked at. */
  free: regex.optional(),
  /** By what the path of the blocks around it ends in, the first that fits. */
  places: z.record(z.string(), z.number().int()),
  /** For 0, 1, 2 … arguments. */
  counts: z.array(z.number().int()),
  /** For at least 0, 1, 2 … arguments; 0 where there is no such bit. */
  least: z.array(z.number().int()),
  any: z.number().int(),
  block: z.number().int(),
  /** Takes on or off. */
  switch: z.number().int(),
  /** What the function that reads a directive `like` this one takes; without `like`, what switches take. */
  kinds: z.array(
    z.strictObject({
      like: z.string().optional(),
      /** Of the first argument, the second …; the last is that of all others, too. */
      forms: z.array(regex).min(1).optional(),
      /** Whether it may stand once in a block. */
      once: z.boolean().optional(),
    }),
  ),
});

/** What makes the program refuse config for its form, wherever it stands. Paths as in `each`, without `**`. */
const grammar = z.strictObject({
  /** Directives that may stand once in a block (or outside all blocks); `*` for all. */
  once: z.array(z.string()).optional(),
  /** Where directives may stand: paths of blocks, the empty path for outside all. */
  places: z.record(z.string(), z.array(z.string())).optional(),
  /** Of blocks by their path, all names that may stand in them. */
  within: z.record(z.string(), z.array(z.string())).optional(),
  values: z.array(valueRule).optional(),
  variables: variableRule.optional(),
  table: tableRule.optional(),
  /**
   * A directive is known only if its name is a string in one of `files`, or with `names` if it is one of them; blocks in
   * `except` hold free names, and names like `free` are. No name is of another form.
   */
  known: z
    .strictObject({
      files: cel.optional(),
      /** Only strings count that data of the program points at, as tables of directives do. */
      inTables: z.boolean().optional(),
      /** What the names of blocks begin with there. */
      blockPrefix: z.string().min(1).optional(),
      names: z.array(z.string()).optional(),
      except: z.array(z.string()),
      form: regex.optional(),
      free: regex.optional(),
    })
    .optional(),
});

/** Keeps the program from starting. `sockets` are those that it would open, as `combine` sees them. */
const refusal = z.strictObject({
  when: cel,
  each: many(z.string()).optional(),
  message: z.string(),
  /** As in `combine`. */
  unchecked: z.boolean().optional(),
});

/** A file that a tool makes or a link, or with neither `text` nor `link` a path that it removes. */
const change = z.strictObject({
  /** For each item of a CEL list (`value`). */
  of: cel.optional(),
  when: cel.optional(),
  path: cel,
  text: cel.optional(),
  /** Where the link leads. */
  link: cel.optional(),
});

/** A file or folder without which the program does not start; it may be mounted when the container starts. */
const need = z.strictObject({
  each: many(z.string()).optional(),
  /** For each item of a CEL list (`value`). */
  of: cel.optional(),
  when: cel.optional(),
  path: cel,
  /** What it is: `certificate`. */
  what: z.string(),
});

/** A program that the server starts beside itself, and that runs on. */
const child = z.strictObject({
  each: z.string().optional(),
  when: cel.optional(),
  /** Its command line, a list. */
  runs: cel,
  /** `name`, `uid`, `name:group`; the server's if not given or empty. */
  user: cel.optional(),
  cwd: cel.optional(),
  /** Whether the server ends where it fails. */
  vital: cel.optional(),
});

const root = z.strictObject({
  each: z.string().optional(),
  /** A folder or a list of them. */
  folder: cel,
  /** Whether the server's `listener` leads to it. */
  on: cel.optional(),
});

export const packSchema = z.strictObject({
  app: z.string().regex(/^[a-z][a-z0-9-]*$/),
  title: z.string(),
  version: z.string().regex(/^\d+\.\d+\.\d+$/),
  about: z.string().optional(),
  recognise: z
    .array(
      z.strictObject({
        program: z.array(z.string()).min(1),
        /** Of a runtime (`java`): names or patterns of what it runs, a main class, an archive's file, a module. */
        main: mains,
        /** What the executable must contain, where it can be read. */
        holds: z.string().min(4).optional(),
        /** Paths, patterns allowed, of which one must be there. */
        beside: z.array(z.string()).min(1).optional(),
        /** Of a program that is many: what it is called by, argv[0] or the word behind the program's own name. */
        called: z.array(z.string()).min(1).optional(),
        /** Its command line, where it is not the pack's. */
        arguments: commandLine.optional(),
        set: z.record(name, literal).optional(),
      }),
    )
    .min(1)
    .optional(),
  /** Instead of `recognise`: an application that runs inside other apps' processes. */
  within: z
    .strictObject({
      apps: z.array(z.string()).min(1),
      /** Whether the process runs it; `roots` are the folders that the server hands out or runs. */
      when: cel,
      /** The purposes of the server's listeners that lead to it. */
      purposes: z.array(z.string()).min(1),
    })
    .optional(),
  /** Of a server: the folders whose files it hands out or runs. */
  roots: z.array(root).optional(),
  arguments: commandLine.optional(),
  starters: z
    .array(
      z.strictObject({
        program: z.array(z.string()).min(1),
        main: mains,
        arguments: commandLine.optional(),
        settings: z.record(name, setting).optional(),
        when: cel.optional(),
        runs: cel,
        /** Whether it ends a running server of this app first (`server` has its settings). */
        stops: cel.optional(),
        detaches: cel.optional(),
        /** The config files that it reads, by the pack's `reading`. */
        files: z.array(file).optional(),
        collections: z.record(name, cel).optional(),
      }),
    )
    .optional(),
  /** Programs beside the server that do something and end. The first that fits counts. */
  tools: z
    .array(
      z.strictObject({
        program: z.array(z.string()).min(1),
        main: mains,
        arguments: commandLine.optional(),
        settings: z.record(name, setting).optional(),
        when: cel.optional(),
        /** Whether it ends a running server of this app, whose settings are members of `server`. */
        stops: cel.optional(),
        /** Files and links that it makes, and paths that it removes, one after the other. */
        writes: z.array(change).optional(),
        /** Whether it ends with status 1, when it has done what it can. */
        fails: cel.optional(),
        /** The config files that it reads, as of `starters`. */
        files: z.array(file).optional(),
        collections: z.record(name, cel).optional(),
        /** What it prints: a text, or a list of lines. */
        prints: cel.optional(),
        /** The same to its standard error; nothing if not given. */
        warns: cel.optional(),
      }),
    )
    .optional(),
  /** True when this command line only does something and ends, or runs a temporary server. */
  ends: cel.optional(),
  /** True when this command line only says whether the config is good: status 0, or 1 where it would refuse to start. */
  checks: cel.optional(),
  /** Whether this command line ends a running server of this app, or makes it read its files again (`server` has its settings). */
  stops: cel.optional(),
  reloads: cel.optional(),
  /** What only one running server can have: the second to want the same ends at once. An empty text is nothing. */
  sole: z.strictObject({ of: cel, what: z.string(), status: z.number().int().optional() }).optional(),
  /** Whether several of its servers may have the same sockets. */
  shares: cel.optional(),
  /** True when the program goes to the background by itself. */
  detaches: cel.optional(),
  /** The file that it writes its process id to, for scripts that end it by that; an empty text is none. */
  pidFile: cel.optional(),
  names: z.enum(['sensitive', 'insensitive']).optional(),
  settings: z.record(name, setting).optional(),
  /** Named collections and their first content, for `reading`. */
  collections: z.record(name, cel).optional(),
  /** Variables inside arguments of config lines. */
  interpolate: z
    .strictObject({
      /** Where the syntax does not know by itself what a variable is. */
      pattern: regex.optional(),
      /** `changes`: what config lines set is the environment itself. */
      environment: z.union([z.boolean(), z.literal('changes')]).optional(),
      /** Those that the program sets itself. */
      variables: z.record(z.string(), cel).optional(),
      /** Names that config lines set are the same in upper and lower case. */
      anyCase: z.boolean().optional(),
      undefined: z.enum(['keep', 'empty', 'refuse']).optional(),
      /** What a variable (`name`) is worth, asked before all other sources; null where it has no value here. */
      value: cel.optional(),
      /** Stands between a name and what is put in where it has no value. */
      otherwise: z.string().optional(),
      /** How often what was put in is looked through for variables again. */
      rounds: z.number().int().max(100).optional(),
    })
    .optional(),
  files: z.array(file).optional(),
  branches: branches.optional(),
  reading: z.record(z.string(), many(readingRule)).optional(),
  hosts: hosts.optional(),
  listeners: z.array(listener),
  combine: z.array(combineStep).optional(),
  grammar: grammar.optional(),
  refuse: z.array(refusal).optional(),
  needs: z.array(need).optional(),
  /** Where people put its config (patterns): told when one is there and none is read. */
  usual: z.array(z.string().startsWith('/')).min(1).optional(),
  peers: z.array(peer).optional(),
  /** Other programs that it starts, beside which it goes on. */
  children: z.array(child).optional(),
});

export type Pack = z.infer<typeof packSchema>;
export type Setting = z.infer<typeof setting>;
export type CommandLine = z.infer<typeof commandLine>;
export type ConfigFile = z.infer<typeof file>;
export type ReadingRule = z.infer<typeof readingRule>;
export type BranchRules = z.infer<typeof branches>;
export type HostRules = z.infer<typeof hosts>;
export type ListenerRule = z.infer<typeof listener>;
export type PeerRule = z.infer<typeof peer>;
export type CombineStep = z.infer<typeof combineStep>;
export type Grammar = z.infer<typeof grammar>;
export type TableRule = z.output<typeof tableRule>;
export type VariableRule = z.infer<typeof variableRule>;
export type ValueRule = z.infer<typeof valueRule>;
export type Need = z.infer<typeof need>;
export type Child = z.infer<typeof child>;
export type RootRule = z.infer<typeof root>;
export type Tool = NonNullable<Pack['tools']>[number];
export type Starter = NonNullable<Pack['starters']>[number];
