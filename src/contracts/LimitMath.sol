// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

/// @title Limit prices: whether one was kept, and how far a pool may be pushed before it is reached.
/// @dev Every rounding is against the pool: what is sized here never passes the limit by a unit.
library LimitMath {
    uint256 internal constant PIPS = 1e6;
    uint256 private constant Q96 = 1 << 96;

    // The ends of Uniswap's price scale; a limit must lie within.
    uint160 internal constant MIN_SQRT_PRICE = 4295128739;
    uint160 internal constant MAX_SQRT_PRICE = 1461446703485210103287273052203988822378723970342;
    uint256 private constant HIGHEST_PRICE_X96 = 1 << 224;

    /// @return True where `got` is at least `spent` times the limit, exactly.
    function isMet(uint256 spent, uint256 got, uint256 limitX96) internal pure returns (bool) {
        (uint256 gotHigh, uint256 gotLow) = Math.mul512(got, Q96);
        (uint256 wantedHigh, uint256 wantedLow) = Math.mul512(spent, limitX96);
        return gotHigh > wantedHigh || (gotHigh == wantedHigh && gotLow >= wantedLow);
    }

    /// @notice What a constant-product pair takes until its marginal price, fee paid, is the limit: the largest x with
    ///         (in + gx)^2 <= g * in * out / limit, where g is what the fee leaves.
    function maxInConstantProduct(uint256 reserveIn, uint256 reserveOut, uint256 limitX96, uint256 feePips)
        internal
        pure
        returns (uint256)
    {
        if (feePips >= PIPS) return 0;
        uint256 left = PIPS - feePips;
        uint256 product = Math.mulDiv(reserveIn * reserveOut, left, PIPS);
        if (product == 0) return 0;
        // Where the quotient would not fit, its root is taken of fewer digits, which makes it smaller.
        uint256 root = Math.log2(product) + 97 > 255 + Math.log2(limitX96)
            ? Math.sqrt(product / limitX96) << 48
            : Math.sqrt(Math.mulDiv(product, Q96, limitX96));
        return root <= reserveIn ? 0 : Math.mulDiv(root - reserveIn, PIPS, left);
    }

    /// @notice The pool's root price at which the next unit, fee paid, would bring less than the limit. A limit of 0 is none.
    function sqrtPriceLimit(uint256 limitX96, uint256 feePips, bool zeroForOne) internal pure returns (uint160) {
        if (limitX96 == 0) return zeroForOne ? MIN_SQRT_PRICE + 1 : MAX_SQRT_PRICE - 1;
        if (feePips >= PIPS) return zeroForOne ? MAX_SQRT_PRICE - 1 : MIN_SQRT_PRICE + 1;
        return clamp(zeroForOne ? lowestRoot(limitX96, PIPS - feePips) : highestRoot(limitX96, PIPS - feePips));
    }

    // token1 per token0 falls: not below limit / left.
    function lowestRoot(uint256 limitX96, uint256 left) private pure returns (uint256) {
        if (limitX96 >= HIGHEST_PRICE_X96) return MAX_SQRT_PRICE;
        uint256 price = Math.mulDiv(limitX96, PIPS, left, Math.Rounding.Ceil);
        return price < 1 << 160
            ? Math.sqrt(price << 96, Math.Rounding.Ceil)
            : Math.sqrt(price, Math.Rounding.Ceil) << 48;
    }

    // token1 per token0 rises: not above left / limit.
    function highestRoot(uint256 limitX96, uint256 left) private pure returns (uint256) {
        uint256 scaled = Math.mulDiv(1 << 192, left, PIPS);
        return limitX96 > 1 << 32
            ? Math.sqrt(Math.mulDiv(scaled, Q96, limitX96))
            : Math.sqrt(Math.mulDiv(scaled, 1 << 32, limitX96)) << 32;
    }

    function clamp(uint256 root) private pure returns (uint160) {
        if (root <= MIN_SQRT_PRICE) return MIN_SQRT_PRICE + 1;
        if (root >= MAX_SQRT_PRICE) return MAX_SQRT_PRICE - 1;
        return uint160(root);
    }
}
