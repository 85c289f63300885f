using FastRebalance.Core.Assets;
using FastRebalance.Execution.Fees;

namespace FastRebalance.Configuration;

/// <summary>
/// <c>submit.fees</c>: how fees are chosen, and what may be spent on them. Amounts are whole gwei of the chain's own coin (a coin has 10^9 of them); a
/// limit that is left out is none.
/// </summary>
public sealed record FeesSection
{
    private const long WeiPerGwei = 1_000_000_000;
    private const string GweiWanted = "whole gwei of the chain's coin, above 0 (1000000000 are one coin)";

    // A hundred million coins: past every balance, and far from 2^63 gwei.
    private const long MostGwei = 100_000_000L * WeiPerGwei;

    /// <summary>Recent blocks whose tips are looked at.</summary>
    public int HistoryBlocks { get; init; } = new FeeOptions().HistoryBlocks;

    /// <summary>Which tip of each block, 0 to 100.</summary>
    public int TipPercentile { get; init; } = (int)new FeeOptions().TipPercentile;

    /// <summary>Levels of a ladder at most.</summary>
    public int LadderLevels { get; init; } = FeeOptions.UsualLadderLevels;

    /// <summary>What an economic trade is worth, in basis points of what it trades; 0 where that is not said.</summary>
    public uint BenefitBps { get; init; }

    /// <summary>Blocks that an economic trade waits at most for the base fee to fall.</summary>
    public int MaxWaitBlocks { get; init; }

    /// <summary>What each block of waiting costs.</summary>
    public UInt256 DelayCostPerBlockWei { get; init; }

    public FeeLimits Limits { get; init; } = new();

    /// <summary>The chain's manners with what is configured here.</summary>
    internal FeeOptions Over(FeeOptions rules) => rules with
    {
        HistoryBlocks = HistoryBlocks,
        TipPercentile = TipPercentile,
        LadderLevels = rules.CanReplace ? LadderLevels : 1,
        BenefitBps = BenefitBps,
        MaxWaitBlocks = MaxWaitBlocks,
        DelayCostPerBlockWei = DelayCostPerBlockWei,
        Limits = Limits,
    };

    internal static FeesSection Read(JsonSection section)
    {
        FeesSection usual = new();
        FeesSection read = new()
        {
            HistoryBlocks = (int)section.Integer("historyBlocks", "blocks from 1 to 1024", 1, 1024, usual.HistoryBlocks),
            TipPercentile = (int)section.Integer("tipPercentile", "a whole number from 0 to 100", 0, 100, usual.TipPercentile),
            LadderLevels = (int)section.Integer("ladderLevels", $"levels from 1 to {FeeLadder.MostLevels}", 1, FeeLadder.MostLevels, usual.LadderLevels),
            BenefitBps = (uint)section.Integer("benefitBps", "basis points of what is traded, from 0 to 10000", 0, FeeLimits.AllOfIt, 0),
            MaxWaitBlocks = (int)section.Integer("maxWaitBlocks", "blocks from 0 to 1000", 0, 1000, 0),
            DelayCostPerBlockWei = ToWei(section.Integer("delayCostGweiPerBlock", "whole gwei of the chain's coin, 0 or more", 0, MostGwei, 0)),
            Limits = new FeeLimits
            {
                AlphaBps = (uint)section.Integer("alphaBps", "basis points of a decision's benefit, from 1 to 10000", 1, FeeLimits.AllOfIt, FeeLimits.AllOfIt),
                MaxDecisionWei = ReadLimit(section, "maxDecisionGwei"),
                MaxHourWei = ReadLimit(section, "maxHourGwei"),
                MaxDayWei = ReadLimit(section, "maxDayGwei"),
                MaxAccountWei = ReadLimit(section, "maxAccountGwei"),
            },
        };
        if (section.Has("maxHourGwei") && section.Has("maxDayGwei") && read.Limits.MaxHourWei > read.Limits.MaxDayWei)
            section.ReportField("maxHourGwei", "more than maxDayGwei", "no more than what a whole day may burn");
        section.RejectUnknown();
        return read;
    }

    private static UInt256 ReadLimit(JsonSection section, string name) =>
        section.Has(name) ? ToWei(section.Integer(name, GweiWanted, 1, MostGwei, 0)) : UInt256.MaxValue;

    private static UInt256 ToWei(long gwei) => (UInt128)(ulong)gwei * (ulong)WeiPerGwei;
}
