import { posix } from 'node:path';
import type { Launch } from '../../../model/launch.ts';
import type { Rootfs } from '../../../rootfs/rootfs.ts';

/** System properties that the machine sets by itself, as far as the image tells (java.lang.System.getProperties). */
export function ownProperties(launch: Launch, rootfs: Rootfs): Map<string, string> {
  const home = posix.dirname(posix.dirname(launch.realExe ?? ''));
  const version = versionOf(home, rootfs);
  const feature = version.replace(/^1\./, '').split(/[.+-]/)[0] ?? '';
  const specification = version.startsWith('1.') ? `1.${feature}` : feature;
  const { name } = launch.user;
  return new Map(
    [
      ['java.home', home],
      ['java.version', version],
      ['java.specification.version', specification],
      ['java.vm.specification.version', specification],
      ['java.io.tmpdir', '/tmp'],
      ['user.dir', launch.cwd],
      ['user.name', name],
      ['user.home', launch.env.HOME ?? ''],
      ['os.name', 'Linux'],
      ['file.separator', '/'],
      ['path.separator', ':'],
      ['line.separator', '\n'],
    ].filter((pair): pair is [string, string] => pair[1] !== ''),
  );
}

/** `release` stands in the home of a JDK or JRE; of JDK 8 also the JRE inside it runs. */
function versionOf(home: string, rootfs: Rootfs): string {
  for (const folder of [home, posix.dirname(home)]) {
    const found = /^JAVA_VERSION="([^"]+)"/m.exec(rootfs.readText(`${folder}/release`) ?? '')?.[1];
    if (found !== undefined) return found;
  }
  return '';
}
