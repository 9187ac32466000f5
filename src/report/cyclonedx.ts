import { distinct } from '../base/distinct.ts';
import type { Evidence } from '../model/evidence.ts';
import type { Listener, Peer, Profile } from '../model/profile.ts';
import { doubtsOf, type Export, type ExportOptions } from './export.ts';
import { mainFirst } from './main-first.ts';

/** The services of an image as a CycloneDX 1.6 bill of materials (ECMA-424), a service for each app. */
export function cyclonedx(profile: Profile, { name, version }: ExportOptions): Export {
  const { source, listeners } = profile;
  const container = 'container';
  const apps = [...new Set(listeners.map(({ app }) => app))];
  const value = {
    $schema: 'http://cyclonedx.org/schema/bom-1.6.schema.json',
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    version: 1,
    metadata: {
      tools: { components: [{ type: 'application', name: 'Berthwatch', version }] },
      component: {
        type: 'container',
        'bom-ref': container,
        name,
        ...(source.digest === null ? {} : { version: source.digest }),
        properties: [{ name: 'berthwatch:reference', value: source.reference }],
      },
    },
    services: apps.map((app) => serviceOf(app, profile)),
    dependencies: [
      { ref: container, dependsOn: apps.map(refOf) },
      ...apps.map((app) => ({ ref: refOf(app) })),
    ],
  };
  return { value, comments: doubtsOf(profile).map((doubt) => `Not known: ${doubt}.`) };
}

function serviceOf(app: string, { listeners, peers }: Profile) {
  const own = listeners.filter((each) => each.app === app);
  const served = own.flatMap(({ serves }) => serves ?? []);
  const evidence = own.flatMap((each) =>
    mainFirst(each)
      .slice(0, 1)
      .map((main) => ({ endpoint: endpointOf(each), main })),
  );
  return {
    'bom-ref': refOf(app),
    name: app,
    endpoints: [...new Set(own.map(endpointOf))],
    properties: distinct([
      ...served.map((value) => ({ name: 'berthwatch:serves', value })),
      ...evidence.map(({ endpoint, main }) => ({
        name: 'berthwatch:evidence',
        value: `${endpoint} ${evidenceText(main)}`,
      })),
      ...peers
        .filter((each) => each.app === app)
        .map((peer) => ({ name: 'berthwatch:peer', value: peerText(peer) })),
    ]),
  };
}

function refOf(app: string): string {
  return `service:${app}`;
}

/** A URI reference: `tcp://[::]:80`, `unix:/run/x.sock`. */
function endpointOf({ transport, address, port, path }: Listener): string {
  if (transport === 'unix') return `unix:${(path ?? '').split('/').map(encodeURIComponent).join('/')}`;
  return `${transport}://${address.includes(':') ? `[${address}]` : encodeURIComponent(address)}:${port}`;
}

function evidenceText({ kind, path, line, text }: Evidence): string {
  const place = path === undefined ? kind : line === undefined ? path : `${path}:${line}`;
  return `${place} ${text}`;
}

function peerText({ transport, host, port, path, purpose }: Peer): string {
  return `${path ?? `${transport}://${host}:${port}`} ${purpose}`;
}
