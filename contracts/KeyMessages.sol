// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

/// @title KeyMessages
/// @notice What keys sign about themselves and each other: EIP-712 typed data under the ledger's own domain.
/// @dev The domain names the ledger by `salt` and no contract, so that a signature outlives a change of chain. What keeps
/// it from being used twice is the nonce, which no two contracts of one ledger share (see `nonceOf`).
library KeyMessages {
    bytes32 private constant DOMAIN = keccak256("EIP712Domain(string name,string version,bytes32 salt)");
    bytes32 private constant NAME = keccak256("Provenance");
    bytes32 private constant VERSION = keccak256("1");

    /// @dev Signed by `key`: it consents to speak for `party`. All others are signed by a key the party already has.
    bytes32 internal constant KEY = keccak256("ProvenanceKey(bytes32 party,address key,uint64 nonce)");
    bytes32 internal constant ADDITION = keccak256("ProvenanceKeyAddition(bytes32 party,address key,uint64 nonce)");
    bytes32 internal constant REVOCATION = keccak256("ProvenanceKeyRevocation(bytes32 party,address key,uint64 nonce)");
    bytes32 internal constant REJECTION = keccak256(
        "ProvenanceProposalRejection(bytes32 party,address key,uint64 nonce)"
    );
    bytes32 private constant COMPROMISE = keccak256(
        "ProvenanceKeyCompromise(bytes32 party,address key,uint64 since,uint64 nonce)"
    );

    /// @notice The hash to sign for any message but a report of compromise, by its type hash.
    function digest(
        bytes32 typeHash,
        bytes32 ledgerId,
        bytes32 party,
        address key,
        uint64 nonce
    ) internal pure returns (bytes32) {
        return _typedData(ledgerId, keccak256(abi.encode(typeHash, party, key, nonce)));
    }

    /// @notice The hash to sign for a report that `key` was in other hands since leaf `since`.
    function compromiseDigest(
        bytes32 ledgerId,
        bytes32 party,
        address key,
        uint64 since,
        uint64 nonce
    ) internal pure returns (bytes32) {
        return _typedData(ledgerId, keccak256(abi.encode(COMPROMISE, party, key, since, nonce)));
    }

    function _typedData(bytes32 ledgerId, bytes32 message) private pure returns (bytes32) {
        bytes32 domain = keccak256(abi.encode(DOMAIN, NAME, VERSION, ledgerId));
        return keccak256(abi.encodePacked(hex"1901", domain, message));
    }
}
