// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";

/// @title A token of the local chain, with the name, the symbol and the decimals of the real one.
/// @notice Only its deployer mints. For a local chain alone: nobody audits it and nobody should own it elsewhere.
contract DevToken is ERC20 {
    address public immutable minter = msg.sender;
    uint8 private immutable _decimals;

    error OnlyMinter();

    constructor(string memory name_, string memory symbol_, uint8 decimals_, uint256 supply) ERC20(name_, symbol_) {
        _decimals = decimals_;
        _mint(msg.sender, supply);
    }

    function decimals() public view override returns (uint8) {
        return _decimals;
    }

    /// @param amount In base units.
    function mint(address to, uint256 amount) external {
        if (msg.sender != minter) revert OnlyMinter();
        _mint(to, amount);
    }
}
