// Makes the test image: about 600 MB uncompressed in three layers, from this machine's own files, once.

import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  createReadStream,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  renameSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';

const layerBytes = 200 * 1024 * 1024;
const fileBytes = 40 * 1024 * 1024;

/** Returns the paths of the image in its forms: docker-archive, gzip OCI archive, and the gzip layer blobs. */
export async function makeImage(folder) {
  const done = {
    docker: join(folder, 'docker.tar'),
    oci: join(folder, 'oci-gzip.tar'),
    blobs: join(folder, 'oci/blobs/sha256'),
  };
  if (existsSync(done.oci)) return withLayers(done);
  mkdirSync(done.blobs, { recursive: true });
  mkdirSync(join(folder, 'docker'), { recursive: true });
  const config = { architecture: 'amd64', os: 'linux', rootfs: { type: 'layers', diff_ids: [] } };
  config.config = {
    Entrypoint: ['/docker-entrypoint.sh'],
    Cmd: ['nginx', '-g', 'daemon off;'],
    Env: ['PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'],
    ExposedPorts: { '80/tcp': {} },
  };
  const layers = [];
  for (const [index, roots] of [
    ['/usr/lib'],
    ['/usr/share', '/usr/libexec'],
    ['/usr/bin', '/usr/include', '/usr/local', '/usr/src'],
  ].entries()) {
    const tar = join(folder, 'docker', `layer${index}.tar`);
    writeFileSync(join(folder, 'list'), filesBelow(roots).join('\0'));
    execFileSync(
      'tar',
      [
        '--create',
        '--file',
        tar,
        '--directory',
        '/',
        '--no-recursion',
        '--null',
        '--files-from',
        join(folder, 'list'),
      ],
      { stdio: ['ignore', 'ignore', 'ignore'] },
    );
    if (index === 2) execFileSync('tar', ['--append', '--file', tar, '--directory', server(folder), '.']);
    config.rootfs.diff_ids.push(`sha256:${await sha256(tar)}`);
    const gz = join(folder, `layer${index}.gz`);
    execFileSync('sh', ['-c', 'gzip -6 -n -c "$1" > "$2"', 'sh', tar, gz]);
    const digest = await sha256(gz);
    renameSync(gz, join(done.blobs, digest));
    layers.push({
      mediaType: 'application/vnd.oci.image.layer.v1.tar+gzip',
      digest: `sha256:${digest}`,
      size: statSync(join(done.blobs, digest)).size,
    });
  }
  writeDocker(folder, config);
  writeOci(folder, done, config, layers);
  return withLayers(done);
}

function withLayers(done) {
  const layers = readdirSync(done.blobs)
    .map((name) => join(done.blobs, name))
    .filter((path) => statSync(path).size > 100_000);
  return { ...done, layers };
}

/** Files, links and folders in order, until a layer's worth is gathered. */
function filesBelow(roots) {
  const found = [];
  let bytes = 0;
  const walk = (path) => {
    if (bytes > layerBytes) return;
    const stat = lstatSync(path, { throwIfNoEntry: false });
    if (!stat || stat.size > fileBytes || !(stat.isFile() || stat.isDirectory() || stat.isSymbolicLink()))
      return;
    found.push(path.slice(1));
    if (stat.isFile()) bytes += stat.size;
    if (stat.isDirectory()) for (const name of readdirSync(path).sort()) walk(join(path, name));
  };
  for (const root of roots) if (existsSync(root)) walk(root);
  return found;
}

/** The part of the image that matters: a web server's files and an entrypoint script. */
function server(folder) {
  const root = join(folder, 'server');
  const put = (path, text, mode = 0o644) => {
    mkdirSync(join(root, path, '..'), { recursive: true });
    writeFileSync(join(root, path), text, { mode });
  };
  put(
    'docker-entrypoint.sh',
    '#!/bin/sh\nset -e\nif [ "$1" = nginx ]; then\n  for f in /docker-entrypoint.d/*.sh; do [ -x "$f" ] && "$f"; done\nfi\nexec "$@"\n',
    0o755,
  );
  put(
    'docker-entrypoint.d/20-render.sh',
    '#!/bin/sh\nenvsubst < /etc/nginx/templates/default.template > /etc/nginx/conf.d/default.conf\n',
    0o755,
  );
  put(
    'usr/sbin/nginx',
    '\x7fELF\0--prefix=/etc/nginx --conf-path=/etc/nginx/nginx.conf\0nginx/1.28.0\0',
    0o755,
  );
  put('etc/nginx/nginx.conf', 'events {}\nhttp {\n  include /etc/nginx/conf.d/*.conf;\n}\n');
  put('etc/nginx/templates/default.template', 'server {\n  listen 80;\n  listen [::]:80;\n}\n');
  put('etc/nginx/conf.d/.keep', '');
  return root;
}

function writeDocker(folder, config) {
  const root = join(folder, 'docker');
  const text = JSON.stringify(config);
  const name = `${createHash('sha256').update(text).digest('hex')}.json`;
  writeFileSync(join(root, name), text);
  const names = [0, 1, 2].map((index) => `layer${index}.tar`);
  writeFileSync(
    join(root, 'manifest.json'),
    JSON.stringify([{ Config: name, RepoTags: ['bench:latest'], Layers: names }]),
  );
  execFileSync('tar', [
    '--create',
    '--file',
    join(folder, 'docker.tar'),
    '--directory',
    root,
    ...names,
    name,
    'manifest.json',
  ]);
}

function writeOci(folder, done, config, layers) {
  const root = join(folder, 'oci');
  const put = (value) => {
    const text = JSON.stringify(value);
    const digest = createHash('sha256').update(text).digest('hex');
    writeFileSync(join(done.blobs, digest), text);
    return { digest: `sha256:${digest}`, size: text.length };
  };
  const manifest = put({
    schemaVersion: 2,
    mediaType: 'application/vnd.oci.image.manifest.v1+json',
    config: { mediaType: 'application/vnd.oci.image.config.v1+json', ...put(config) },
    layers,
  });
  writeFileSync(join(root, 'oci-layout'), '{"imageLayoutVersion":"1.0.0"}');
  writeFileSync(
    join(root, 'index.json'),
    JSON.stringify({
      schemaVersion: 2,
      manifests: [
        {
          mediaType: 'application/vnd.oci.image.manifest.v1+json',
          ...manifest,
          platform: { os: 'linux', architecture: 'amd64' },
        },
      ],
    }),
  );
  execFileSync('tar', [
    '--create',
    '--file',
    join(folder, 'part.tar'),
    '--directory',
    root,
    'oci-layout',
    'index.json',
    'blobs',
  ]);
  renameSync(join(folder, 'part.tar'), done.oci);
}

async function sha256(path) {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 })) hash.update(chunk);
  return hash.digest('hex');
}
