import assert from 'node:assert/strict';
import fs from 'node:fs';
import { describe, test } from 'node:test';

const read = (path) => fs.readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');

/** The file that `dotnet publish` makes of a project. */
const published = (name) => `${/<AssemblyName>([^<]+)</.exec(read(`src/${name}/${name}.csproj`))?.[1] ?? name}.dll`;

describe('deploy', () => {
  test('image and service start each program by the name under which it is published', () => {
    const program = { server: published('Provenance.Server'), cli: published('Provenance.Cli') };
    const started = ['deploy/Dockerfile', 'deploy/provenance.service'].flatMap((file) => [
      ...read(file).matchAll(/\/opt\/provenance\/(\w+)\/([\w.]+\.dll)/g),
    ]);
    assert.equal(started.length, 2);
    for (const [, folder, file] of started) assert.equal(file, program[folder]);
    assert.match(
      read('deploy/Dockerfile'),
      new RegExp(`WORKDIR /opt/provenance/server[^]*ENTRYPOINT \\["dotnet", "${program.server}"\\]`),
    );
  });
});
