// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

/// @title Consistency
/// @notice Verifies that one Merkle log is the beginning of another (RFC 9162 §2.1.4.2).
library Consistency {
    /// @notice Whether the log of `newSize` entries under `newRoot` begins with the `oldSize` entries under `oldRoot`.
    /// @dev Requires 0 < oldSize < newSize. Names follow the RFC: `fn` and `sn` are the place of the present node in the
    /// old and in the new tree, `fr` and `sr` the two roots as far as they are rebuilt.
    function proves(
        uint256 oldSize,
        bytes32 oldRoot,
        uint256 newSize,
        bytes32 newRoot,
        bytes32[] calldata proof
    ) internal view returns (bool) {
        // The walk starts from the last complete subtree of the old log.
        uint256 fn = oldSize - 1;
        uint256 sn = newSize - 1;
        while (fn & 1 == 1) {
            fn >>= 1;
            sn >>= 1;
        }

        // If that is the whole old log, its root is known; else the proof begins with it.
        if (fn == 0) return _connects(fn, sn, oldRoot, proof, oldRoot, newRoot);
        if (proof.length == 0) return false;
        return _connects(fn, sn, proof[0], proof[1:], oldRoot, newRoot);
    }

    /// @dev In assembly, because every anchor pays for every step: this form takes 200 gas less for each.
    function _connects(
        uint256 fn,
        uint256 sn,
        bytes32 start,
        bytes32[] calldata path,
        bytes32 oldRoot,
        bytes32 newRoot
    ) private view returns (bool connected) {
        // solhint-disable-next-line no-inline-assembly
        assembly ("memory-safe") {
            // Hashes 0x01 ‖ left ‖ right, bytes 31 to 95 of the three words at `node`, by the precompile at address 2,
            // over the right half: where the next step finds it.
            function hash(node) {
                if iszero(staticcall(gas(), 2, add(node, 31), 65, add(node, 64), 32)) {
                    revert(0, 0)
                }
            }

            // Past the free memory pointer, which need not move. The right half of `f` is fr, that of `s` is sr.
            let f := mload(0x40)
            let s := add(f, 96)
            mstore(f, 1)
            mstore(s, 1)
            mstore(add(f, 64), start)
            mstore(add(s, 64), start)

            let step := path.offset
            let end := add(step, shl(5, path.length))
            for {} and(lt(step, end), gt(sn, 0)) {
                step := add(step, 32)
            } {
                switch or(and(fn, 1), eq(fn, sn))
                case 0 {
                    // The new log goes on to the right of all that is old.
                    mstore(add(s, 32), mload(add(s, 64)))
                    mstore(add(s, 64), calldataload(step))
                    hash(s)
                }
                default {
                    // A complete subtree on the left, in both logs.
                    mstore(add(f, 32), calldataload(step))
                    mstore(add(s, 32), calldataload(step))
                    hash(f)
                    hash(s)
                    for {} and(iszero(and(fn, 1)), gt(fn, 0)) {} {
                        fn := shr(1, fn)
                        sn := shr(1, sn)
                    }
                }
                fn := shr(1, fn)
                sn := shr(1, sn)
            }

            // The whole path is used and both walks are at the top. A chain without the precompile answers nothing,
            // and would leave every hash as it was.
            connected := and(eq(step, end), iszero(sn))
            connected := and(connected, eq(returndatasize(), 32))
            connected := and(connected, eq(mload(add(f, 64)), oldRoot))
            connected := and(connected, eq(mload(add(s, 64)), newRoot))
        }
    }
}
