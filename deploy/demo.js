'use strict';
// npm run demo: a throw-away ledger that tells one story through the public API, then stays open to look around.
const crypto = require('node:crypto');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { prepare, start, stopTogether } = require('./server');
const { tell } = require('./demo/story');

async function main() {
  prepare();
  const url = process.env.ASPNETCORE_URLS ?? 'http://127.0.0.1:5080';
  const dataDirectory = fs.mkdtempSync(path.join(os.tmpdir(), 'provenance-demo-'));
  const adminKey = `demo-${crypto.randomBytes(18).toString('base64url')}`;
  const server = await start({ dataDirectory, url, settings: { Ledger__AdminKey: adminKey }, quiet: true });
  process.on('exit', () => fs.rmSync(dataDirectory, { recursive: true, force: true }));
  stopTogether(server);

  const story = await tell(url, adminKey, (line) => process.stderr.write(`  ${line}\n`));
  console.log(`
The story is told: ${story.events} events of ${story.parties} parties, every one on the trial chain.

  Buyer      ${story.buyer}
             what somebody sees who scans the code on a bag of coffee (${story.qr})
             ${story.recalled}
             a recalled lot of milk, and what its buyer sees of the cheese made of it: ${story.affected}
  Supplier   ${url}/docs
             the API; try it with the roaster's key ${story.supplierKey}
  Auditor    ${story.bundle}
             a trail to verify with this server switched off (auditor's key ${story.auditorKey}):
             curl -u :${story.auditorKey} -o trail.provenance.zip "${story.bundle}"
             dotnet run --project src/Provenance.Cli -- verify trail.provenance.zip
             and, while the trial chain runs, with: --rpc ${story.rpc} --contract ${story.contract}
             where the recalled milk went: curl -u :${story.auditorKey} "${story.forward}"
             is the ledger's own data whole? dotnet run --project src/Provenance.Cli -- check --data ${dataDirectory}

This ledger is thrown away when you press Ctrl-C.`);
}

main().catch((error) => {
  console.error(error.message);
  process.exit(1);
});
