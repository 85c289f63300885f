using System.Runtime.InteropServices;
using FastRebalance.Core.Assets;
using FastRebalance.Core.Results;

namespace FastRebalance.Core.Events;

/// <summary>
/// One slot of the inbound ring: everything that the engine ever learns arrives as one of these, so a journal of them replays
/// to the same decisions. Two cache lines; unmanaged; the payloads share the bytes from 32 on.
/// </summary>
[StructLayout(LayoutKind.Explicit, Size = SizeInBytes)]
public struct MarketEvent
{
    public const int SizeInBytes = 128;

    [FieldOffset(0)] public MarketEventKind Kind;

    /// <summary>The <see cref="AssetId"/> or <see cref="PoolId"/> value that the kind speaks of, or a place counted from 1; 0 for none.</summary>
    [FieldOffset(2)] public ushort Subject;

    /// <summary>The log's index within its block, where the event came from a log.</summary>
    [FieldOffset(4)] public uint LogIndex;

    /// <summary>Monotonic nanoseconds when the event was due (scheduled, or read from the wire): latency is counted from here.</summary>
    [FieldOffset(8)] public long DueNs;

    /// <summary>Time of the event in nanoseconds since 1970 UTC. The engine has no other clock.</summary>
    [FieldOffset(16)] public long UnixNs;

    [FieldOffset(24)] public ulong BlockNumber;

    [FieldOffset(32)] public PriceUpdate Price;
    [FieldOffset(32)] public BlockHead Head;
    [FieldOffset(32)] public PoolReserves Reserves;
    [FieldOffset(32)] public ConcentratedState Concentrated;
    [FieldOffset(32)] public TickLiquidity Tick;
    [FieldOffset(32)] public LiquidityChange Liquidity;
    [FieldOffset(32)] public PoolValue PoolValue;
    [FieldOffset(32)] public PoolSwap Swap;
    [FieldOffset(32)] public UInt256 Holding;
    [FieldOffset(32)] public OrderReport Order;
    [FieldOffset(32)] public LegFill Fill;
    [FieldOffset(32)] public OperatorCommand Command;
    [FieldOffset(32)] public PlanAsset PlanAsset;
    [FieldOffset(32)] public PlanRow PlanRow;
    [FieldOffset(32)] public PlanReady PlanReady;
    [FieldOffset(32)] public LendingTerms LendingTerms;
    [FieldOffset(32)] public LendingPosition LendingPosition;
    [FieldOffset(32)] public ConfigurationChange Configuration;
    [FieldOffset(32)] public PoolPosition PoolPosition;

    public readonly AssetId Asset => new(Subject);

    public readonly PoolId Pool => new(Subject);
}

/// <summary>A price and the pools it was read through, from the asset towards the numeraire.</summary>
public struct PriceUpdate
{
    /// <summary>Numeraire per one whole token.</summary>
    public double NumerairePerToken;

    public PoolId Via0;
    public PoolId Via1;
    public PoolId Via2;
}

/// <summary>The head of the chain.</summary>
public struct BlockHead
{
    public Hash32 Hash;
    public ulong BaseFeePerGasWei;

    /// <summary>The tip that the fee policy would pay now.</summary>
    public ulong PriorityFeePerGasWei;

    public ulong GasUsed;
    public ulong GasLimit;
    public long TimestampSeconds;

    /// <summary>What a rollup charges for the bytes of the usual rebalance, on top of what its gas costs; 0 where it charges nothing.</summary>
    public ulong DataFeeWei;
}

/// <summary>Both reserves of a pool, in base units, token 0 first.</summary>
public struct PoolReserves
{
    public UInt256 Reserve0;
    public UInt256 Reserve1;
}

/// <summary>Where a concentrated pool stands.</summary>
public struct ConcentratedState
{
    /// <summary>sqrt(token1 per token0) in Q64.96.</summary>
    public UInt256 SqrtPriceX96;

    /// <summary>Liquidity active at this price.</summary>
    public UInt128 Liquidity;

    /// <summary>The tick as the pool stores it (may be one below the price's own on a boundary).</summary>
    public int Tick;
}

/// <summary>One initialised tick.</summary>
public struct TickLiquidity
{
    /// <summary>Liquidity of all positions that reference the tick; it is initialised while this is not zero.</summary>
    public UInt128 Gross;

    /// <summary>Change of the active liquidity when the price crosses the tick upwards.</summary>
    public Int128 Net;

    public int Index;
}

/// <summary>A position over [<see cref="TickLower"/>, <see cref="TickUpper"/>) changed by <see cref="Delta"/>.</summary>
public struct LiquidityChange
{
    public Int128 Delta;
    public int TickLower;
    public int TickUpper;
}

/// <summary>One number of a pool's state, named by its index.</summary>
public struct PoolValue
{
    public UInt256 Value;

    /// <summary>The asset's position in the pool for a balance; what the pool's kind says for a parameter.</summary>
    public byte Index;
}

/// <summary>A swap as a pool of several assets tells it.</summary>
public struct PoolSwap
{
    /// <summary>Units that the pool took, fee included.</summary>
    public UInt256 AmountIn;

    public UInt256 AmountOut;

    /// <summary>Position in the pool of the asset that went in.</summary>
    public byte InIndex;

    public byte OutIndex;
}

/// <summary>What became of an order.</summary>
public struct OrderReport
{
    public ulong OrderId;
    public ulong Nonce;
    public ulong GasUsed;
    public ulong EffectiveGasPriceWei;

    /// <summary>The block that holds the transaction, where the status speaks of one.</summary>
    public ulong IncludedBlock;

    public Hash32 TransactionHash;
    public SubmitStatus Status;

    /// <summary>What was paid for the transaction's bytes beside its gas.</summary>
    public ulong DataFeeWei;
}

/// <summary>What one leg really moved, in base units, from the transaction's logs.</summary>
public struct LegFill
{
    public ulong OrderId;
    public UInt256 Spent;
    public UInt256 Received;
    public byte LegIndex;
}

/// <summary>An operator's word.</summary>
public enum OperatorCommand : byte
{
    None = 0,

    /// <summary>No new order until <see cref="Resume"/>; those under way are followed to their end.</summary>
    Pause,

    Resume,

    /// <summary>No new order for the rest of this run.</summary>
    Kill,

    /// <summary>Everything into the numeraire, through risk and routing as any order, and there it stays until <see cref="Resume"/>. Ends a pause.</summary>
    Flatten,
}
