using System.Runtime.InteropServices;
using FastRebalance.Core.Assets;
using FastRebalance.Core.Results;

namespace FastRebalance.Core.Events;

/// <summary>What an <see cref="OrderEvent"/> slot holds.</summary>
public enum OrderEventKind : byte
{
    None = 0,

    /// <summary>One pass of the engine; <see cref="OrderEvent.LegCount"/> legs follow in the next slots when it orders trades.</summary>
    Decision,

    /// <summary>One leg of the decision before it.</summary>
    Leg,

    /// <summary>Passes that all ended like the decision before them. Payload: <see cref="OrderEvent.Passes"/>.</summary>
    Passes,
}

/// <summary>
/// One slot of the order ring. A decision and its legs are published as one batch. Nothing in it comes from a clock or a
/// thread: replaying the inbound events gives the same bytes.
/// </summary>
[StructLayout(LayoutKind.Explicit, Size = SizeInBytes)]
public struct OrderEvent
{
    public const int SizeInBytes = 192;
    public const int MaxHops = 4;

    [FieldOffset(0)] public OrderEventKind Kind;
    [FieldOffset(1)] public byte LegIndex;
    [FieldOffset(2)] public byte LegCount;

    /// <summary>The portfolio that was decided for.</summary>
    [FieldOffset(4)] public PortfolioId Portfolio;

    /// <summary>Names the order; 0 on a decision that orders nothing.</summary>
    [FieldOffset(8)] public ulong OrderId;

    /// <summary>Sequence in the inbound ring of the last event that this decision has seen.</summary>
    [FieldOffset(16)] public long InputSequence;

    /// <summary>Due time of the event that caused the decision, copied from it.</summary>
    [FieldOffset(24)] public long DueNs;

    [FieldOffset(32)] public DecisionOutcome Decision;
    [FieldOffset(32)] public OrderLeg Leg;
    [FieldOffset(32)] public PassRun Passes;
}

/// <summary>How one pass of the engine ended, and what it saw.</summary>
public struct DecisionOutcome
{
    public double ValueNumeraire;

    /// <summary>Largest distance of a weight from its target, as a fraction of the portfolio.</summary>
    public double MaxDrift;

    /// <summary>Base fee that the decision was made under.</summary>
    public ulong BaseFeePerGasWei;

    /// <summary>The transaction must not be mined after this time.</summary>
    public long DeadlineUnixSeconds;

    /// <summary>Worth of what is traded, in thousand millionths of the chain's own coin; 0 while that has no price.</summary>
    public ulong TradedGwei;

    /// <summary>Gas that the routes are expected to use together.</summary>
    public uint ExpectedGas;

    /// <summary>The asset that is farthest from its target.</summary>
    public AssetId WorstAsset;

    /// <summary>The asset that <see cref="Risk"/> refused for; none where it was no single one's fault.</summary>
    public AssetId RiskAsset;

    public DecisionVerdict Verdict;
    public RiskVerdict Risk;
    public RouteStatus Route;

    /// <summary>Position of the trigger that fired in its tier's list, plus one; 0 for none.</summary>
    public byte Trigger;

    /// <summary>The tier whose trigger fired.</summary>
    public PolicyTier Tier;
}

/// <summary>One swap along up to four pools, in exact base units.</summary>
public struct OrderLeg
{
    /// <summary>Units of <see cref="Sell"/> that go in.</summary>
    public UInt256 AmountIn;

    /// <summary>Units of <see cref="Buy"/> that come out on the pool states of the decision, exact.</summary>
    public UInt256 ExpectedOut;

    /// <summary>The leg must revert when it would bring less.</summary>
    public UInt256 MinimumOut;

    /// <summary>Units of <see cref="Sell"/> that stay with the portfolio once this leg is done, by what it holds and the legs before.</summary>
    public UInt256 KeepBalance;

    public AssetId Sell;
    public AssetId Buy;

    /// <summary>First hop; the next ones are <see cref="PoolId.None"/> when the path is shorter.</summary>
    public PoolId Pool0;

    public PoolId Pool1;
    public PoolId Pool2;
    public PoolId Pool3;

    /// <summary>What the first hop buys where another follows, else none; so the next ones. A pool of several assets needs telling.</summary>
    public AssetId Via0;

    public AssetId Via1;
    public AssetId Via2;

    /// <summary>
    /// No swap: so many of the account's own units go into its lending market, where they repay what is owed of them and are supplied
    /// beyond. Sold and bought is the same asset then, and there is no hop.
    /// </summary>
    public readonly bool IsMove => Sell == Buy && !Sell.IsNone && Pool0.IsNone;

    public readonly int HopCount => Pool0.IsNone ? 0 : Pool1.IsNone ? 1 : Pool2.IsNone ? 2 : Pool3.IsNone ? 3 : 4;

    public readonly PoolId Pool(int hop) => hop switch
    {
        0 => Pool0,
        1 => Pool1,
        2 => Pool2,
        3 => Pool3,
        _ => PoolId.None,
    };

    /// <summary>Sets a hop and what it sells; hops are set in order, from 0 to 3.</summary>
    public void SetHop(int hop, PoolId pool, AssetId sells)
    {
        switch (hop)
        {
            case 0:
                Pool0 = pool;
                break;
            case 1:
                (Pool1, Via0) = (pool, sells);
                break;
            case 2:
                (Pool2, Via1) = (pool, sells);
                break;
            default:
                (Pool3, Via2) = (pool, sells);
                break;
        }
    }

    /// <summary>What a hop buys: <see cref="Buy"/> for the last one.</summary>
    public readonly AssetId BoughtAt(int hop) => hop == HopCount - 1 ? Buy : hop switch
    {
        0 => Via0,
        1 => Via1,
        2 => Via2,
        _ => AssetId.None,
    };
}
