// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title A simulated price source in the shape of a Chainlink aggregator: it answers what its owner said last.
/// @notice For a local chain alone. A real aggregator is fed by many reporters; this one is fed by the chain's deployer.
contract DevPriceSource {
    address public immutable owner = msg.sender;
    uint8 public constant decimals = 8;
    string public description;
    int256 public latestAnswer;
    uint256 public latestTimestamp;
    uint80 public latestRound;

    event AnswerUpdated(int256 indexed current, uint256 indexed roundId, uint256 updatedAt);

    error OnlyOwner();

    constructor(string memory description_, int256 answer) {
        description = description_;
        _set(answer);
    }

    /// @param answer Base currency per whole token, 8 decimals.
    function setAnswer(int256 answer) external {
        if (msg.sender != owner) revert OnlyOwner();
        _set(answer);
    }

    /// @notice Who writes the logs: where a real one is reached through a proxy, that is another contract.
    function aggregator() external view returns (address) {
        return address(this);
    }

    function latestRoundData() external view returns (uint80, int256, uint256, uint256, uint80) {
        return (latestRound, latestAnswer, latestTimestamp, latestTimestamp, latestRound);
    }

    function _set(int256 answer) private {
        latestAnswer = answer;
        latestTimestamp = block.timestamp;
        emit AnswerUpdated(answer, ++latestRound, block.timestamp);
    }
}
