/** What each kind of finding means for the reader, and what to do. `docs/errors.md` tells more of each. */
export const meanings: Readonly<Record<string, string>> = {
  'admin-port-open':
    'Bind it to an address that only operators and members reach, or keep others out by a network policy.',
  'archive-damaged': 'What follows is lost: listeners may be missing. Fetch or save the archive again.',
  'archive-incomplete': 'Other images and names that were in it are lost. Fetch or save the archive again.',
  'cache-unusable': 'The result is right; only the next scan will not be faster. See --cache-dir.',
  'config-changed': 'The upper one is what counts.',
  'config-limit': 'Reading stopped at a safety limit: what lies behind it is not in the result.',
  'config-not-read': 'What it sets has no effect: its name or place is not one that the program looks at.',
  'config-problem': 'The program may read this line otherwise, or refuse it.',
  'config-renamed': 'A tool changed it or its name: what it says of the start may not be what was built.',
  'config-unreadable': 'What this file sets is not in the result: listeners may differ.',
  'debug-port-open': 'Whoever reaches it runs code in the process. Leave it off, or bind it to loopback.',
  'entry-odd': 'An entry of a layer is not as archivers write it; it was read as far as it makes sense.',
  'container-ends': 'The listeners go with it. Run the last program in the foreground.',
  'entrypoint-not-followed': 'What is started after this point may differ. Name the command with `-- ARGS…`.',
  'exposed-not-listening': 'EXPOSE claims what the container does not do: mend one of them.',
  'file-missing':
    'If it is mounted when the container runs, the listeners are as shown; else nothing starts.',
  'hard-link-broken': 'The file behind this name is not there; it was left out.',
  'layer-damaged': 'Files of this layer may be missing: listeners may differ. Fetch the image again.',
  'layer-digest-mismatch': 'The content is not what the image names: damaged, or changed by someone.',
  'layer-missing': 'Its files are not in the result: listeners may differ. Fetch the image again.',
  'name-not-text': 'The name is kept as its bytes are.',
  'not-exposed': 'Add it to EXPOSE, or switch it off if nobody needs it.',
  'other-images': 'Name one behind the source to read it: FILE:NAME.',
  'other-platform': 'Choose another with --platform.',
  'pack-error':
    'A defect of the pack: what this program opens is not known. `berthwatch packs lint` checks packs.',
  'parent-not-directory': 'The entry can be in no container either.',
  'path-traversal': 'The name tries to lead out of the image; nothing outside was touched.',
  'plain-beside-tls': 'Who takes the plain port goes round the encryption. Switch it off if nobody needs it.',
  'port-conflict': 'The second can not start, or ends. Give one of them another port.',
  'unknown-condition': 'What depends on it is shown as possible.',
  'unknown-program':
    'If it is a server, its listeners are missing here. A pack of yours can tell them: see `--packs`.',
  'unknown-user':
    'File permissions are judged as for a user that nobody knows. A container would not start so.',
  'unknown-value': 'What depends on it is left out or only possible. Give it with --env or `-- ARGS…`.',
  'unresolved-name': 'Its address is only known in the running container.',
  'whiteout-of-nothing': 'It deletes nothing.',
  'will-not-start':
    'As it is configured here, it ends instead of listening. Give what it lacks with --env or `-- ARGS…`.',
};
