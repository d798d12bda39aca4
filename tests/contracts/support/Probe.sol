// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

/// @title Probe
/// @notice Makes many calls in one, so that tests can try thousands of forgeries in seconds.
contract Probe {
    /// @return errors The first four bytes of each refusal; zero where the target accepted.
    function refusals(address target, bytes[] calldata calls) external returns (bytes4[] memory errors) {
        errors = new bytes4[](calls.length);
        for (uint256 i = 0; i < calls.length; ++i) {
            // solhint-disable-next-line avoid-low-level-calls
            (bool accepted, bytes memory answer) = target.call(calls[i]);
            if (!accepted) errors[i] = bytes4(answer);
        }
    }
}
