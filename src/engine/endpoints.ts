import type { Certainty, Evidence } from '../model/evidence.ts';
import type { Transport } from '../model/profile.ts';
import { isUnknown, showUnknown } from '../model/unknown.ts';
import { evaluate, type Names, type Value } from '../pack/expressions.ts';
import { groupNames, groups } from '../pack/patterns.ts';
import type { ListenerRule, PeerRule } from '../pack/schema.ts';
import type { AppReading } from './app-reading.ts';
import { select } from './config-store.ts';
import { reportUnknown } from './context.ts';
import { blockNames } from './node-values.ts';
import { placesIn, type RulePlace } from './places.ts';
import type { Reach } from './reached.ts';
import { Refusal, UnknownValue } from './reasons.ts';
import { nested } from './scope.ts';
import { unique } from './trail.ts';

type EndpointRule = ListenerRule | PeerRule;

/** What becomes of a text that no form matches, where the rule does not say. */
type Invalid = 'skip' | 'unknown';

/** One endpoint as config writes it, before its host is resolved. */
export interface Endpoint {
  transport: Transport;
  host: string;
  port: number;
  portEnd: number;
  path: string;
  purpose: string;
  certainty: Certainty;
  evidence: Evidence[];
  /** What expressions about this endpoint may use. */
  names: Names;
}

/** A place where a rule applies; its value may also be an item of a list. */
type Place = Omit<RulePlace, 'value'> & { value: Value | undefined };

/** All endpoints that one rule finds. Throws Refusal. */
export function endpointsOf(app: AppReading, rule: EndpointRule, invalid: Invalid = 'unknown'): Endpoint[] {
  const places = unlessUnknown(app, rule, [], () => placesOf(app, rule)) ?? [];
  return places.flatMap((place, index) => {
    const numbered = { ...place, names: nested(place.names, { index: BigInt(index + 1) }) };
    return unlessUnknown(app, rule, place.evidence, () => endpointAt(app, rule, numbered, invalid)) ?? [];
  });
}

/** What `work` gives; undefined, and a finding, where it needs a value that can't be known. */
function unlessUnknown<T>(
  app: AppReading,
  rule: EndpointRule,
  evidence: Evidence[],
  work: () => T,
): T | undefined {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof UnknownValue)) throw error;
    reportUnknown(app.context, 'unknown-value', `${rule.purpose}: ${error.message}`, evidence);
    return undefined;
  }
}

function placesOf(app: AppReading, rule: EndpointRule): Place[] {
  const { each, of, without } = rule;
  const missing = without === undefined ? [] : placesWithout(app, rule, without);
  if (each === undefined && of === undefined && without !== undefined) return missing;
  const places = placesIn(app, each);
  return [...(of === undefined ? places : places.flatMap((place) => itemsOf(app, of, place))), ...missing];
}

/** One place for each item of a list that is worked out at `place`. */
function itemsOf(app: AppReading, list: string, place: Place): Place[] {
  const { result, evidence } = app.context.trail.follow(() => evaluate(list, place.names));
  const items = Array.isArray(result) ? result : [result];
  return items.map((value) => ({
    ...place,
    value,
    evidence: [...place.evidence, ...evidence],
    names: nested(place.names, { value }),
  }));
}

function placesWithout(
  app: AppReading,
  endpoint: EndpointRule,
  rule: NonNullable<EndpointRule['without']>,
): Place[] {
  const child = app.store.normal(rule.child);
  return select(app.read(), rule.in)
    .filter(({ node }) => !node.children?.some(({ name }) => app.store.normal(name) === child))
    .map(({ node, parents }) => {
      app.context.reach?.(endpoint, 'without');
      const value = app.evaluate(rule.default);
      const own = { value, rest: [] };
      return {
        value,
        evidence: [{ kind: 'default', text: rule.about }, node.at],
        names: nested(nested(app.scope, blockNames([...parents, node])), own),
        isPossible: false,
      };
    });
}

