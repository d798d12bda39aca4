// Asks a chain's node, over JSON-RPC, whether a block is one of the chain's.
const TIMEOUT_MS = 15_000;

/**
 * What the node at `url` says of the block that the evidence names: for verifyProof's `chain`.
 * `contract` is the one that the reader knows the ledger by. Answers `{reason, host}` when there is no telling.
 */
export async function askChain(url, contract, evidence) {
  const { host, origin } = new URL(url);
  if (origin === globalThis.location?.origin) return { reason: 'own-origin', host };
  try {
    const chainId = Number(await call(url, 'eth_chainId', []));
    const block = await call(url, 'eth_getBlockByNumber', ['0x' + evidence.block.toString(16), false]);
    return {
      host,
      chainId,
      contract: contract.toLowerCase(),
      blockHash: block ? block.hash.slice(2) : null,
      finalBlock: await finalBlock(url),
    };
  } catch (error) {
    return { reason: 'unreachable', host, detail: String(error.message ?? error) };
  }
}

/** Number of the newest final block; null for a node that does not know of finality. */
async function finalBlock(url) {
  try {
    return Number((await call(url, 'eth_getBlockByNumber', ['finalized', false])).number);
  } catch {
    return null;
  }
}

async function call(url, method, params) {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }),
    credentials: 'omit',
    referrerPolicy: 'no-referrer',
    signal: AbortSignal.timeout(TIMEOUT_MS),
  });
  if (!response.ok) throw new Error(`HTTP ${response.status}`);
  const { result, error } = await response.json();
  if (error) throw new Error(error.message);
  return result;
}
