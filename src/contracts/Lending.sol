// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";

/// @notice What the lending account must look like afterwards, and how tokens come from it.
struct Lending {
    /// @dev Afterwards the health factor is at least this, or better than it was before. 0 reverts: it would be no floor.
    uint256 healthFloorWad;
    /// @dev Afterwards the health factor is at most this where debt remains, or lower than it was before; `type(uint256).max` is none. 0 reverts.
    uint256 healthCeilingWad;
    /// @dev Every token that a leg sells or buys, in ascending order of addresses; what a chain passes on within itself need not be here.
    LendingEntry[] entries;
}

/// @notice One token, in its base units.
struct LendingEntry {
    address token;
    /// @dev What the account brings out for the legs: collateral of this token first, then new debt of it. A unit less may come where the
    ///      market's own units do not divide, which a leg's `minFill` should allow for.
    uint256 take;
    /// @dev What stays outside of the vault's own balance, at most all that it has when this begins. What is above it after the legs repays
    ///      debt of this token, then is supplied.
    uint256 keepBalance;
}

/// @notice As much of Aave V3's pool as the executor calls.
interface IAavePool {
    function supply(address asset, uint256 amount, address onBehalfOf, uint16 referralCode) external;
    function withdraw(address asset, uint256 amount, address to) external returns (uint256 withdrawn);
    function borrow(address asset, uint256 amount, uint256 interestRateMode, uint16 referralCode, address onBehalfOf) external;
    function repay(address asset, uint256 amount, uint256 interestRateMode, address onBehalfOf) external returns (uint256 repaid);
    function flashLoan(
        address receiver,
        address[] calldata assets,
        uint256[] calldata amounts,
        uint256[] calldata interestRateModes,
        address onBehalfOf,
        bytes calldata params,
        uint16 referralCode
    ) external;
    function getUserAccountData(address user)
        external
        view
        returns (
            uint256 totalCollateralBase,
            uint256 totalDebtBase,
            uint256 availableBorrowsBase,
            uint256 currentLiquidationThreshold,
            uint256 ltv,
            uint256 healthFactor
        );
    /// @dev The first words of the pool's struct, of which no more is asked for; all zero where there is no reserve.
    function getReserveData(address asset)
        external
        view
        returns (
            uint256 configuration,
            uint256 liquidityIndex,
            uint256 currentLiquidityRate,
            uint256 variableBorrowIndex,
            uint256 currentVariableBorrowRate,
            uint256 currentStableBorrowRate,
            uint256 lastUpdateTimestamp,
            uint256 id,
            IERC20 aToken,
            IERC20 stableDebtToken,
            IERC20 variableDebtToken
        );
}
