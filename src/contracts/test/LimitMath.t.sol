// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {LimitMath} from "../LimitMath.sol";
import {vm} from "./Vm.sol";

/// What is sized to a limit never passes it by a unit, and does not stop far before it.
contract LimitMathTest {
    uint256 private constant PIPS = 1e6;

    /// What a pair really pays for that size, to the unit it rounds down, is worth the limit.
    function testFuzz_MaxInConstantProduct_TheWholeTradeMeetsTheLimit(uint112 reserveIn, uint112 reserveOut, uint256 limitX96, uint32 fee)
        external
        pure
    {
        (uint256 rIn, uint256 rOut, uint256 limit, uint256 pips) = market(reserveIn, reserveOut, limitX96, fee);
        uint256 amount = LimitMath.maxInConstantProduct(rIn, rOut, limit, pips);
        // Where a trade hardly moves the price, a thousandth less of it is not worth the unit that rounding takes.
        vm.assume(amount > 1e6 && amount < 1 << 112 && Math.mulDiv(Math.mulDiv(amount, amount, rIn), limit, 1 << 96) > 1e4 && paid(rIn, rOut, amount, pips) > 1e4);
        require(LimitMath.isMet(amount, paid(rIn, rOut, amount, pips), limit), "past the limit");
    }

    /// And two thousandths more would not be.
    function testFuzz_MaxInConstantProduct_StopsAtTheLimitAndNotBefore(uint112 reserveIn, uint112 reserveOut, uint256 limitX96, uint32 fee)
        external
        pure
    {
        (uint256 rIn, uint256 rOut, uint256 limit, uint256 pips) = market(reserveIn, reserveOut, limitX96, fee);
        uint256 amount = LimitMath.maxInConstantProduct(rIn, rOut, limit, pips);
        vm.assume(amount > 1e6 && amount < 1 << 108 && paid(rIn, rOut, amount, pips) > 1e6);
        uint256 more = amount + amount / 500;
        require(!LimitMath.isMet(more, paid(rIn, rOut, more, pips), limit), "it could have sold more");
    }

    /// With liquidity as it is at the price, the trade to that root averages the limit: never less, and hardly more.
    function testFuzz_SqrtPriceLimit_TheTradeThereAveragesTheLimit(uint160 sqrtPrice, uint256 slack, uint32 fee, bool zeroForOne) external pure {
        uint256 pips = fee % 300_000;
        uint256 root = sqrtPrice % (1 << 140);
        vm.assume(root > 1 << 66);
        uint256 price = Math.mulDiv(root, root, 1 << 96); // token1 per token0
        uint256 spot = Math.mulDiv(zeroForOne ? price : Math.mulDiv(1 << 96, 1 << 96, price + 1), PIPS - pips, PIPS);
        uint256 limit = Math.mulDiv(spot, slack % 900_000 + 90_000, PIPS);
        vm.assume(limit > 1 << 40 && limit < 1 << 200);
        (bool isWithin, uint160 end) = LimitMath.sqrtPriceLimit(root, limit, pips, zeroForOne);
        require(isWithin, "a price that is better than the limit is refused");
        vm.assume(end > LimitMath.MIN_SQRT_PRICE + 1 && end < LimitMath.MAX_SQRT_PRICE - 1);
        require(zeroForOne ? end < root : end > root, "the wrong way");
        // The average is the product of both roots, or one over it.
        uint256 product = Math.mulDiv(root, end, 1 << 96);
        uint256 average = Math.mulDiv(zeroForOne ? product : Math.mulDiv(1 << 96, 1 << 96, product), PIPS - pips, PIPS);
        require(average + average / 1e9 + 1 >= limit, "below the limit");
        require(average <= limit + (spot - limit) / 500 + limit / 1e5 + 2, "it could have sold more");
    }

    function testFuzz_SqrtPriceLimit_PriceBelowTheLimit_IsRefused(uint160 sqrtPrice, uint256 excess, uint32 fee, bool zeroForOne) external pure {
        uint256 pips = fee % 300_000;
        uint256 root = sqrtPrice % (1 << 140);
        vm.assume(root > 1 << 60);
        uint256 price = Math.mulDiv(root, root, 1 << 96);
        uint256 spot = Math.mulDiv(zeroForOne ? price + 1 : Math.mulDiv(1 << 96, 1 << 96, price), PIPS - pips, PIPS, Math.Rounding.Ceil);
        uint256 limit = spot + spot / 1e6 + 2 + excess % (1 << 100);
        (bool isWithin,) = LimitMath.sqrtPriceLimit(root, limit, pips, zeroForOne);
        require(!isWithin, "a price that is worse than the limit is taken");
    }

    function testFuzz_SqrtPriceLimit_NeverFails(uint160 sqrtPrice, uint256 limit, uint32 fee, bool zeroForOne) external pure {
        vm.assume(sqrtPrice >= LimitMath.MIN_SQRT_PRICE && sqrtPrice < LimitMath.MAX_SQRT_PRICE);
        LimitMath.sqrtPriceLimit(sqrtPrice, limit, fee, zeroForOne);
    }

    function testFuzz_IsMet_IsTheExactComparison(uint128 spent, uint128 got, uint160 limitX96) external pure {
        bool wanted = Math.mulDiv(spent, limitX96, 1 << 96, Math.Rounding.Ceil) <= got;
        require(LimitMath.isMet(spent, got, limitX96) == wanted, "not the comparison");
    }

    function testFuzz_IsMet_NeverOverflows(uint256 spent, uint256 got, uint256 limitX96) external pure {
        LimitMath.isMet(spent, got, limitX96);
    }

    function paid(uint256 rIn, uint256 rOut, uint256 amount, uint256 pips) private pure returns (uint256) {
        uint256 kept = amount * (PIPS - pips);
        return Math.mulDiv(kept, rOut, rIn * PIPS + kept);
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
