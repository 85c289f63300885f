using FastRebalance.Core.Assets;
using FastRebalance.Core.Hashing;
using FastRebalance.Lending;
using FastRebalance.Lending.Logs;
using static FastRebalance.UnitTests.Lending.LendingSamples;

namespace FastRebalance.UnitTests.Lending.Logs;

/// <summary>Logs in odd shapes, and events that contradict the state; the usual ones are held against the real contracts in the chain tests.</summary>
public sealed class LendingLogTests
{
    private static readonly Hash32 s_owner = Word(Owner);

    [Fact]
    public void TryReadLog_StrangeEmitterOrTopic_IsOfNoConcern()
    {
        LendingMarket market = Market();
        Assert.Equal(LendingEventKind.None, Read(market, Of(0x77), [LendingTopics.Mint, s_owner, s_owner], 3).Kind);
        Assert.Equal(LendingEventKind.None, Read(market, Sites.Pool, [Keccak256.HashOfText("Other()")], 0).Kind);
        Assert.Equal(LendingEventKind.None, Read(market, Sites.Pool, [], 0).Kind);
    }

    [Fact]
    public void TryReadLog_WrongShape_IsMalformed()
    {
        LendingMarket market = Market();
        Address token = market.Reserve(Usdc).Facts.VariableDebtToken;
        Assert.Equal(LendingEventKind.DebtMinted, Read(market, token, [LendingTopics.Mint, s_owner, s_owner], 3).Kind);
        Assert.Equal(LendingEventKind.Malformed, Read(market, token, [LendingTopics.Mint, s_owner, s_owner], 2).Kind);
        Assert.Equal(LendingEventKind.Malformed, Read(market, token, [LendingTopics.Mint, s_owner, s_owner], 4).Kind);
        Assert.Equal(LendingEventKind.Malformed, Read(market, token, [LendingTopics.Mint, s_owner], 3).Kind);
        Assert.Equal(LendingEventKind.Malformed, Read(market, token, [LendingTopics.Mint, LendingTopics.Mint, s_owner], 3).Kind);
        Assert.Equal(LendingEventKind.Malformed, Read(market, Sites.Pool, [LendingTopics.MintedToTreasury, Word(Of(0x77))], 1).Kind);
    }

    [Fact]
    public void Apply_AnswerBelowZero_LeavesNoPrice()
    {
        LendingMarket market = Market();
        Hash32 negative = new(Enumerable.Repeat((byte)0xff, 32).ToArray());
        LendingEvent e = Read(market, WethAggregator, [LendingTopics.AnswerUpdated, negative, Hash32.Zero], 1);
        Assert.Equal(LendingLogStatus.Applied, market.Apply(e));
        Assert.Equal(UInt256.Zero, market.Prices[Weth]);
        Assert.Equal(Dollars(1), market.Prices[Usdc]);
    }

    [Fact]
    public void Apply_AnotherPriceSource_ForgetsThePriceAndAsksForReading()
    {
        LendingMarket market = Market();
        LendingEvent e = Read(market, Sites.Oracle, [LendingTopics.AssetSourceUpdated, Word(AssetOf(Weth)), Word(Of(0x66))], 0);
        Assert.Equal(LendingLogStatus.NeedsReading, market.Apply(e));
        Assert.False(market.IsReady);
        Assert.Equal(UInt256.Zero, market.Prices[Weth]);
    }

    [Fact]
    public void Apply_StableDebt_AsksForReading()
    {
        LendingMarket market = Market();
        LendingEvent e = Read(market, market.Reserve(Weth).Facts.StableDebtToken, [LendingTopics.Mint, s_owner, s_owner], 5);
        Assert.Equal(LendingLogStatus.NeedsReading, market.Apply(e));
        Assert.Equal(LendingStatus.NotReady, market.Fill(Account(market, Ether(1), default), Time, new AccountEntry[4], out _));
    }

    [Fact]
    public void Apply_MoreBurntThanThereIs_Contradicts()
    {
        LendingMarket market = Market();
        Account(market, Ether(1), Usd(10));
        LendingEvent e = new() { Kind = LendingEventKind.DebtBurnt, Reserve = Usdc, Time = Time, Account = Owner, A = Usd(11), C = WadRay.Ray };
        Assert.Equal(LendingLogStatus.Contradicts, market.Apply(e));
        Assert.Equal(LendingLogStatus.Contradicts, market.Apply(e with { A = Usd(1), Time = Time - 1 }));
        Assert.Equal((UInt128)Usd(10), market.Follow(Owner).ScaledDebt[Usdc]);
    }

    [Fact]
    public void Apply_RepaymentSmallerThanTheInterest_ShrinksTheDebtThatIsToldOfAsAMint()
    {
        LendingMarket market = Market();
        LendingAccount account = Account(market, Ether(1), Usd(10));
        LendingEvent e = new() { Kind = LendingEventKind.DebtMinted, Reserve = Usdc, Time = Time, Account = Owner, A = Usd(1), B = Usd(3), C = WadRay.Ray };
        Assert.Equal(LendingLogStatus.Applied, market.Apply(e));
        Assert.Equal((UInt128)Usd(8), account.ScaledDebt[Usdc]);
        Assert.True(account.Configuration.IsBorrowing(Usdc));
    }

    [Fact]
    public void Apply_RepaymentThatScalesToAllButIsNot_LeavesTheAccountBorrowing()
    {
        // At an index above 2, a scaled unit is worth three: two of them scale up to it, and one is still owed by the pool's book.
        LendingMarket market = Market();
        LendingAccount account = Account(market, Ether(1), UInt256.One);
        LendingEvent e = new() { Kind = LendingEventKind.DebtBurnt, Reserve = Usdc, Time = Time, Account = Owner, A = 2UL, C = WadRay.Ray * 3UL };
        Assert.Equal(LendingLogStatus.Applied, market.Apply(e));
        Assert.Equal(UInt128.Zero, account.ScaledDebt[Usdc]);
        Assert.True(account.Configuration.IsBorrowing(Usdc));
    }

    [Fact]
    public void Apply_NothingRead_IsUnknown() => Assert.Equal(LendingLogStatus.Unknown, Market().Apply(default(LendingEvent)));

    private static LendingEvent Read(LendingMarket market, Address emitter, Hash32[] topics, int words)
    {
        LendingEvent e = default;
        bool read = market.TryReadLog(in emitter, topics, new byte[32 * words], Time, ref e);
        Assert.Equal(read, e.Kind is not (LendingEventKind.None or LendingEventKind.Malformed));
        return e;
    }

    private static Hash32 Word(Address address)
    {
        byte[] word = new byte[32];
        address.Span.CopyTo(word.AsSpan(12));
        return new Hash32(word);
    }
}
