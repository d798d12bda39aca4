// Outside data stays outside the repository: where it is absent its tests are skipped, and in CI that fails.
import fs from 'node:fs';
import path from 'node:path';

const root =
  process.env.PROVENANCE_CONFORMANCE ?? path.join(import.meta.dirname, '..', '..', '..', 'shared', 'conformance');
const isThere = fs.existsSync(root);
if (!isThere && process.env.CI === 'true') throw new Error(`conformance data is missing at ${root}`);

export const conformance = {
  missing: isThere ? false : 'set PROVENANCE_CONFORMANCE to the conformance data',
  path: (name) => path.join(root, name),
};
