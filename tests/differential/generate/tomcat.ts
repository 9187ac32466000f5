import { dress, type Generated, type Plain } from './dress.ts';
import type { Random } from './random.ts';

const home = '/usr/local/tomcat';
const addresses = ['127.0.0.1', '0.0.0.0', '::', '::1', '10.9.0.2', 'fd00:9::2', 'localhost', ''];
const protocols = [
  ...['HTTP/1.1', 'AJP/1.3', 'org.apache.coyote.http11.Http11NioProtocol'],
  ...['org.apache.coyote.http11.Http11Nio2Protocol', 'org.apache.coyote.ajp.AjpNio2Protocol', 'HTTP/2'],
];
const noise = [
  '<!-- <Connector port="1"/> -->',
  '<Listener className="org.apache.catalina.core.ThreadLocalLeakPreventionListener"/>',
  '',
];

/** One Tomcat: connectors, variables of several sources, what the Java machine opens, and ways to start it. */
export function tomcatCase(random: Random): Generated {
  const variables = new Variables(random);
  const files: Record<string, string> = {};
  const base = random.chance(0.3) ? '/srv/base' : home;
  files[`${base}/conf/${random.chance(0.15) ? 'other' : 'server'}.xml`] = serverXml(random, variables);
  const [config = ''] = Object.keys(files);
  const env: Record<string, string> = {};
  const options = [...variables.options, ...machineOptions(random)];
  if (variables.lines.length > 0 || base === home) {
    const loader = `common.loader="\${catalina.home}/lib","\${catalina.home}/lib/*.jar"`;
    files[`${base}/conf/catalina.properties`] = `${[loader, ...variables.lines].join('\n')}\n`;
  }
  const word = config.endsWith('other.xml') ? ['-config', random.pick([config, 'conf/other.xml'])] : [];
  const plain: Plain = random.chance(0.25)
    ? { command: javaCommand(random, base, options, word), env, files }
    : { command: script(random, base, options, word, env, files), env, files };
  return { ...dress(random, plain), settle: 2500 };
}

/** Values that the config names, and where they are set. */
class Variables {
  readonly options: string[] = [];
  readonly lines: string[] = [];
  readonly #random: Random;
  #count = 0;

  constructor(random: Random) {
    this.#random = random;
  }

  /** A number as it is, or a variable that stands for it. */
  number(value: number): string {
    if (this.#random.chance(0.6)) return String(value);
    const name = `v${++this.#count}`;
    const way = this.#random.int(0, 3);
    if (way === 0) return `\${${name}:-${value}}`;
    if (way !== 1) this.options.push(`-D${name}=${way === 2 ? value : value + 1}`);
    if (way !== 2)
      this.lines.push(this.#random.pick([`${name}=${value}`, `${name} : ${value}`, `${name} ${value}`]));
    return `\${${name}}`;
  }
}

function serverXml(random: Random, variables: Variables): string {
  const port = random.pick(['', ' port="-1"', ` port="${variables.number(random.int(2_000, 9_000))}"`]);
  const offset = random.chance(0.25) ? ` portOffset="${variables.number(random.int(100, 999))}"` : '';
  const address = random.chance(0.15) ? ' address="0.0.0.0"' : '';
  const services = Array.from({ length: random.int(1, 2) }, (_, index) => service(random, variables, index));
  return `<?xml version="1.0"?>\n<Server${port}${offset}${address}>\n${random.pick(noise)}\n${services.join('\n')}\n</Server>\n`;
}

function service(random: Random, variables: Variables, index: number): string {
  const connectors = Array.from({ length: random.int(1, 3) }, () => connector(random, variables));
  const engine = `<Engine name="e${index}" defaultHost="l"><Host name="l" appBase="none"/></Engine>`;
  return `<Service name="s${index}">\n${connectors.join('\n')}\n${engine}\n</Service>`;
}

function connector(random: Random, variables: Variables): string {
  const attributes = [
    `port="${random.chance(0.06) ? random.pick(['0', '-1', 'x']) : variables.number(random.int(10_000, 50_000))}"`,
  ];
  if (random.chance(0.4)) attributes.push(`address="${random.pick(addresses)}"`);
  if (random.chance(0.5)) attributes.push(`protocol="${random.pick(protocols)}"`, 'secretRequired="false"');
  if (random.chance(0.15)) attributes.push(`bindOnInit="${random.pick(['true', 'false'])}"`);
  if (random.chance(0.1)) attributes.push('redirectPort="8443"');
  return `<Connector ${random.shuffle(attributes).join(random.pick([' ', '\n  ']))}/>`;
}

function machineOptions(random: Random): string[] {
  const options: string[] = [];
  if (random.chance(0.15)) options.push('-Djava.net.preferIPv4Stack=true');
  if (random.chance(0.2)) {
    const jmx = '-Dcom.sun.management.jmxremote';
    options.push(`${jmx}.port=9910`, `${jmx}.ssl=false`, `${jmx}.authenticate=false`);
    if (random.chance(0.6)) options.push(`${jmx}.rmi.port=${random.pick(['9910', '9911'])}`);
    if (random.chance(0.3)) options.push(`${jmx}.host=127.0.0.1`);
  }
  if (random.chance(0.2)) {
    const address = random.pick(['5005', '*:5005', '127.0.0.1:5005', '0.0.0.0:5005', 'localhost:5005']);
    const suspend = random.pick(['n', 'n', 'n', 'y']);
    options.push(`-agentlib:jdwp=transport=dt_socket,server=y,suspend=${suspend},address=${address}`);
  }
  return options;
}

function javaCommand(random: Random, base: string, options: string[], word: string[]): string[] {
  const jars = random.pick([`${home}/bin/*`, `${home}/bin/bootstrap.jar:${home}/bin/tomcat-juli.jar`]);
  const folders = [`-Dcatalina.home=${home}`, `-Dcatalina.base=${base}`];
  return [
    'java',
    random.pick(['-cp', '-classpath']),
    jars,
    ...folders,
    ...options,
    'org.apache.catalina.startup.Bootstrap',
    ...word,
    'start',
  ];
}

/** The control script, with options by variables, by setenv.sh, or by both. */
function script(
  random: Random,
  base: string,
  options: string[],
  word: string[],
  env: Record<string, string>,
  files: Record<string, string>,
): string[] {
  if (base !== home || random.chance(0.3)) env.CATALINA_BASE = base;
  const split = random.int(0, options.length);
  const variable = random.pick(['CATALINA_OPTS', 'JAVA_OPTS', 'JAVA_TOOL_OPTIONS', 'JDK_JAVA_OPTIONS']);
  if (split > 0) env[variable] = options.slice(0, split).join(' ');
  const rest = options.slice(split).join(' ');
  if (rest !== '') files[`${base}/bin/setenv.sh`] = `export CATALINA_OPTS="$CATALINA_OPTS ${rest}"\n`;
  const jpda = random.chance(0.1) && !options.some((option) => option.includes('jdwp')) ? ['jpda'] : [];
  return [`${home}/bin/catalina.sh`, ...jpda, 'run', ...word];
}
