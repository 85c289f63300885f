using FastRebalance.Core.Assets;

namespace FastRebalance.Amm;

/// <summary>One swap through one pool, to be encoded as the call that the pool's own contract wants.</summary>
/// <param name="Sell">The asset that goes in.</param>
/// <param name="Buy">The asset that comes out.</param>
/// <param name="AmountIn">Its units.</param>
/// <param name="AmountOut">Units expected out: pairs that pay before they check want the exact amount.</param>
/// <param name="MinimumOut">Units below which the swap must revert, where the contract has a limit of its own.</param>
/// <param name="Recipient">Who is paid.</param>
public readonly record struct SwapHop(
    AssetId Sell, AssetId Buy, UInt256 AmountIn, UInt256 AmountOut, UInt256 MinimumOut, Address Recipient);
