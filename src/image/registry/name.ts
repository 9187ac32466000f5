import { BerthwatchError } from '../../base/errors.ts';
import { isDigest } from '../digest.ts';

/** An image in a registry, all that Docker leaves out put in. */
export interface ImageName {
  /** Host and port that serve it. */
  host: string;
  /** What the host is called in references and where credentials are kept; mostly the same. */
  registry: string;
  repository: string;
  /** Tag or digest to ask for. */
  reference: string;
  digest: string | undefined;
}

/** The registry of names that name none: `NAME`, or `NAME=HOST` when another host serves it. */
export const defaultRegistryVariable = 'BERTHWATCH_DEFAULT_REGISTRY';

/** Bytes of a name (distribution's reference grammar). */
const maxName = 255;
const component = '[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*';
const repositoryForm = new RegExp(`^${component}(?:/${component})*$`);
const tagForm = /^\w[\w.-]{0,127}$/;
const hostForm = /^(?:[a-zA-Z0-9](?:[a-zA-Z0-9.-]*[a-zA-Z0-9])?|\[[0-9a-fA-F:]+\])(?::\d{1,5})?$/;

/** Reads `[HOST[:PORT]/]NAME[:TAG][@DIGEST]` as Docker does. Throws USAGE. */
export function parseImageName(text: string, env: Readonly<Record<string, string | undefined>>): ImageName {
  const [rest, digest] = splitAt(text, text.indexOf('@'));
  if (digest !== undefined && !isDigest(digest)) throw badName(text, `${digest} is not a sha256 digest`);
  const slash = rest.indexOf('/');
  const first = slash < 0 ? '' : rest.slice(0, slash);
  const hasHost = /[.:[]/.test(first) || first === 'localhost' || first !== first.toLowerCase();
  const path = hasHost ? rest.slice(slash + 1) : rest;
  const [repository, tag] = splitAt(path, path.lastIndexOf(':'));
  if (!repositoryForm.test(repository) || repository.length > maxName) {
    throw badName(text, 'names are of small letters, digits and . _ - /');
  }
  if (tag !== undefined && !tagForm.test(tag)) throw badName(text, `${tag} is not a tag`);
  if (hasHost && !hostForm.test(first)) throw badName(text, `${first} is not a host`);
  return {
    ...place(hasHost ? first : undefined, repository, text, env),
    reference: digest ?? tag ?? 'latest',
    digest,
  };
}

function place(
  host: string | undefined,
  repository: string,
  text: string,
  env: Readonly<Record<string, string | undefined>>,
): Pick<ImageName, 'host' | 'registry' | 'repository'> {
  const [name, server] = splitAt(
    env[defaultRegistryVariable] ?? '',
    (env[defaultRegistryVariable] ?? '').indexOf('='),
  );
  if (host !== undefined && host !== name) return { host, registry: host, repository };
  if (name === '') {
    throw new BerthwatchError('USAGE', `${text} does not say which registry it is in`, {
      place: text,
      next: `write the host before it (HOST/${repository}), or name the usual registry in ${defaultRegistryVariable}`,
    });
  }
  // Docker's rule for its default registry: a name of one part is an official image.
  const whole = repository.includes('/') ? repository : `library/${repository}`;
  return { host: server ?? name, registry: name, repository: whole };
}

function splitAt(text: string, at: number): [string, string | undefined] {
  return at < 0 ? [text, undefined] : [text.slice(0, at), text.slice(at + 1)];
}

function badName(text: string, reason: string): BerthwatchError {
  return new BerthwatchError('USAGE', `${text} is not an image name: ${reason}`, {
    place: text,
    next: 'write it like HOST/NAME:TAG or HOST/NAME@sha256:…',
  });
}
