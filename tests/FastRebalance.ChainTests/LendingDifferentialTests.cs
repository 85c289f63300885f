using System.Diagnostics;
using FastRebalance.Core.Assets;
using FastRebalance.Ethereum.Encoding;
using FastRebalance.Ethereum.Rpc;
using FastRebalance.Lending;
using DevnetCalls = FastRebalance.Devnet.Lending.LendingCalls;

namespace FastRebalance.ChainTests;

/// <summary>The lending room against the real contracts, to the unit, through thousands of seeded states.</summary>
public sealed class LendingDifferentialTests(LendingChain chain, ITestOutputHelper output) : IClassFixture<LendingChain>
{
    private const int States = 4_000;
    private const int Histories = 8;
    private const int StatesBetweenReadings = 50;

    private static readonly (string What, int Least)[] s_wanted =
    [
        ("accounts with debt", 2 * States), ("… in the stable category", 300), ("… in the priced category", 150), ("… in isolation", 300),
        ("whole readings", 40), ("liquidation", 40), ("liquidation for aTokens", 10), ("liquidation in e-mode", 10), ("closed in part", 10),
        ("closed in full", 10), ("protocol fees", 20), ("flash loan", 10), ("repay for another", 3), ("repayWithATokens", 5), ("mint to treasury", 10),
        ("supply", 100), ("borrow", 100), ("repay", 50), ("withdraw", 50), ("transfer", 20), ("price", 200), ("category", 5),
    ];

    private readonly AccountEntry[] _entries = new AccountEntry[AccountConfiguration.MostReserves];

    [Fact]
    public async Task Market_SeededStates_EqualsTheContractsToTheUnit()
    {
        long started = Stopwatch.GetTimestamp();
        Dictionary<string, int> done = [];
        int compared = 0;
        for (int history = 0; history < Histories; history++)
            compared += await FollowAsync(history, done);

        output.WriteLine(
            $"{compared} states compared in {Stopwatch.GetElapsedTime(started).TotalSeconds:F1} s: "
            + string.Join(", ", done.OrderBy(one => one.Key, StringComparer.Ordinal).Select(one => $"{one.Key} {one.Value}")));
        Assert.True(compared >= States, $"only {compared} states were compared");
        foreach ((string what, int least) in s_wanted)
            Assert.True(done.GetValueOrDefault(what) >= least, $"'{what}' happened {done.GetValueOrDefault(what)} times, wanted are {least}");
    }

    // One history after another from the same beginning, since a long one ends in a market where hardly anything is possible.
    private async Task<int> FollowAsync(int history, Dictionary<string, int> done)
    {
        Func<Task> rewind = await chain.KeepAsync();
        LendingMarket market = await chain.ReadAsync(await chain.Node.BlockNumberAsync());
        LendingDriver driver = new(chain, market, new Random(20_262 + history), done);
        await driver.BeginAsync();
        int compared = 0;
        for (; compared < States / Histories; compared++)
        {
            Receipt receipt = await driver.StepAsync();
            await AssertEqualsContractsAsync(market, receipt.BlockNumber);
            Add("accounts with debt", CountIndebted(market, null));
            Add("… in the stable category", CountIndebted(market, 1));
            Add("… in the priced category", CountIndebted(market, LendingChain.PricedCategory));
            Add("… in isolation", market.Reserves.Count(reserve => reserve.State.IsolatedDebt != 0));
            if (compared % StatesBetweenReadings != 0)
                continue;
            AssertSame(await chain.ReadAsync(receipt.BlockNumber), market);
            Add("whole readings", 1);
        }
        await rewind();
        return compared;

        void Add(string what, int count) => done[what] = done.GetValueOrDefault(what) + count;
    }

    private static int CountIndebted(LendingMarket market, byte? category) => market.Accounts.Count(
        account => (category is null || account.EModeCategory == category) && account.ScaledDebt.ContainsAnyExcept(UInt128.Zero));

    private async Task AssertEqualsContractsAsync(LendingMarket market, ulong block)
    {
        List<EthCall> calls = [.. chain.Users.Select(user => new EthCall(chain.Pool, DevnetCalls.WithAddresses("getUserAccountData(address)", user)))];
        calls.AddRange(market.Reserves.Select(reserve => new EthCall(chain.Pool, DevnetCalls.WithAddresses("getReserveData(address)", reserve.Facts.Asset))));
        EthCallOutcome[] answers = await chain.Node.CallManyAsync(calls, block);
        for (int i = 0; i < chain.Users.Count; i++)
        {
            LendingAccount account = market.Follow(chain.Users[i]);
            Assert.Equal(LendingStatus.Exact, market.Fill(account, chain.Time, _entries, out int count));
            Assert.Equal(LendingStatus.Exact, AccountMath.Measure(_entries.AsSpan(0, count), market.Prices, out AccountData data));
            Assert.Equal(
                Words(answers[i]),
                new UInt256[] { data.TotalCollateral, data.TotalDebt, data.AvailableBorrows, data.LiquidationThresholdBps, data.LtvBps, data.HealthFactor });
        }
        for (int i = 0; i < market.Reserves.Count; i++)
            AssertReserve(Words(answers[chain.Users.Count + i]), market.Reserves[i].State);
    }

    private static void AssertReserve(UInt256[] words, ReserveState state)
    {
        Assert.Equal(words[0], state.Configuration.Data);
        Assert.Equal(words[1..4], new UInt256[] { state.LiquidityIndex, state.Rates.Supply, state.BorrowIndex });
        Assert.Equal(words[4], state.Rates.Borrow);
        Assert.Equal(words[6], state.LastUpdate);
        Assert.Equal(words[12..15], new UInt256[] { state.AccruedToTreasury, state.Unbacked, state.IsolatedDebt });
    }

    private static void AssertSame(LendingMarket expected, LendingMarket kept)
    {
        Assert.True(kept.IsReady);
        Assert.Equal(expected.FlashPremiumToProtocolBps, kept.FlashPremiumToProtocolBps);
        Assert.Equal(expected.Prices.ToArray(), kept.Prices.ToArray());
        for (int i = 0; i < expected.Reserves.Count; i++)
        {
            Assert.Equal(expected.Reserves[i].Facts, kept.Reserves[i].Facts);
            Assert.Equal(expected.Reserves[i].State, kept.Reserves[i].State);
        }
        for (int category = 0; category <= byte.MaxValue; category++)
            Assert.Equal(expected.Category((byte)category), kept.Category((byte)category));
        foreach (LendingAccount account in expected.Accounts)
        {
            LendingAccount other = kept.Follow(account.Address);
            Assert.Equal((account.Configuration, account.EModeCategory), (other.Configuration, other.EModeCategory));
            Assert.Equal(account.ScaledSupply.ToArray(), other.ScaledSupply.ToArray());
            Assert.Equal(account.ScaledDebt.ToArray(), other.ScaledDebt.ToArray());
        }
    }

    private static UInt256[] Words(EthCallOutcome answer)
    {
        Assert.True(answer.Success, answer.Error?.ToString());
        UInt256[] words = new UInt256[answer.Data.Length / AbiWriter.WordLength];
        for (int i = 0; i < words.Length; i++)
            words[i] = UInt256.ReadBigEndian(answer.Data.AsSpan(i * AbiWriter.WordLength, AbiWriter.WordLength));
        return words;
    }
}
