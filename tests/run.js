'use strict';
// npm test: contract, browser modules, .NET and end-to-end tests, one after the other, and one line that counts them all.
// Locally, tests whose Chromium or conformance data is missing are skipped and say how to get it; with CI=true a skip fails.
const { spawn, spawnSync } = require('node:child_process');
const fs = require('node:fs');
const path = require('node:path');

const root = path.resolve(__dirname, '..');
const isCi = process.env.CI === 'true';

/** Runs one suite with its output shown, and resolves to that output and the exit code. */
function run(title, command, args, settings = {}) {
  console.log(`\n— ${title}`);
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      cwd: root,
      stdio: ['ignore', 'pipe', 'inherit'],
      env: { ...process.env, ...settings },
    });
    let output = '';
    child.stdout.on('data', (text) => {
      output += text;
      process.stdout.write(text);
    });
    child.once('error', (error) => resolve({ output: `${output}${error.message}`, code: 1 }));
    child.once('exit', (code) => resolve({ output, code: code ?? 1 }));
  });
}

/** Adds up every number that a pattern finds. */
const sum = (text, pattern) => [...text.matchAll(pattern)].reduce((total, match) => total + Number(match[1]), 0);

const suites = [
  {
    title: 'Contract',
    command: 'npx',
    args: ['hardhat', 'test'],
    passed: /^\s*(\d+) passing/gm,
    failed: /^\s*(\d+) failing/gm,
    skipped: /^\s*(\d+) pending/gm,
  },
  {
    title: 'Generated files',
    command: 'node',
    args: ['contracts/generate.js', '--check'],
    alone: true,
  },
  {
    title: 'Browser modules',
    command: process.execPath,
    args: ['--test', '--test-reporter=tap', ...modules()],
    passed: /^# pass (\d+)/gm,
    failed: /^# fail (\d+)/gm,
    skipped: /^# skipped (\d+)/gm,
  },
  { title: 'Build', command: 'dotnet', args: ['build', 'Provenance.sln', '--nologo', '-v', 'quiet'], alone: true },
  dotnet('Server, core and chain', 'tests/Provenance.Tests', withoutCaddy()),
  dotnet('End to end', 'tests/Provenance.EndToEnd'),
];

/** The resolver behind the proxy of deploy/ needs Caddy. Locally it is left out where there is none; in CI it fails. */
function withoutCaddy() {
  if (isCi || spawnSync('caddy', ['version']).status === 0) {
    return [];
  }
  console.log('No caddy: the resolver behind the proxy of deploy/ is not tested here. Run apt-get install caddy.');
  return ['--filter', 'FullyQualifiedName!~StatementsBehindProxy'];
}

function dotnet(title, project, more = []) {
  return {
    title,
    command: 'dotnet',
    args: ['test', project, '--no-build', '--nologo', '-v', 'quiet', '--logger', 'console;verbosity=minimal', ...more],
    passed: /Passed:\s+(\d+)/g,
    failed: /Failed:\s+(\d+)/g,
    skipped: /Skipped:\s+(\d+)/g,
  };
}

function modules() {
  const folder = path.join(__dirname, 'js');
  return fs
    .readdirSync(folder)
    .filter((name) => name.endsWith('.test.mjs'))
    .map((name) => path.join(folder, name));
}

/** Runs a suite and adds what it counted. */
async function count(suite, total) {
  const { output, code } = await run(suite.title, suite.command, suite.args, suite.settings);
  if (suite.alone) {
    total[code === 0 ? 'passed' : 'failed'] += 1;
    return;
  }
  const counts = {
    passed: sum(output, suite.passed),
    failed: sum(output, suite.failed),
    skipped: sum(output, suite.skipped),
  };
  // A suite that died counts as a failure even where it counted none, and so does one that ran nothing.
  counts.failed += counts.failed === 0 && (code !== 0 || counts.passed === 0) ? 1 : 0;
  for (const key of Object.keys(total)) {
    total[key] += counts[key];
  }
}

/** The other chain client (src/decisions/0004): CI builds with it, and tests what asks a chain, wherever the package feed has it. */
async function nethereum(total) {
  if (process.env.UseNethereum === 'true') {
    return; // all of the above was built with it
  }
  if (!isCi) {
    console.log('\n— Nethereum\nNot built here: UseNethereum=true npm test runs everything with it.');
    return;
  }
  const settings = { UseNethereum: 'true' };
  const restore = await run('Nethereum: restore', 'dotnet', ['restore', 'Provenance.sln'], settings);
  // No such package (NU1101), version (NU1102, NU1103) or dependency (NU1603) on this feed. Anything else is a fault of ours.
  if (restore.code !== 0 && /error NU(110[123]|1603)/.test(restore.output)) {
    console.log('The package feed lacks Nethereum: its chain client was neither built nor tested here.');
    return;
  }
  const build = ['build', 'Provenance.sln', '--no-restore', '--nologo', '-v', 'quiet'];
  await count({ title: 'Nethereum: build', command: 'dotnet', args: build, alone: true, settings }, total);
  for (const [title, project, tests] of [
    ['Nethereum: chain', 'tests/Provenance.Tests', 'Provenance.Tests.Chain.Nethereum'],
    ['Nethereum: server and command line', 'tests/Provenance.EndToEnd', 'VerifyTests'],
  ]) {
    const suite = dotnet(title, project);
    await count({ ...suite, args: [...suite.args, '--filter', `FullyQualifiedName~${tests}`], settings }, total);
  }
}

async function main() {
  const total = { passed: 0, failed: 0, skipped: 0 };
  for (const suite of suites) {
    await count(suite, total);
  }
  await nethereum(total);
  if (isCi && total.skipped > 0) {
    console.log(`\n${total.skipped} skipped, which CI counts as failed.`);
    total.failed += total.skipped;
    total.skipped = 0;
  }
  const skipped = total.skipped > 0 ? `, ${total.skipped} skipped` : '';
  console.log(`\n${total.passed} passed, ${total.failed} failed${skipped}`);
  process.exit(total.failed === 0 ? 0 : 1);
}

void main();
