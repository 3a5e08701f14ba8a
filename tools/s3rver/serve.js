// Serves one bucket on a free port of this machine until standard input ends: node serve.js FOLDER BUCKET. The first line says the port.
const S3rver = require('s3rver');

const [directory, bucket] = process.argv.slice(2);
const server = new S3rver({ address: '127.0.0.1', port: 0, directory, silent: true, configureBuckets: [{ name: bucket, configs: [] }] });

server.run().then(({ port }) => console.log(port));
process.stdin.on('end', () => process.exit(0)).resume();
