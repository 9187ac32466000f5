import { describe, expect, it } from 'vitest';
import { show } from '../show.ts';
import { inetd } from './inetd.ts';

const tree = (text: string) => show(inetd.parse(text, '/inetd.conf'));

describe('inetd', () => {
  it('reads fields between blanks, up to a comment', () => {
    expect(
      tree(
        '# c\necho\tstream tcp  nowait root internal\r\n\n  8099 stream tcp6 nowait root /bin/x x -i # y\n#\n',
      ),
    ).toBe('2 echo stream tcp nowait root internal\n4 8099 stream tcp6 nowait root /bin/x x -i');
  });

  it('joins lines at a backslash only', () => {
    expect(tree('ftp stream tcp nowait root \\\n /bin/ftpd ftpd\n  tftp dgram udp wait root /t\n')).toBe(
      '1 ftp stream tcp nowait root /bin/ftpd ftpd\n3 tftp dgram udp wait root /t',
    );
  });

  it('reads hosts: of one service, or of all that follow', () => {
    expect(tree('127.0.0.1:\n*:daytime dgram udp wait root internal\n*:\n7 stream tcp nowait root x')).toBe(
      [
        '1 127.0.0.1:',
        '  2 *:daytime dgram udp wait root internal',
        '3 *:',
        '  4 7 stream tcp nowait root x',
      ].join('\n'),
    );
  });

  it('says which entries are ignored', () => {
    expect(tree('echo stream tcp\n')).toBe('1 echo stream tcp\n? 1 too few fields: entry ignored');
  });
});
