using FastRebalance.Core.Assets;

namespace FastRebalance.Ethereum.Contracts;

/// <summary>One swap as the executor contract is told of it; what each field means stands in <c>src/contracts/Types.sol</c>.</summary>
public struct ExecutorLeg
{
    public ExecutorVenue Venue;

    public ExecutorLegFlags Flags;

    /// <summary>Fee in millionths of a V2 pair or a V4 key.</summary>
    public uint FeePips;

    /// <summary>Of a V4 key.</summary>
    public int TickSpacing;

    /// <summary>The pair or pool; of V4 the hooks.</summary>
    public Address Pool;

    public Address TokenIn;

    public Address TokenOut;

    /// <summary>Most units of <see cref="TokenIn"/> that are sold.</summary>
    public UInt256 MaxIn;

    /// <summary>Units of <see cref="TokenIn"/> that stay in the vault.</summary>
    public UInt256 KeepBalance;

    /// <summary>Least units out per unit in, times 2^96.</summary>
    public UInt256 LimitPriceX96;

    /// <summary>Least units that must be sold; at least 1.</summary>
    public UInt256 MinFill;

    /// <summary>The contract's word: kind, flags, fee and spacing from the lowest bit on.</summary>
    public readonly ulong VenueWord =>
        (byte)Venue | (ulong)(byte)Flags << 8 | (ulong)(FeePips & 0xffffff) << 16 | (ulong)((uint)TickSpacing & 0xffffff) << 40;
}
