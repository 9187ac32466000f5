import { dress, type Generated } from './dress.ts';
import type { Random } from './random.ts';

const site = '/etc/apache2/sites-enabled/000-default.conf';
const pool = '/etc/php/8.2/fpm/pool.d/www.conf';

/** One WordPress below Apache or nginx, with PHP inside or beside it. */
export function wordpressCase(random: Random): Generated {
  const folder = random.pick(['/var/www/html', '/srv/blog', '/var/www/html/blog']);
  const port = random.int(8_000, 8_900);
  const files: Record<string, string> = {
    [`${folder}/wp-includes/version.php`]: "<?php $wp_version = '6.1.1';\n",
    [`${folder}/wp-config.php`]: `<?php\ndefine( 'DB_HOST', '${random.pick(['db', 'db:3307', ':/run/db.sock'])}' );\n`,
  };
  if (random.chance(0.5)) {
    files[site] = `Listen ${port}\n<VirtualHost *:${port}>\nDocumentRoot ${folder}\n</VirtualHost>\n`;
    return dress(random, { command: ['apache2ctl', '-D', 'FOREGROUND'], env: {}, files });
  }
  const listen = random.pick(['127.0.0.1:9000', '9000', '/run/php/blog.sock']);
  const pass = listen.startsWith('/') ? `unix:${listen}` : '127.0.0.1:9000';
  files[pool] = `[www]\nuser = www-data\nlisten = ${listen}\npm = ondemand\npm.max_children = 2\n`;
  files['/etc/nginx/conf.d/blog.conf'] =
    `server {\n  listen ${port};\n  root ${folder};\n  location ~ \\.php$ { fastcgi_pass ${pass}; }\n}\n`;
  files['/srv/both'] = 'php-fpm8.2\nexec nginx -g "daemon off;"\n';
  return dress(random, { command: ['sh', '-e', '/srv/both'], env: {}, files });
}
