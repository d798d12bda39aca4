// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {AccessControl} from "@openzeppelin/contracts/access/AccessControl.sol";
import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import {Consistency} from "./Consistency.sol";
import {IProvenanceLedger} from "./IProvenanceLedger.sol";
import {KeyMessages} from "./KeyMessages.sol";

/// @title ProvenanceLedger
/// @notice Refuses a history that was rewritten, reordered or shortened, and keeps the parties' keys.
/// @dev Not upgradeable, and without Solidity immutables: every deployment has the same code, so a verifier knows it by
/// its hash. Verifiers read the storage below by proofs (eth_getProof): its slots are part of the format, fixed for ever.
contract ProvenanceLedger is IProvenanceLedger, AccessControl {
    bytes32 public constant ANCHORER_ROLE = keccak256("ANCHORER");
    bytes32 public constant REGISTRAR_ROLE = keccak256("REGISTRAR");

    uint64 private constant MAX_GROWTH = 1 << 24;
    uint64 private constant SIZE_LIMIT = 1 << 48;
    uint64 private constant UNTIL_REVOKED = type(uint64).max;
    uint64 private constant NEVER = type(uint64).max;
    uint64 private constant REJECTION_PERIOD = 7 days;

    struct Party {
        uint64 changes;
        KeyStatus standing;
    }

    /* STORAGE: slot 0 holds AccessControl's roles */

    /// @inheritdoc IProvenanceLedger
    bytes32 public ledgerId; // slot 1
    /// @inheritdoc IProvenanceLedger
    uint256 public predecessorChainId; // 2
    /// @inheritdoc IProvenanceLedger
    address public predecessor; // 3, low 160 bits
    /// @inheritdoc IProvenanceLedger
    uint64 public startSize; // 3, above them
    /// @inheritdoc IProvenanceLedger
    bytes32 public startRoot; // 4
    bytes32 private _headRoot; // 5
    uint64 private _headSize; // 6, low 64 bits
    uint64 private _headTime; // 6, above them
    /// @inheritdoc IProvenanceLedger
    uint256 public successorChainId; // 7
    /// @inheritdoc IProvenanceLedger
    address public successor; // 8
    mapping(bytes32 root => Anchor) private _anchors; // 9
    mapping(bytes32 party => mapping(address key => Key)) private _keys; // 10
    mapping(bytes32 party => Party) private _parties; // 11
    mapping(bytes32 party => Proposal) private _proposals; // 12

    modifier whileOpen() {
        if (successor != address(0)) revert LedgerClosed();
        _;
    }

    /// @param admin Grants and takes back all roles, sets the ledger's own key, names the successor.
    /// @param ledgerId_ The first contract's id, in a successor; zero, like all that follow, in a first contract.
    /// @param startSize_ The predecessor's last size. The head starts there, so the first anchor here is checked too.
    constructor(
        address admin,
        bytes32 ledgerId_,
        uint256 predecessorChainId_,
        address predecessor_,
        uint64 startSize_,
        bytes32 startRoot_
    ) {
        if (admin == address(0)) revert AdminMissing();
        _grantRole(DEFAULT_ADMIN_ROLE, admin);

        bytes32 ownId = keccak256(abi.encode(block.chainid, address(this)));
        if (ledgerId_ == 0) {
            if (predecessorChainId_ != 0 || predecessor_ != address(0)) revert LineageInvalid();
            if (startSize_ != 0 || startRoot_ != 0) revert LineageInvalid();
            ledgerId = ownId;
            return;
        }

        if (ledgerId_ == ownId) revert LineageInvalid();
        if (predecessorChainId_ == 0 || predecessor_ == address(0)) revert LineageInvalid();
        if (startSize_ == 0 || startSize_ >= SIZE_LIMIT || startRoot_ == 0) revert LineageInvalid();
        ledgerId = ledgerId_;
        predecessorChainId = predecessorChainId_;
        predecessor = predecessor_;
        startSize = startSize_;
        startRoot = startRoot_;
        _advance(startSize_, startRoot_);
    }

    /* THE LOG */

    /// @inheritdoc IProvenanceLedger
    function anchor(uint64 size, bytes32 root, bytes32[] calldata proof) external onlyRole(ANCHORER_ROLE) whileOpen {
        uint64 oldSize = _headSize;
        if (size <= oldSize || size - oldSize > MAX_GROWTH || size >= SIZE_LIMIT) revert SizeOutOfRange(oldSize, size);
        if (_anchors[root].size != 0) revert RootAlreadyAnchored(root);

        bool consistent = oldSize == 0 ? proof.length == 0 : Consistency.proves(oldSize, _headRoot, size, root, proof);
        if (!consistent) revert Inconsistent(size, root);

        _advance(size, root);
        emit Anchored(size, root, oldSize);
    }

    /// @inheritdoc IProvenanceLedger
    function succeed(uint256 chainId, address next) external onlyRole(DEFAULT_ADMIN_ROLE) whileOpen {
        if (chainId == 0 || next == address(0)) revert SuccessorInvalid();
        if (chainId == block.chainid && next == address(this)) revert SuccessorInvalid();
        // Starts of successive contracts must differ: they keep their nonces apart.
        if (_headSize == startSize) revert SuccessorInvalid();

        successorChainId = chainId;
        successor = next;
        emit Succeeded(chainId, next, _headSize, _headRoot);
    }

    /// @inheritdoc IProvenanceLedger
    function head() external view returns (uint64 size, bytes32 root, uint64 time) {
        return (_headSize, _headRoot, _headTime);
    }

    /// @inheritdoc IProvenanceLedger
    function checkpointOf(bytes32 root) external view returns (uint64 size, uint64 time) {
        Anchor storage found = _anchors[root];
        return (found.size, found.time);
    }

    function _advance(uint64 size, bytes32 root) private {
        uint64 time = uint64(block.timestamp);
        _headRoot = root;
        _headSize = size;
        _headTime = time;
        _anchors[root] = Anchor(size, time);
    }

    /* KEYS */

    /// @inheritdoc IProvenanceLedger
    function registerKey(bytes32 party, address key, bytes calldata keySignature) external whileOpen {
        bool isLedger = party == ledgerId;
        _checkRole(isLedger ? DEFAULT_ADMIN_ROLE : REGISTRAR_ROLE);
        KeyStatus standing = _parties[party].standing;

        bool carriesOver = keySignature.length == 0 && predecessor != address(0) && !isLedger;
        if (carriesOver) {
            if (standing != KeyStatus.None) revert PartyHasKey(party);
            _admit(party, key, KeyStatus.Reassigned);
            return;
        }

        // A carried key must not lock out the party's true one: until one has signed here, the registrar may register one.
        if (standing == KeyStatus.Registered && !isLedger) revert PartyHasKey(party);
        _requireKeySignature(party, key, keySignature);
        _admit(party, key, KeyStatus.Registered);
    }

    /// @inheritdoc IProvenanceLedger
    function addKey(
        bytes32 party,
        address key,
        bytes calldata keySignature,
        bytes calldata ownerSignature
    ) external whileOpen {
        KeyStatus owner = _requireOwner(party, _digest(KeyMessages.ADDITION, party, key), ownerSignature);
        _requireKeySignature(party, key, keySignature);

        // The status of who asks: else a reassigned key could make itself a registered twin.
        _admit(party, key, owner);
    }

    /// @inheritdoc IProvenanceLedger
    function revokeKey(bytes32 party, address key, bytes calldata ownerSignature) external {
        KeyStatus owner = _requireOwner(party, _digest(KeyMessages.REVOCATION, party, key), ownerSignature);
        Key storage revoked = _subjectTo(owner, party, key);
        if (revoked.validUntil != UNTIL_REVOKED) revert KeyAlreadyRevoked(party, key);

        ++_parties[party].changes;
        _revoke(party, key, revoked);
    }

    /// @inheritdoc IProvenanceLedger
    function reportCompromised(bytes32 party, address key, uint64 since, bytes calldata ownerSignature) external {
        bytes32 digest = KeyMessages.compromiseDigest(ledgerId, party, key, since, nonceOf(party));
        KeyStatus owner = _requireOwner(party, digest, ownerSignature);
        Key storage reported = _subjectTo(owner, party, key);
        if (since > _headSize || since >= reported.compromisedSince) revert ReportInvalid(since);

        ++_parties[party].changes;
        reported.compromisedSince = since;
        emit KeyReportedCompromised(party, key, since);

        // A key in other hands must not add keys of theirs.
        if (reported.validUntil == UNTIL_REVOKED) _revoke(party, key, reported);
    }

    /// @inheritdoc IProvenanceLedger
    function proposeKey(
        bytes32 party,
        address key,
        bytes calldata keySignature
    ) external onlyRole(REGISTRAR_ROLE) whileOpen {
        bool hasHadKey = _parties[party].standing != KeyStatus.None;
        if (!hasHadKey || party == ledgerId) revert PartyTakesNoProposal(party);
        _requireKeySignature(party, key, keySignature);
        if (_keys[party][key].status != KeyStatus.None) revert KeyAlreadyKnown(party, key);

        // Leaves the nonce alone: else the registrar could spoil every message of the party while it is on its way.
        uint64 applicableFrom = uint64(block.timestamp) + REJECTION_PERIOD;
        _proposals[party] = Proposal(key, applicableFrom);
        emit KeyProposed(party, key, applicableFrom);
    }

    /// @inheritdoc IProvenanceLedger
    function rejectProposal(bytes32 party, address key, bytes calldata ownerSignature) external {
        _requireOwner(party, _digest(KeyMessages.REJECTION, party, key), ownerSignature);
        if (key == address(0) || _proposals[party].key != key) revert ProposalUnknown(party, key);

        ++_parties[party].changes;
        delete _proposals[party];
        emit ProposalRejected(party, key);
    }

    /// @inheritdoc IProvenanceLedger
    function applyProposal(bytes32 party, address key) external onlyRole(REGISTRAR_ROLE) whileOpen {
        Proposal memory proposal = _proposals[party];
        if (key == address(0) || proposal.key != key) revert ProposalUnknown(party, key);
        if (block.timestamp < proposal.applicableFrom) revert ProposalPending(party, key, proposal.applicableFrom);

        delete _proposals[party];
        _admit(party, key, KeyStatus.Reassigned);
    }

    /// @inheritdoc IProvenanceLedger
    function keyOf(bytes32 party, address key) external view returns (Key memory) {
        return _keys[party][key];
    }

    /// @inheritdoc IProvenanceLedger
    function standingOf(bytes32 party) external view returns (KeyStatus) {
        return _parties[party].standing;
    }

    /// @inheritdoc IProvenanceLedger
    function proposalOf(bytes32 party) external view returns (Proposal memory) {
        return _proposals[party];
    }

    /// @inheritdoc IProvenanceLedger
    function nonceOf(bytes32 party) public view returns (uint64) {
        // A successor starts above every contract before it, so what a party signed there cannot be replayed here.
        return (startSize << 16) + _parties[party].changes;
    }

    /// @dev A known key is admitted again in one case: a valid reassigned key that is now vouched for.
    function _admit(bytes32 party, address key, KeyStatus status) private {
        if (party == 0) revert PartyMissing();
        if (key == address(0)) revert KeyMissing();

        Key storage admitted = _keys[party][key];
        if (admitted.status == KeyStatus.None) {
            _keys[party][key] = Key(_headSize, UNTIL_REVOKED, NEVER, status);
        } else {
            bool isRaised = admitted.status == KeyStatus.Reassigned && status == KeyStatus.Registered;
            if (!isRaised || admitted.validUntil != UNTIL_REVOKED) revert KeyAlreadyKnown(party, key);
            admitted.status = status;
        }

        Party storage owner = _parties[party];
        ++owner.changes;
        if (owner.standing != KeyStatus.Registered) owner.standing = status;
        emit KeyRegistered(party, key, admitted.validFrom, status);
    }

    function _revoke(bytes32 party, address key, Key storage revoked) private {
        uint64 size = _headSize;
        revoked.validUntil = size;
        emit KeyRevoked(party, key, size);
    }

    /// @dev What the registrar pushed through while a party was not looking must not cost the party its own keys.
    function _subjectTo(KeyStatus owner, bytes32 party, address key) private view returns (Key storage subject) {
        subject = _keys[party][key];
        if (subject.status == KeyStatus.None) revert KeyUnknown(party, key);
        if (subject.status == KeyStatus.Registered && owner != KeyStatus.Registered)
            revert KeyOutranksOwner(party, key);
    }

    function _requireKeySignature(bytes32 party, address key, bytes calldata signature) private view {
        if (key == address(0)) revert KeyMissing();
        if (_signer(_digest(KeyMessages.KEY, party, key), signature) != key) revert KeySignatureInvalid(party, key);
    }

    /// @return status That of the party's key which signed; the admin speaks for the ledger's own party.
    function _requireOwner(
        bytes32 party,
        bytes32 digest,
        bytes calldata signature
    ) private view returns (KeyStatus status) {
        if (party == ledgerId) {
            _checkRole(DEFAULT_ADMIN_ROLE);
            if (signature.length != 0) revert OwnerSignatureInvalid(party);
            return KeyStatus.Registered;
        }
        Key storage owner = _keys[party][_signer(digest, signature)];
        if (owner.status == KeyStatus.None || owner.validUntil != UNTIL_REVOKED) revert OwnerSignatureInvalid(party);
        return owner.status;
    }

    /// @dev The zero address, which no party has for a key, for anything but 65 bytes with a low s.
    function _signer(bytes32 digest, bytes calldata signature) private pure returns (address signer) {
        (signer, , ) = ECDSA.tryRecoverCalldata(digest, signature);
    }

    function _digest(bytes32 typeHash, bytes32 party, address key) private view returns (bytes32) {
        return KeyMessages.digest(typeHash, ledgerId, party, key, nonceOf(party));
    }
}