function endpointAt(
  app: AppReading,
  rule: EndpointRule,
  place: Place,
  invalid: Invalid,
): Endpoint | undefined {
  const { trail, reach } = app.context;
  const { result, evidence } = trail.follow(() => {
    if (rule.when !== undefined && evaluate(rule.when, place.names) !== true) return undefined;
    const text = rule.text === undefined ? place.value : evaluate(rule.text, place.names);
    const part = rule.forms === undefined ? noParts : partsOf(rule, String(text), invalid, reach);
    if (part === undefined) return undefined;
    const names = nested(place.names, { part, text: text ?? '' });
    if (rule.keep !== undefined && evaluate(rule.keep, names) !== true) return undefined;
    const isPossible = rule.possible !== undefined && evaluate(rule.possible, names) === true;
    return { ...build(rule, names, part, reach), isPossible };
  });
  if (result === undefined) return undefined;
  reach?.(rule);
  const { isPortDefault, isPossible, ...endpoint } = result;
  const about: Evidence[] =
    isPortDefault && rule.about !== undefined ? [{ kind: 'default', text: rule.about }] : [];
  const isCertain = !isPossible && !place.isPossible && !isUnknown(endpoint.path);
  return {
    ...endpoint,
    path: showUnknown(endpoint.path),
    certainty: isCertain ? 'certain' : 'possible',
    evidence: unique([...place.evidence, ...evidence, ...about]),
  };
}

const noParts = { host: '', port: '', portEnd: '', path: '' };

/** The text's parts by the first form that matches; undefined when the endpoint is to be left out. */
function partsOf(
  rule: EndpointRule,
  text: string,
  otherwise: Invalid,
  reach: Reach | undefined,
): Record<string, string> | undefined {
  for (const [index, form] of (rule.forms ?? []).entries()) {
    const found = groups(form, text);
    if (!found) continue;
    reach?.(rule, 'forms', index);
    return { ...noParts, ...groupsOf(rule.forms ?? []), ...found };
  }
  if (isUnknown(text)) throw new UnknownValue(text);
  const invalid = rule.invalid ?? otherwise;
  if (invalid === 'refuse') throw new Refusal(`"${text}" is no address to listen on`);
  if (invalid === 'unknown') throw new UnknownValue(text);
  return undefined;
}

/** The groups of all forms, empty: one that its own form does not have is asked for as well. */
function groupsOf(forms: readonly string[]): Record<string, string> {
  return Object.fromEntries(forms.flatMap(groupNames).map((name) => [name, '']));
}

function build(rule: EndpointRule, names: Names, part: Record<string, string>, reach: Reach | undefined) {
  const ask = (expression: string | undefined, otherwise: string): string =>
    expression === undefined ? otherwise : String(evaluate(expression, names) ?? '');
  const given = (word: 'path' | 'host' | 'port') => {
    reach?.(rule, word);
    return ask(rule[word], '');
  };
  const path = rule.path === undefined ? (part.path ?? '') : given('path');
  const host = part.host || given('host');
  const portText = path !== '' ? '0' : part.port || given('port');
  const portEnd = part.portEnd || ask(rule.portEnd, '');
  const port = toPort(portText);
  const last = portEnd === '' ? port : toPort(portEnd);
  if (last < port) throw new Refusal(`invalid port range ${portText}-${portEnd}`);
  return {
    transport: (path !== '' ? 'unix' : ask(rule.transport, 'tcp')) as Transport,
    host,
    port,
    portEnd: last,
    path,
    purpose: rule.purposeOf === undefined ? rule.purpose : ask(rule.purposeOf, rule.purpose),
    isPortDefault: path === '' && !part.port,
    names,
  };
}

function toPort(text: string): number {
  if (isUnknown(text)) throw new UnknownValue(text);
  const port = Number(text);
  if (text === '' || !Number.isInteger(port) || port < 0 || port > 65_535)
    throw new Refusal(`"${text}" is no port`);
  return port;
}
