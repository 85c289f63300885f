using FastRebalance.Core.Assets;
using FastRebalance.Ethereum.Chains;

namespace FastRebalance.Execution.Fees;

/// <summary>How fees are read off the chain's recent blocks, and whether an offer can be raised.</summary>
public sealed record FeeOptions
{
    public const int UsualLadderLevels = 16;

    /// <summary>Blocks of history that are looked at.</summary>
    public int HistoryBlocks { get; init; } = 10;

    /// <summary>Which tip of each block is looked at, 0 to 100: 60 pays more than most of a block does.</summary>
    public double TipPercentile { get; init; } = 60;

    /// <summary>The tip where the history shows less or nothing.</summary>
    public ulong MinTipWei { get; init; } = 100_000_000;

    /// <summary>A tip is of use; where not, none is offered, whatever the history shows.</summary>
    public bool TakesTips { get; init; } = true;

    /// <summary>Room for the base fee to rise, in percent of it.</summary>
    public int BaseFeeRoomPercent { get; init; } = 100;

    /// <summary>A transaction that offers more takes the place of one of the same nonce.</summary>
    public bool CanReplace { get; init; } = true;

    /// <summary>How much more, in percent of both fees.</summary>
    public int BumpPercent { get; init; } = FeePolicy.UsualBumpPercent;

    /// <summary>How the chain's base fee moves.</summary>
    public BaseFeeRules BaseFee { get; init; } = BaseFeeRules.Ethereum;

    /// <summary>What may be spent.</summary>
    public FeeLimits Limits { get; init; } = new();

    /// <summary>What an economic trade is worth, in basis points of what it trades; 0 where that is not said, and what the market asks is offered.</summary>
    public uint BenefitBps { get; init; }

    /// <summary>Levels of a ladder at most; where nothing can be replaced there is one.</summary>
    public int LadderLevels { get; init; } = UsualLadderLevels;

    /// <summary>Blocks that an economic trade waits at most for the base fee to fall; 0 never waits.</summary>
    public int MaxWaitBlocks { get; init; }

    /// <summary>What each block of waiting costs, in wei.</summary>
    public UInt256 DelayCostPerBlockWei { get; init; }

    /// <summary>As the chain's rules have it.</summary>
    public static FeeOptions For(ChainRules rules) => new()
    {
        MinTipWei = rules.MinTipWei,
        TakesTips = rules.TakesTips,
        BaseFeeRoomPercent = rules.BaseFeeRoomPercent,
        CanReplace = rules.CanReplace,
        BumpPercent = rules.BumpPercent,
        BaseFee = rules.BaseFee,
    };

    /// <exception cref="ArgumentOutOfRangeException">A value makes no sense.</exception>
    internal void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(BumpPercent, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(BumpPercent, 1000);
        ArgumentOutOfRangeException.ThrowIfNegative(BaseFeeRoomPercent);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(BaseFeeRoomPercent, 10_000);
        ArgumentOutOfRangeException.ThrowIfLessThan(LadderLevels, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(LadderLevels, FeeLadder.MostLevels);
        ArgumentOutOfRangeException.ThrowIfNegative(MaxWaitBlocks);
        Limits.Validate();
    }
}
