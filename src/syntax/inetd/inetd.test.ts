import { describe, expect, it } from 'vitest';
import { show } from '../show.ts';
import { inetd } from './inetd.ts';

const tree = (text: string) => show(inetd.parse(text, '/inetd.conf'));

describe('inetd', () => {
  it('reads fields between blanks', () => {
    expect(
      tree('# c\necho\tstream tcp  nowait root internal\n\n8099 stream tcp6 nowait root /bin/x x -i # y\n'),
    ).toBe('2 echo stream tcp nowait root internal\n4 8099 stream tcp6 nowait root /bin/x x -i # y');
  });

  it('takes a line that begins with a blank as part of the entry before', () => {
    expect(
      tree('ftp stream tcp nowait root\n\t/bin/ftpd\n  ftpd -l\r\n#\n  tftp dgram udp wait root /t\n'),
    ).toBe('1 ftp stream tcp nowait root /bin/ftpd ftpd -l\n5 tftp dgram udp wait root /t');
  });

  it('reads hosts: of one service, or of all that follow', () => {
    expect(tree('127.0.0.1:\n*:daytime dgram udp wait root internal')).toBe(
      '1 127.0.0.1:\n2 *:daytime dgram udp wait root internal',
    );
  });

  it('says which entries are ignored', () => {
    expect(tree('echo stream tcp\n')).toBe('1 echo stream tcp\n? 1 too few fields: entry ignored');
  });
});
