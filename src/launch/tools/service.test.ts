import { expect, it } from 'vitest';
import { output } from '../test-kit.ts';

const files = { '/etc/init.d/cache': '#!/bin/sh\necho "$#:$*:$HOME:$LANG:$PWD"\n' };
const env = { LANG: 'C.UTF-8' };

it.each([
  ['service cache start', '1:start::C.UTF-8:/\n'],
  ['service cache start --port 81 "a  b"', '5:start --port 81 a b::C.UTF-8:/\n'],
  ['service cache', '0:::C.UTF-8:/\n'],
  ['service cache --full-restart', '1:stop::C.UTF-8:/\n1:start::C.UTF-8:/\n'],
  ['invoke-rc.d --quiet --force cache restart', '1:restart::C.UTF-8:/\n'],
  ['service none start || echo failed', 'failed\n'],
])('%s hands its words to the script of the service', (line, expected) => {
  expect(output(`cd /tmp; ${line}`, { files, env })).toBe(expected);
});
