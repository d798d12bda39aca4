'use strict';
// npm start: a ledger in ./data. Settings come from the environment (Ledger__…); see README.md, Configuration.
const path = require('node:path');
const { root, prepare, start, stopTogether } = require('./server');

async function main() {
  prepare();
  const url = process.env.ASPNETCORE_URLS ?? 'http://127.0.0.1:5080';
  const dataDirectory = process.env.Ledger__DataDirectory ?? path.join(root, 'data');
  const server = await start({ dataDirectory, url });
  stopTogether(server);
  console.log(`Provenance is ready: ${url}  (data in ${dataDirectory}; Ctrl-C ends it)`);
}

main().catch((error) => {
  console.error(error.message);
  process.exit(1);
});
