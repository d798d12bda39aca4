// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

/// @title IProvenanceLedger
/// @notice Everything a server may ask of a ledger's contract, and everything a verifier may rely on.
/// @dev Times are block times in seconds since 1970. Sizes and leaves count the log's entries from 0.
interface IProvenanceLedger {
    /// @notice How a party came by a key. Reassigned: by the registrar's word alone, so the key proves no author.
    enum KeyStatus {
        None,
        Registered,
        Reassigned
    }

    /// @notice The log as it stood when a root was accepted. Size 0: never accepted.
    struct Anchor {
        uint64 size;
        uint64 time;
    }

    /// @notice A party's key: it speaks for leaves from `validFrom` up to, not including, `validUntil`.
    /// @param validUntil 2^64-1 until it is revoked.
    /// @param compromisedSince The first leaf that others may have signed, as the party states it; 2^64-1: none.
    struct Key {
        uint64 validFrom;
        uint64 validUntil;
        uint64 compromisedSince;
        KeyStatus status;
    }

    /// @notice A key that the registrar wants a party to have, and the time up to which the party alone can stop it.
    struct Proposal {
        address key;
        uint64 applicableFrom;
    }

    /* EVENTS */

    event Anchored(uint64 indexed size, bytes32 indexed root, uint64 previousSize);
    event Succeeded(uint256 indexed chainId, address indexed next, uint64 size, bytes32 root);

    /// @notice Also when a reassigned key becomes a registered one; `validFrom` is then the old one.
    event KeyRegistered(bytes32 indexed party, address indexed key, uint64 validFrom, KeyStatus status);
    event KeyRevoked(bytes32 indexed party, address indexed key, uint64 validUntil);
    event KeyReportedCompromised(bytes32 indexed party, address indexed key, uint64 since);
    event KeyProposed(bytes32 indexed party, address indexed key, uint64 applicableFrom);
    event ProposalRejected(bytes32 indexed party, address indexed key);

    /* ERRORS */

    /// @notice A first contract takes zeros; a successor takes all of id, predecessor, start size and start root.
    error LineageInvalid();
    error AdminMissing();
    /// @notice This contract has a successor: it takes no more entries and no more keys.
    error LedgerClosed();
    /// @notice The new size is not above `size`, more than 2^24 above it, or not below 2^48.
    error SizeOutOfRange(uint64 size, uint64 newSize);
    error RootAlreadyAnchored(bytes32 root);
    /// @notice The proof does not show that the new log begins with the old one.
    error Inconsistent(uint64 size, bytes32 root);
    /// @notice A successor must be named in full, be another contract, and come after at least one anchor here.
    error SuccessorInvalid();

    error PartyMissing();
    error KeyMissing();
    /// @notice The party has had a registered key: only its own key can add another; the registrar can propose one.
    error PartyHasKey(bytes32 party);
    /// @notice Nothing to propose to: register the party's first key, or, as admin, the ledger's.
    error PartyTakesNoProposal(bytes32 party);
    /// @notice A key belongs to a party once. A revoked one never comes back.
    error KeyAlreadyKnown(bytes32 party, address key);
    error KeyUnknown(bytes32 party, address key);
    error KeyAlreadyRevoked(bytes32 party, address key);
    /// @notice Not signed by the key itself, with the party's present nonce and a low s.
    error KeySignatureInvalid(bytes32 party, address key);
    /// @notice Not signed by a valid key of the party, with the party's present nonce and a low s.
    error OwnerSignatureInvalid(bytes32 party);
    /// @notice A reassigned key can neither revoke a registered one nor cast doubt on it.
    error KeyOutranksOwner(bytes32 party, address key);
    /// @notice `since` lies beyond the log, or an earlier report already says as much.
    error ReportInvalid(uint64 since);
    error ProposalUnknown(bytes32 party, address key);
    error ProposalPending(bytes32 party, address key, uint64 applicableFrom);

    /* THE LOG */

