import manifest from '../../package.json' with { type: 'json' };

/** The program's version, which the build puts in. */
export const version: string = manifest.version;
