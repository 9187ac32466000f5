// One scan by the peer: node scan.js docker-archive:F | oci-archive:F
import plugin from 'snyk-docker-plugin';

const { scanResults } = await plugin.scan({ path: process.argv[2], imageNameAndTag: 'bench:latest' });
process.stdout.write(`${scanResults.length} results\n`);
