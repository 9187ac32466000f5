import type { Audit } from '../model/audit.ts';

/** How grave a verdict is: RFC 5424 (6.2.1, table 2) and OCSF (`severity_id`) each in its own numbers. */
export const severities: Readonly<
  Record<Audit['verdict'], { syslog: number; ocsf: 'Critical' | 'High' | 'Medium' }>
> = {
  'port-hijack': { syslog: 2, ocsf: 'Critical' },
  'altered-app': { syslog: 3, ocsf: 'High' },
  'unknown-listener': { syslog: 3, ocsf: 'High' },
  'unexpected-port': { syslog: 4, ocsf: 'Medium' },
  'wider-address': { syslog: 4, ocsf: 'Medium' },
};
