// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

/// @title Limit prices: whether one was kept, and how far a pool may be pushed before it is reached.
/// @dev A limit is the average of a whole trade, fee paid. Every rounding is against the pool.
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

    /// @notice What a constant-product pair takes before the whole trade, fee paid, averages the limit:
    ///         g * out / (in + g * x) >= limit, where g is what the fee leaves.
    function maxInConstantProduct(uint256 reserveIn, uint256 reserveOut, uint256 limitX96, uint256 feePips)
        internal
        pure
        returns (uint256)
    {
        if (feePips >= PIPS) return 0;
        uint256 whole = Math.mulDiv(reserveOut, Q96, limitX96);
        uint256 there = Math.mulDiv(reserveIn, PIPS, PIPS - feePips, Math.Rounding.Ceil);
        return whole <= there ? 0 : shrink(whole - there);
    }

    /// @notice The root price at which a trade from the present one, fee paid, averages the limit while liquidity stays what it is: of a
    ///         concentrated pool the average is the product of both roots. Where liquidity falls on the way the trade stops a little early.
    /// @return False where even the first unit would bring less than the limit. A limit of 0 is none.
    function sqrtPriceLimit(uint256 sqrtPriceX96, uint256 limitX96, uint256 feePips, bool zeroForOne)
        internal
        pure
        returns (bool, uint160)
    {
        if (limitX96 == 0) return (true, zeroForOne ? MIN_SQRT_PRICE + 1 : MAX_SQRT_PRICE - 1);
        if (feePips >= PIPS) return (false, 0);
        uint256 left = PIPS - feePips;
        if (zeroForOne) {
            // token1 per token0 falls, to limit / g / root.
            if (limitX96 >= HIGHEST_PRICE_X96) return (false, 0);
            uint256 price = Math.mulDiv(limitX96, PIPS, left, Math.Rounding.Ceil);
            if (price >= Math.mulDiv(sqrtPriceX96, sqrtPriceX96, Q96)) return (false, 0);
            uint256 root = Math.mulDiv(price, Q96, sqrtPriceX96, Math.Rounding.Ceil);
            return (true, clamp(sqrtPriceX96 - shrink(sqrtPriceX96 - root)));
        } else {
            // token1 per token0 rises, to g / limit / root.
            uint256 root = Math.mulDiv(Math.mulDiv(1 << 192, left, PIPS), Q96, sqrtPriceX96) / limitX96;
            if (root <= sqrtPriceX96) return (false, 0);
            return (true, clamp(sqrtPriceX96 + shrink(root - sqrtPriceX96)));
        }
    }

    // Sized exactly to the limit, the unit that the pool rounds away would pass it. A thousandth short of it leaves room, for every trade
    // that moves the price by more than some thousand units' worth; one that does not may revert instead of being filled in part.
    function shrink(uint256 way) private pure returns (uint256) {
        return way - way / 1e3;
    }

    function clamp(uint256 root) private pure returns (uint160) {
        if (root <= MIN_SQRT_PRICE) return MIN_SQRT_PRICE + 1;
        if (root >= MAX_SQRT_PRICE) return MAX_SQRT_PRICE - 1;
        return uint160(root);
    }
}
