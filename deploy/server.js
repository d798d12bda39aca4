'use strict';
// Starts the ledger's server for people who cloned the repository: installs what is missing, builds, waits until it is ready.
const { spawn, spawnSync } = require('node:child_process');
const fs = require('node:fs');
const path = require('node:path');

const root = path.resolve(__dirname, '..');
const project = path.join(root, 'src', 'Provenance.Server');

/** Runs a tool to its end; its output is shown only when it fails. */
function run(what, command, args) {
  process.stderr.write(`${what} …\n`);
  const result = spawnSync(command, args, { cwd: root, encoding: 'utf8', shell: process.platform === 'win32' });
  if (result.error || result.status !== 0) {
    process.stderr.write(`${result.stdout ?? ''}${result.stderr ?? ''}\n`);
    throw new Error(
      result.error?.code === 'ENOENT'
        ? `${command} was not found. Install ${command === 'dotnet' ? 'the .NET 10 SDK' : 'Node.js 20 or newer'} and try again.`
        : `${what} failed (${command} ${args.join(' ')}).`,
    );
  }
}

/** Installs npm packages when they are not there, and builds the server. */
function prepare() {
  const lock = path.join(root, 'package-lock.json');
  const installed = path.join(root, 'node_modules', '.package-lock.json');
  if (!fs.existsSync(installed) || fs.statSync(installed).mtimeMs < fs.statSync(lock).mtimeMs) {
    run('Installing npm packages', 'npm', ['ci', '--no-audit', '--no-fund']);
  }
  run('Building the server', 'dotnet', ['build', project, '-c', 'Release', '--nologo', '-v', 'quiet']);
}

/**
 * Starts the server and resolves when it can take events.
 * @param {{dataDirectory: string, url: string, settings?: Record<string, string>, quiet?: boolean}} options
 * @returns {Promise<{url: string, process: import("node:child_process").ChildProcess, stop: () => Promise<void>}>}
 */
async function start({ dataDirectory, url, settings = {}, quiet = false }) {
  const output = process.env.UseNethereum === 'true' ? 'bin/nethereum' : 'bin';
  const assembly = path.join(project, output, 'Release', 'net10.0', 'Provenance.Server.dll');
  const child = spawn('dotnet', [assembly, '--urls', url], {
    cwd: project,
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, Ledger__DataDirectory: dataDirectory, ...settings },
  });
  let ended = null;
  child.once('exit', (code, signal) => (ended = { code, signal }));
  child.stdout.on('data', (text) => quiet || process.stderr.write(text));
  for (const deadline = Date.now() + 60_000; Date.now() < deadline;) {
    if (ended) {
      throw new Error(`The server ended (${ended.signal ?? `exit ${ended.code}`}) before it was ready.`);
    }
    if (await isReady(url)) {
      return { url, process: child, stop: () => stop(child) };
    }
    await new Promise((resolve) => setTimeout(resolve, 150));
  }
  await stop(child);
  throw new Error('The server was not ready after 60 s.');
}

async function isReady(url) {
  try {
    return (await fetch(`${url}/health/ready`)).ok;
  } catch {
    return false; // not listening yet
  }
}

function stop(child) {
  if (child.exitCode !== null || child.signalCode !== null) {
    return Promise.resolve();
  }
  return new Promise((resolve) => {
    child.once('exit', () => resolve());
    child.kill('SIGTERM');
  });
}

/** Ends the server with this program, however this program ends. */
function stopTogether(server) {
  for (const signal of ['SIGINT', 'SIGTERM']) {
    process.on(signal, () => void server.stop().then(() => process.exit(0)));
  }
  process.on('exit', () => server.process.kill('SIGTERM'));
  server.process.once('exit', (code) => process.exit(code ?? 1));
}

module.exports = { root, prepare, start, stopTogether };
