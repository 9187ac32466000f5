/** What each kind of finding means for the reader, and what can be done. `docs/errors.md` has the long form. */
export const meanings: Readonly<Record<string, string>> = {
  'cache-unusable': 'The result is right, but the next scan of this image will not be faster.',
};