    /// @notice Records that the log now has `size` entries under `root`, if `proof` shows that it only grew.
    /// @dev ANCHORER. The limits on growth and size keep whoever steals that key from ending the log in one transaction.
    /// @param proof RFC 9162 consistency proof from `head()`; empty while the log is.
    function anchor(uint64 size, bytes32 root, bytes32[] calldata proof) external;

    /// @notice Closes this contract for good: its history goes on at `next` on chain `chainId`.
    /// @dev Admin, once. A verifier follows the link only if the successor starts exactly at this head.
    function succeed(uint256 chainId, address next) external;

    function head() external view returns (uint64 size, bytes32 root, uint64 time);

    /// @notice When `root` was accepted, and as the root of how many entries; zeros if it never was.
    /// @dev A root says nothing about the size of its tree: a verifier compares `size` with that of its checkpoint.
    function checkpointOf(bytes32 root) external view returns (uint64 size, uint64 time);

    /// @notice keccak256(abi.encode(chainId, address)) of the first contract of this history.
    function ledgerId() external view returns (bytes32);
    function predecessorChainId() external view returns (uint256);
    function predecessor() external view returns (address);
    function startSize() external view returns (uint64);
    function startRoot() external view returns (bytes32);
    function successorChainId() external view returns (uint256);
    function successor() external view returns (address);

    /* KEYS: signatures are 65 bytes r ‖ s ‖ v over the EIP-712 messages in KeyMessages.sol, at nonce nonceOf(party) */

    /// @notice Gives `party` its first registered key; gives the ledger itself (party `ledgerId`) any key.
    /// @dev REGISTRAR; for the ledger's own party the admin. On a successor an empty signature carries a key over without
    /// its holder: that key is reassigned, until its signature comes.
    /// @param keySignature ProvenanceKey, by `key`.
    function registerKey(bytes32 party, address key, bytes calldata keySignature) external;

    /// @notice Gives `party` a further key, with the status of the key that asks for it.
    /// @dev Anyone may send it; for the ledger's own party the admin, with an empty `ownerSignature`. So do the next two.
    /// @param keySignature ProvenanceKey, by `key`.
    /// @param ownerSignature ProvenanceKeyAddition, by a valid key of the party.
    function addKey(bytes32 party, address key, bytes calldata keySignature, bytes calldata ownerSignature) external;

    /// @notice Ends a key's validity at the present size of the log. Also on a closed contract.
    /// @param ownerSignature ProvenanceKeyRevocation, by a valid key of the party, which may be `key`.
    function revokeKey(bytes32 party, address key, bytes calldata ownerSignature) external;

    /// @notice States that from leaf `since` on others may have signed with `key`; revokes it too. Also when closed.
    /// @param ownerSignature ProvenanceKeyCompromise, by a valid key of the party, which may be `key`.
    function reportCompromised(bytes32 party, address key, uint64 since, bytes calldata ownerSignature) external;

    /// @notice Proposes a key to a party that lost its own. A party has one proposal at a time; a new one starts the wait anew.
    /// @dev REGISTRAR.
    /// @param keySignature ProvenanceKey, by `key`.
    function proposeKey(bytes32 party, address key, bytes calldata keySignature) external;

    /// @notice Ends a proposal. Anyone may send it.
    /// @param ownerSignature ProvenanceProposalRejection, by a valid key of the party.
    function rejectProposal(bytes32 party, address key, bytes calldata ownerSignature) external;

    /// @notice Makes a proposed key the party's, reassigned, 7 days after it was proposed.
    /// @dev REGISTRAR: once that role is taken from a thief, nobody applies what the thief proposed.
    function applyProposal(bytes32 party, address key) external;

    /// @dev What a successor calls registered has signed there; whether it is the key that the party had before, only the
    /// predecessor shows.
    function keyOf(bytes32 party, address key) external view returns (Key memory);

    /// @notice The best status any key of the party ever had here: None means that it never had one.
    function standingOf(bytes32 party) external view returns (KeyStatus);

    /// @notice The pending proposal, zeros if there is none.
    function proposalOf(bytes32 party) external view returns (Proposal memory);

    /// @notice What the next message about `party` must say: startSize·2^16, plus one for each change of its keys here.
    function nonceOf(bytes32 party) external view returns (uint64);
}
