import type { Profile } from '../model/profile.ts';
import { isDebugging, isInner } from '../review/purposes.ts';
import { doubtsOf, type Export, type ExportOptions, openListeners } from './export.ts';

/**
 * A service of a Compose file: `expose` all that listens, `ports` what clients use, under the same numbers. Ports for
 * operators, cluster members and debuggers are not published.
 */
export function compose(profile: Profile, { name }: ExportOptions): Export {
  const open = openListeners(profile);
  const image = ['docker', 'registry'].includes(profile.source.kind)
    ? profile.source.reference.replace(/^(docker|registry):/, '')
    : undefined;
  const published = open.filter(({ purpose }) => !isInner(purpose) && !isDebugging(purpose));
  const expose = open.map(({ transport, port, portEnd }) => `${range(port, portEnd)}${suffix(transport)}`);
  const ports = published.map(({ transport, port, portEnd }) => {
    const numbers = range(port, portEnd);
    return `${numbers}:${numbers}${suffix(transport)}`;
  });
  const service = {
    ...(image === undefined ? {} : { image }),
    ...(expose.length === 0 ? {} : { expose: [...new Set(expose)] }),
    ...(ports.length === 0 ? {} : { ports: [...new Set(ports)] }),
  };
  return {
    value: { services: { [name]: service } },
    comments: doubtsOf(profile).map((doubt) => `Not known: ${doubt}.`),
  };
}

function range(first: number, last: number | undefined): string {
  return last === undefined ? String(first) : `${first}-${last}`;
}

/** Compose takes TCP for granted. */
function suffix(transport: string): string {
  return transport === 'tcp' ? '' : `/${transport}`;
}
