import { describe, expect, it } from 'vitest';
import type { Listener, Peer, Profile } from '../model/profile.ts';
import { compose } from './compose.ts';
import { cyclonedx } from './cyclonedx.ts';
import { defaultName } from './export.ts';
import { networkPolicy } from './network-policy.ts';

const listener = (more: Partial<Listener>): Listener => ({
  app: 'demo',
  process: '/usr/bin/demo',
  transport: 'tcp',
  address: '0.0.0.0',
  port: 80,
  purpose: 'http',
  certainty: 'certain',
  evidence: [{ kind: 'config', path: '/etc/demo.conf', line: 2, text: 'listen 80' }],
  ...more,
});

const peer = (host: string, port: number, more: Partial<Peer> = {}): Peer => ({
  app: 'demo',
  transport: 'tcp',
  host,
  port,
  purpose: 'database',
  certainty: 'certain',
  evidence: [],
  ...more,
});

const profile = (more: Partial<Profile>): Profile => ({
  schema: 'berthwatch/profile/v1',
  source: { reference: 'docker:shop/web:1.2', kind: 'docker', digest: 'sha256:1', platform: null },
  launches: [],
  listeners: [],
  peers: [],
  exposed: [],
  findings: [],
  ...more,
});

const options = { name: 'web', namespace: undefined, version: '1.2.3' };
const listeners = [
  listener({}),
  listener({ address: '::' }),
  listener({ address: '127.0.0.1', port: 81 }),
  listener({ port: 53, transport: 'udp' }),
  listener({ port: 8000, portEnd: 8010 }),
  listener({ port: 7000, purpose: 'cluster' }),
  listener({ port: 5005, purpose: 'debug' }),
  listener({ transport: 'unix', address: '', port: 0, path: '/run/a b.sock' }),
];

describe('networkPolicy', () => {
  const specOf = (more: Partial<Profile>) => {
    const { value, comments } = networkPolicy(profile(more), options);
    return { spec: (value as { spec: Record<string, unknown> }).spec, comments };
  };

  it('lets in what listens, each port once; ports of the cluster from its own pods only', () => {
    expect(specOf({ listeners }).spec.ingress).toEqual([
      {
        ports: [
          { protocol: 'TCP', port: 80 },
          { protocol: 'UDP', port: 53 },
          { protocol: 'TCP', port: 8000, endPort: 8010 },
          { protocol: 'TCP', port: 5005 },
        ],
      },
      {
        from: [{ podSelector: { matchLabels: { 'app.kubernetes.io/name': 'web' } } }],
        ports: [{ protocol: 'TCP', port: 7000 }],
      },
    ]);
  });

  it('lets out to addresses, and to any address where a name is meant, with DNS', () => {
    const peers = [peer('10.0.0.5', 5432), peer('fd00::1', 0), peer('localhost', 1), peer('db', 3306)];
    const { spec, comments } = specOf({ peers });
    expect(spec.egress).toEqual([
      { to: [{ ipBlock: { cidr: '10.0.0.5/32' } }], ports: [{ protocol: 'TCP', port: 5432 }] },
      { to: [{ ipBlock: { cidr: 'fd00::1/128' } }], ports: [{ protocol: 'TCP' }] },
      { ports: [{ protocol: 'TCP', port: 3306 }] },
      {
        ports: [
          { protocol: 'UDP', port: 53 },
          { protocol: 'TCP', port: 53 },
        ],
      },
    ]);
    expect(comments.join()).toContain('To db:3306 (database)');
  });

  it('does not close egress where something is not known, and says what', () => {
    const launches = [{ app: null, exe: '/opt/thing' }] as Profile['launches'];
    const { spec, comments } = specOf({ launches, peers: [peer('10.0.0.5', 5432)] });
    expect(spec).toMatchObject({ policyTypes: ['Ingress'] });
    expect(spec).not.toHaveProperty('egress');
    expect(comments[0]).toBe('Not known: what /opt/thing does.');
  });
});

describe('compose', () => {
  it('exposes what can be reached and publishes what clients use', () => {
    expect(compose(profile({ listeners }), options).value).toEqual({
      services: {
        web: {
          image: 'shop/web:1.2',
          expose: ['80', '53/udp', '8000-8010', '7000', '5005'],
          ports: ['80:80', '53:53/udp', '8000-8010:8000-8010'],
        },
      },
    });
  });
});

describe('cyclonedx', () => {
  it('has a service for each app, with its endpoints as URIs and the line that says so', () => {
    const { value } = cyclonedx(
      profile({ listeners: [...listeners.slice(0, 2), ...listeners.slice(-1)] }),
      options,
    );
    expect(value).toMatchObject({
      specVersion: '1.6',
      services: [
        {
          name: 'demo',
          endpoints: ['tcp://0.0.0.0:80', 'tcp://[::]:80', 'unix:/run/a%20b.sock'],
          properties: [
            { name: 'berthwatch:evidence', value: 'tcp://0.0.0.0:80 /etc/demo.conf:2 listen 80' },
            { name: 'berthwatch:evidence', value: 'tcp://[::]:80 /etc/demo.conf:2 listen 80' },
            { name: 'berthwatch:evidence', value: 'unix:/run/a%20b.sock /etc/demo.conf:2 listen 80' },
          ],
        },
      ],
      dependencies: [{ ref: 'container', dependsOn: ['service:demo'] }, { ref: 'service:demo' }],
    });
  });
});

describe('defaultName', () => {
  it.each([
    ['registry:example/shop/Web_App:1.2', 'web-app'],
    ['docker:web@sha256:00ff', 'web'],
    ['build/My Image.tar', 'my-image'],
    ['oci-archive:/tmp/web.tar.gz:latest', 'web'],
    ['dir:/srv/rootfs', 'rootfs'],
    ['///', 'app'],
    [`${'a'.repeat(100)}.tar`, 'a'.repeat(63)],
  ])('%s → %s', (reference, name) => expect(defaultName(reference)).toBe(name));
});
