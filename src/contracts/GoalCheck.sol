// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {Goal, Weight} from "./Types.sol";

/// @title Whether a basket moved the portfolio's weights toward their targets, and none of them past its own.
library GoalCheck {
    uint256 private constant WAD = 1e18;

    error WeightsOutOfOrder(address token);
    error WeightsDoNotAddUp(uint256 sumWad);
    error NotInGoal(address token);
    error PortfolioWithoutValue();
    error AwayFromTarget(address token, uint256 beforeWad, uint256 afterWad, uint256 targetWad);
    error PastTarget(address token, uint256 beforeWad, uint256 afterWad, uint256 targetWad);
    error NoCloser(uint256 distanceBeforeWad, uint256 distanceAfterWad);

    /// @return wads The weights of the vault's balances as they stand, in the goal's order; rounded down.
    function weigh(Goal calldata goal, address vault) internal view returns (uint256[] memory wads) {
        uint256 count = goal.weights.length;
        wads = new uint256[](count);
        uint256 total;
        for (uint256 i = 0; i < count; i++) {
            Weight calldata weight = goal.weights[i];
            wads[i] = Math.mulDiv(IERC20(weight.token).balanceOf(vault), weight.priceX96, 1 << 96);
            total += wads[i];
        }
        if (count != 0 && total == 0) revert PortfolioWithoutValue();
        for (uint256 i = 0; i < count; i++) wads[i] = Math.mulDiv(wads[i], WAD, total);
    }

    /// @dev Ascending, so that none is counted twice; the whole, so that nothing is left out by mistake.
    function requireSound(Goal calldata goal) internal pure {
        uint256 sum;
        address last;
        for (uint256 i = 0; i < goal.weights.length; i++) {
            Weight calldata weight = goal.weights[i];
            if (weight.token <= last) revert WeightsOutOfOrder(weight.token);
            last = weight.token;
            sum += weight.targetWad;
        }
        if (sum != WAD) revert WeightsDoNotAddUp(sum);
    }

    function requireListed(Goal calldata goal, address token) internal pure {
        for (uint256 i = 0; i < goal.weights.length; i++) if (goal.weights[i].token == token) return;
        revert NotInGoal(token);
    }

    function requireCloser(Goal calldata goal, uint256[] memory before, uint256[] memory afterwards) internal pure {
        uint256 distanceBefore;
        uint256 distanceAfter;
        for (uint256 i = 0; i < before.length; i++) {
            uint256 target = goal.weights[i].targetWad;
            (uint256 then, uint256 now_) = (distance(before[i], target), distance(afterwards[i], target));
            bool crossed = (before[i] < target) != (afterwards[i] < target) && now_ != 0;
            if (crossed && now_ > goal.toleranceWad)
                revert PastTarget(goal.weights[i].token, before[i], afterwards[i], target);
            if (now_ > then + goal.toleranceWad)
                revert AwayFromTarget(goal.weights[i].token, before[i], afterwards[i], target);
            distanceBefore += then;
            distanceAfter += now_;
        }
        if (distanceAfter >= distanceBefore) revert NoCloser(distanceBefore, distanceAfter);
    }

    function distance(uint256 a, uint256 b) private pure returns (uint256) {
        return a > b ? a - b : b - a;
    }
}
