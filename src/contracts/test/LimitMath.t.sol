// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {LimitMath} from "../LimitMath.sol";
import {vm} from "./Vm.sol";

/// What is sized to a limit never passes it by a unit, and does not stop far before it.
contract LimitMathTest {
    uint256 private constant PIPS = 1e6;

    /// The whole of a constant-product trade at that size, rounded as a pair rounds it, is worth its limit.
    function testFuzz_MaxInConstantProduct_TheWholeTradeMeetsTheLimit(uint112 reserveIn, uint112 reserveOut, uint256 limitX96, uint32 fee)
        external
        pure
    {
        (uint256 rIn, uint256 rOut, uint256 limit, uint256 pips) = market(reserveIn, reserveOut, limitX96, fee);
        uint256 amount = LimitMath.maxInConstantProduct(rIn, rOut, limit, pips);
        if (amount == 0 || amount >= 1 << 112) return;
        // The price before the last unit is rounded down is no less than the limit all along.
        uint256 kept = amount * (PIPS - pips);
        (uint256 high, uint256 low) = Math.mul512(kept * rOut, 1 << 96);
        (uint256 wantedHigh, uint256 wantedLow) = Math.mul512(rIn * PIPS + kept, amount * Math.min(limit, type(uint256).max / amount));
        require(high > wantedHigh || (high == wantedHigh && low >= wantedLow), "past the limit");
    }

    /// The marginal price where it stops is the limit: a thousandth of the trade more would be worth less.
    function testFuzz_MaxInConstantProduct_StopsAtTheLimitAndNotBefore(uint112 reserveIn, uint112 reserveOut, uint256 limitX96, uint32 fee)
        external
        pure
    {
        (uint256 rIn, uint256 rOut, uint256 limit, uint256 pips) = market(reserveIn, reserveOut, limitX96, fee);
        uint256 amount = LimitMath.maxInConstantProduct(rIn, rOut, limit, pips);
        vm.assume(amount > 1e6 && amount < 1 << 108 && rIn > 1e12 && rOut > 1e12);
        uint256 left = PIPS - pips;
        // Marginal price at x: left * PIPS * in * out / (in * PIPS + left * x)^2, judged a thousandth of the pool further.
        uint256 beyond = rIn * PIPS + left * (amount + rIn / 1e3 + 1);
        uint256 price = Math.mulDiv(Math.mulDiv(left * PIPS * rIn, rOut, beyond), 1 << 96, beyond);
        require(price <= limit, "it could have sold more");
    }

    /// Root prices are on the safe side: fee paid, the price at the root is no worse than the limit.
    function testFuzz_SqrtPriceLimit_IsRoundedAgainstThePool(uint256 limitX96, uint32 fee, bool zeroForOne) external pure {
        uint256 pips = fee % 999_999;
        uint256 limit = limitX96 >> (limitX96 % 150 + 60);
        vm.assume(limit > 0);
        uint256 root = LimitMath.sqrtPriceLimit(limit, pips, zeroForOne);
        if (root == LimitMath.MIN_SQRT_PRICE + 1 || root == LimitMath.MAX_SQRT_PRICE - 1) return;
        // root^2 / 2^192 is token1 per token0; net of the fee it must be at least (selling token0) or one over it (selling token1).
        if (zeroForOne) {
            uint256 price = Math.mulDiv(root, root, 1 << 96); // X96, rounded down
            require(Math.mulDiv(price + 1, PIPS - pips, PIPS, Math.Rounding.Ceil) >= limit, "below the limit");
        } else {
            // left / PIPS * 2^192 / root^2 >= limit / 2^96, as limit * root^2 <= left / PIPS * 2^288
            uint256 square = Math.mulDiv(root, root, 1 << 96, Math.Rounding.Ceil) - 1;
            (uint256 high,) = Math.mul512(limit, square);
            require(high == 0 || high < (1 << 32), "beyond every price");
            uint256 most = Math.mulDiv(1 << 192, PIPS - pips, PIPS, Math.Rounding.Ceil);
            (uint256 gotHigh, uint256 gotLow) = Math.mul512(limit, square);
            (uint256 mostHigh, uint256 mostLow) = Math.mul512(most, 1);
            require(gotHigh < mostHigh || (gotHigh == mostHigh && gotLow <= mostLow), "above the limit");
        }
    }

    function testFuzz_IsMet_IsTheExactComparison(uint128 spent, uint128 got, uint160 limitX96) external pure {
        bool wanted = Math.mulDiv(spent, limitX96, 1 << 96, Math.Rounding.Ceil) <= got;
        require(LimitMath.isMet(spent, got, limitX96) == wanted, "not the comparison");
    }

    function testFuzz_IsMet_NeverOverflows(uint256 spent, uint256 got, uint256 limitX96) external pure {
        LimitMath.isMet(spent, got, limitX96);
    }

    // Prices within a factor of 2^20 around the pool's own, where a limit means something.
    function market(uint112 reserveIn, uint112 reserveOut, uint256 limitX96, uint32 fee)
        private
        pure
        returns (uint256 rIn, uint256 rOut, uint256 limit, uint256 pips)
    {
        (rIn, rOut, pips) = (uint256(reserveIn) + 1, uint256(reserveOut) + 1, fee % 300_000);
        uint256 spot = Math.mulDiv(rOut, 1 << 96, rIn);
        vm.assume(spot > 1 << 21);
        limit = Math.mulDiv(spot, limitX96 % (1 << 20) + 1, 1 << 20) + 1;
    }
}
