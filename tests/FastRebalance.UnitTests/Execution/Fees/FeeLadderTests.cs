using FastRebalance.Execution.Fees;

namespace FastRebalance.UnitTests.Execution.Fees;

/// <summary>Ladders against the rule of every client, each written down as its source has it.</summary>
public sealed class FeeLadderTests
{
    private const ulong Gwei = 1_000_000_000;

    private delegate bool Rule(FeeQuote old, FeeQuote @new);

    // Floors, ceilings and tenths as the clients differ in them; 128 bits so that no product wraps.
    private static readonly Dictionary<string, Rule> s_rules = new()
    {
        ["geth legacypool"] = static (o, n) => n.MaxFeePerGasWei > o.MaxFeePerGasWei && n.TipWei > o.TipWei
            && n.MaxFeePerGasWei >= (UInt128)o.MaxFeePerGasWei * 110 / 100 && n.TipWei >= (UInt128)o.TipWei * 110 / 100,
        ["reth"] = static (o, n) => n.MaxFeePerGasWei >= Ceiling(o.MaxFeePerGasWei)
            && (o.TipWei == 0 || n.TipWei == 0 || n.TipWei >= Ceiling(o.TipWei)),
        ["nethermind"] = static (o, n) => o.MaxFeePerGasWei == 0
            || (n.MaxFeePerGasWei >= (UInt128)o.MaxFeePerGasWei + o.MaxFeePerGasWei / 10
                && (n.TipWei > (UInt128)o.TipWei + o.TipWei / 10
                    || (n.TipWei == (UInt128)o.TipWei + o.TipWei / 10 && o.MaxFeePerGasWei / 10 > 0 && o.TipWei / 10 > 0))),
        ["besu and erigon, 10 percent"] = static (o, n) => n.MaxFeePerGasWei >= Ceiling(o.MaxFeePerGasWei) && n.TipWei >= Ceiling(o.TipWei)
            && n.MaxFeePerGasWei > o.MaxFeePerGasWei,
        ["OpenEthereum, an eighth"] = static (o, n) => (UInt128)n.MaxFeePerGasWei * 8 > (UInt128)o.MaxFeePerGasWei * 9
            && (UInt128)n.TipWei * 8 > (UInt128)o.TipWei * 9,
        ["hardhat, 10 percent of both"] = static (o, n) => n.MaxFeePerGasWei >= Ceiling(o.MaxFeePerGasWei) && n.TipWei >= Ceiling(o.TipWei),
        ["anvil, one wei"] = static (o, n) => n.MaxFeePerGasWei > o.MaxFeePerGasWei,
    };

    public static TheoryData<string> Clients => [.. s_rules.Keys];

    [Theory, MemberData(nameof(Clients))]
    public void Levels_EveryPair_TheHigherReplacesTheLower(string client)
    {
        Rule replaces = s_rules[client];
        foreach (FeeQuote from in Starts())
        {
            FeeQuote[] levels = FeeLadder.Levels(in from, ulong.MaxValue / 2);
            Assert.True(levels.Length > 3, $"{from}: {levels.Length} levels");
            for (int i = 1; i < levels.Length; i++)
                for (int j = 0; j < i; j++)
                    Assert.True(replaces(levels[j], levels[i]), $"{client}: {levels[i]} does not replace {levels[j]}");
        }
    }

    [Theory, MemberData(nameof(Clients))]
    public void Rules_TheSameOfferAgain_AreNotFooled(string client) =>
        Assert.False(s_rules[client](new FeeQuote(100 * Gwei, Gwei), new FeeQuote(100 * Gwei, Gwei)));

    [Fact]
    public void Levels_NinePercent_IsNotEnoughForTheTenPercentClients()
    {
        FeeQuote[] levels = FeeLadder.Levels(new FeeQuote(100 * Gwei, Gwei), 200 * Gwei, bumpPercent: 9);
        Assert.False(s_rules["geth legacypool"](levels[0], levels[1]));
        Assert.False(s_rules["reth"](levels[0], levels[1]));
        Assert.False(s_rules["hardhat, 10 percent of both"](levels[0], levels[1]));
        Assert.True(s_rules["anvil, one wei"](levels[0], levels[1]));
    }

    // The nethermind revision that compares min(cap, base fee + tip): a bump of a small tip moves that by less than a tenth.
    [Fact]
    public void Levels_ClientThatComparesThePricePaid_MayRefuseAStepWhileTheBaseFeeIsFarAboveTheTip()
    {
        FeeQuote[] levels = FeeLadder.Levels(new FeeQuote(200 * Gwei, Gwei), 300 * Gwei);
        const ulong baseFee = 90 * Gwei;
        ulong Paid(FeeQuote q) => Math.Min(q.MaxFeePerGasWei, baseFee + q.TipWei);
        Assert.True(Paid(levels[1]) < Paid(levels[0]) + Paid(levels[0]) / 10);
    }

    [Fact]
    public void Levels_Budget_IsNeverPassedAndTheStepBeyondItWouldPassIt()
    {
        FeeQuote[] levels = FeeLadder.Levels(new FeeQuote(30 * Gwei, 2 * Gwei), 100 * Gwei);
        Assert.Equal(new FeeQuote(30 * Gwei, 2 * Gwei), levels[0]);
        Assert.True(levels[^1].MaxFeePerGasWei <= 100 * Gwei);
        Assert.True(FeePolicy.Bump(levels[^1].MaxFeePerGasWei) > 100 * Gwei);
        Assert.All(levels, level => Assert.True(level.TipWei <= level.MaxFeePerGasWei));
    }

    [Fact]
    public void Levels_LowestAboveTheBudget_IsEmpty() => Assert.Empty(FeeLadder.Levels(new FeeQuote(101, 1), 100));

    [Fact]
    public void Levels_FromOneWeiToTheTop_EndsWithoutWrapping()
    {
        FeeQuote[] levels = FeeLadder.Levels(new FeeQuote(1, 0), ulong.MaxValue);
        Assert.True(levels.Length < FeeLadder.MostLevels);
        for (int i = 1; i < levels.Length; i++)
            Assert.True(levels[i].MaxFeePerGasWei > levels[i - 1].MaxFeePerGasWei && levels[i].TipWei > levels[i - 1].TipWei);
    }

    [Fact]
    public void Levels_IntoRoom_AllocatesNothing()
    {
        Span<FeeQuote> room = new FeeQuote[16];
        FeeQuote from = new(30 * Gwei, Gwei);
        FeeLadder.Levels(in from, 200 * Gwei, 13, room);
        int count = default;
        AllocationWatch watch = new();
        while (watch.Next())
            count = FeeLadder.Levels(in from, 200 * Gwei, 13, room);
        Assert.Equal(0, watch.LeastBytes);
        Assert.Equal(16, count);
    }

    private static IEnumerable<FeeQuote> Starts()
    {
        for (ulong wei = 1; wei <= 60; wei++)
            yield return new FeeQuote(wei, wei / 2);
        yield return new FeeQuote(30 * Gwei, 1_500_000_000);
        yield return new FeeQuote(7, 7);
        yield return new FeeQuote(1UL << 60, 3);
        yield return new FeeQuote(99, 0);
    }

    private static UInt128 Ceiling(ulong fee) => ((UInt128)fee * 110 + 99) / 100;
}
