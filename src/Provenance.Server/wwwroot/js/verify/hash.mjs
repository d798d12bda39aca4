// SHA-256 is the browser's own; keccak-256 is not in WebCrypto and comes from @noble/hashes.
import { keccak_256 } from '../../lib/noble/hashes/sha3.mjs';

/** SHA-256 of bytes. Needs a secure context (https or loopback): elsewhere browsers have no `crypto.subtle`. */
export const sha256 = async (bytes) => new Uint8Array(await globalThis.crypto.subtle.digest('SHA-256', bytes));

export const keccak256 = (bytes) => keccak_256(bytes);

/** Whether this browser can hash here at all. */
export const canHash = () => Boolean(globalThis.crypto?.subtle);
