import { describe, expect, it } from 'vitest';
import { show } from '../show.ts';
import { phpConstants } from './php-constants.ts';

const tree = (text: string) => show(phpConstants.parse(`<?php ${text}`, '/c.php'));

describe('php-constants', () => {
  it('reads define, const and variables in the order of the file', () => {
    expect(
      show(
        phpConstants.parse(
          "<?php\n// c\ndefine( 'DB_HOST', 'db:3307' );\nconst A = 5;\n$table_prefix = 'wp_';\n",
          '/c',
        ),
      ),
    ).toBe('3 DB_HOST db:3307 [string]\n4 A 5 [number]\n5 $table_prefix wp_ [string]');
  });

  it.each([
    [`define('A', 'it\\'s \\n \\\\');`, `1 A "it's \\\\n \\\\" [string]`],
    [`define("A", "a\\n\\x41\\101\\u{e9}\\$b\\q");`, '1 A "a\\nAAé$b\\\\q" [string]'],
    [`define('A', 'a' . 'b' . "c");`, '1 A abc [string]'],
    [`define('A', true); define('B', NULL);`, '1 A true [boolean]\n1 B NULL [null]'],
    ["define('A', -1); const B = 0x1F;", '1 A -1 [number]\n1 B 0x1F [number]'],
    [`define('A', 'b', false);`, '1 A b [string]'],
    [`\\define('A', 'b');`, '1 A b [string]'],
    [`DEFINE('A','b')/* c; */;`, '1 A b [string]'],
    [`defined('A') or define('A', 'b');`, '1 A b [string]'],
    [`if (!defined('A')) { define('A', 'b'); }`, '1 A b [string]'],
    [`define('A', getenv('B'));`, '1 A getenv B [call]'],
    [`define('A', getenv_docker('B', 'c'));`, '1 A getenv_docker B c [call]'],
    ["define('A', f());", '1 A f [call]'],
    [`define('A', f('b',));`, '1 A f b [call]'],
    [`define('A', f('b', g()));`, `1 A "f('b', g())" [expression]`],
    [`define('A', f($x) . 'b');`, `1 A "f($x) . 'b'" [expression]`],
    [`define('A', __DIR__ . '/b');`, `1 A "__DIR__ . '/b'" [expression]`],
    ['define(\'A\', "a $b");', '1 A "\\"a $b\\"" [expression]'],
    [`$a = "x"; $a['b'] = 'c'; $d == 'e'; $o->define('f', 'g');`, '1 $a x [string]'],
    ['const A = 1 # c\n// d;\n;', '1 A 1 [number]'],
    [`?> define('A', 'b'); <?php define('C', 'd') ?>`, '1 C d [string]'],
    [`# define('A', 'b');\n/* define('C', 'd'); */ $s = 'define(1)';`, '2 $s define(1) [string]'],
    [
      "$x = <<<EOT\ndefine('A', 'b');\n  EOT;\nconst B = 1;",
      `1 $x "<<<EOT\\ndefine('A', 'b');\\n  EOT" [expression]\n4 B 1 [number]`,
    ],
  ])('reads %j', (text, expected) => expect(tree(text)).toBe(expected));

  it('names the files that are read in between', () => {
    expect(tree("require '/a.php'; @include_once(__DIR__ . '/b.php');")).toBe(
      `1 require /a.php [string]\n1 require "__DIR__ . '/b.php'" [expression]`,
    );
  });

  it('keeps the conditions that a setting stands under', () => {
    const text =
      "<?php if ($a) { define('A', 'b'); } else { define('A', 'c'); } defined('B') or define('B', 'd');";
    expect(phpConstants.parse(text, '/c').nodes.map(({ raw }) => raw)).toEqual([
      "if ($a) define('A', 'b'",
      "else define('A', 'c'",
      "defined('B') or define('B', 'd'",
    ]);
  });

  it('reads nothing outside of PHP', () => {
    expect(show(phpConstants.parse("define('A', 'b');", '/c'))).toBe('');
  });

  it('gives spans from the name or `define` to the value', () => {
    const text = "<?php define('A', 'b' ); const C = 1 ;";
    expect(phpConstants.parse(text, '/c').nodes.map((node) => text.slice(...node.span))).toEqual([
      "define('A', 'b'",
      'C = 1',
    ]);
  });
});
