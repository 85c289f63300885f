// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @notice One swap of a basket.
/// @dev Amounts in base units of their token. A leg that stands alone is sized on the chain: the least of `maxIn`, what the vault holds
///      above `keepBalance`, and what the pool takes before the whole trade, its fee paid, averages `limitPriceX96` (Uniswap pools; a
///      Balancer pool takes all or the leg reverts). A leg with `Venue.CHAINED` sells what the leg before it brought, all of it.
struct Leg {
    /// @dev A word of several fields, see `Venue`.
    uint256 venue;
    /// @dev The pair, the pool, the Balancer pool; on Uniswap V4 the hooks of the key, zero for none.
    address pool;
    address tokenIn;
    address tokenOut;
    /// @dev Most that is sold. A chained leg reverts where more than this was brought.
    uint256 maxIn;
    /// @dev Units of `tokenIn` that stay in the vault. A chained leg does not look at it: it touches none of the vault's own.
    uint256 keepBalance;
    /// @dev Least `tokenOut` per `tokenIn`, times 2^96, over what the vault really spent and got. On the last leg of a chain it holds from
    ///      the first one's spending to the last one's proceeds; on those before the last it must be 0.
    uint256 limitPriceX96;
    /// @dev Least `tokenIn` that must be sold; at least 1.
    uint256 minFill;
}

/// @notice The word `Leg.venue`, from its lowest bit: kind (8), flags (8), fee in millionths (24), tick spacing (24).
/// @dev Fee: of a V2 pair, whose contract does not tell; the fee of a V4 key. Tick spacing: of a V4 key.
library Venue {
    uint256 internal constant UNISWAP_V2 = 1;
    uint256 internal constant UNISWAP_V3 = 2;
    uint256 internal constant UNISWAP_V4 = 3;
    uint256 internal constant BALANCER_V2 = 4;

    /// @dev Sells what the leg before it brought.
    uint256 internal constant CHAINED = 1 << 8;
    /// @dev The vault's tokens are taken through Permit2's allowance instead of the token's own.
    uint256 internal constant PERMIT2 = 1 << 9;
    /// @dev The V4 pool holds the chain's own coin where this leg names its wrapped token.
    uint256 internal constant NATIVE = 1 << 10;

    function kind(uint256 venue) internal pure returns (uint256) {
        return venue & 0xff;
    }

    function has(uint256 venue, uint256 flag) internal pure returns (bool) {
        return venue & flag != 0;
    }

    function feePips(uint256 venue) internal pure returns (uint256) {
        return (venue >> 16) & 0xffffff;
    }

    function tickSpacing(uint256 venue) internal pure returns (int24) {
        return int24(uint24(venue >> 40));
    }
}

/// @notice Where the portfolio should be, and the prices to judge by. An empty list is no check, which the vault can forbid.
struct Goal {
    /// @dev How far a weight may end on the wrong side, or farther away than it began: costs alone move the weights of what was not traded.
    uint256 toleranceWad;
    Weight[] weights;
}

/// @notice One asset of the portfolio, in ascending order of addresses.
struct Weight {
    address token;
    /// @dev Value of one base unit in a numeraire of the caller's choice, times 2^96.
    uint256 priceX96;
    /// @dev Share of the portfolio's value; all of them together are 1e18.
    uint256 targetWad;
}

/// @notice What the vault's owner allows in advance, signed once (EIP-712), for many decisions of a hot key.
struct Intent {
    uint256 id;
    /// @dev Void once the executor's epoch is higher.
    uint256 epoch;
    /// @dev The last block in which it may be filled.
    uint256 maxBlock;
    Limit[] limits;
}

/// @notice One direction that an intent allows.
struct Limit {
    address tokenIn;
    address tokenOut;
    /// @dev Most that is sold under this intent, all decisions together.
    uint256 maxIn;
    /// @dev The vault never holds less of `tokenIn` after a fill.
    uint256 keepBalance;
    /// @dev As in a leg.
    uint256 limitPriceX96;
}

/// @notice What a caller may do.
enum Trust {
    None,
    /// @dev Fills intents of the vault's owner, within their limits.
    Intents,
    /// @dev Sets its own limits.
    Full
}
