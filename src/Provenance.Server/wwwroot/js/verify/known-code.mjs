// Hashes of the contract code that this verifier knows, bare hex. Filled from the Hardhat artifact; a test fails when it is stale.
export const KNOWN_CODE = new Set([]);
