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
    private const int States = 2_000;
    private const int StatesBetweenReadings = 100;

    private readonly AccountEntry[] _entries = new AccountEntry[AccountConfiguration.MostReserves];

    [Fact]
    public async Task Market_SeededStates_EqualsTheContractsToTheUnit()
    {
        long started = Stopwatch.GetTimestamp();
        LendingMarket market = await chain.ReadAsync(await chain.Node.BlockNumberAsync());
        LendingDriver driver = new(chain, market, new Random(20_262));
        int compared = 0, accounts = 0, indebted = 0, readings = 0;
        for (; compared < States; compared++)
        {
            Receipt receipt = await driver.StepAsync();
            (int all, int owing) = await AssertEqualsContractsAsync(market, receipt.BlockNumber);
            accounts += all;
            indebted += owing;
            if (compared % StatesBetweenReadings != 0)
                continue;
            AssertSame(await chain.ReadAsync(receipt.BlockNumber), market);
            readings++;
        }
        output.WriteLine(
            $"{compared} states, {accounts} accounts ({indebted} with debt), {readings} whole readings in {Stopwatch.GetElapsedTime(started).TotalSeconds:F1} s; "
            + $"{driver.Failed} reverted; {string.Join(", ", driver.Done.OrderBy(done => done.Key).Select(done => $"{done.Key} {done.Value}"))}");
        Assert.True(compared >= States, $"only {compared} states were compared");
        Assert.True(indebted > 3 * States, $"only {indebted} accounts had debt");
        foreach (string wanted in new[] { "liquidation", "liquidation for aTokens", "closed in part", "closed in full", "protocol fees", "flash loan", "e-mode", "repayWithATokens", "mint to treasury" })
            Assert.True(driver.Done.GetValueOrDefault(wanted) >= 5, $"'{wanted}' hardly happened: {driver.Done.GetValueOrDefault(wanted)} times");
    }

    private async Task<(int Accounts, int Indebted)> AssertEqualsContractsAsync(LendingMarket market, ulong block)
    {
        List<EthCall> calls = [.. chain.Users.Select(user => new EthCall(chain.Pool, DevnetCalls.WithAddresses("getUserAccountData(address)", user)))];
        calls.AddRange(market.Reserves.Select(reserve => new EthCall(chain.Pool, DevnetCalls.WithAddresses("getReserveData(address)", reserve.Facts.Asset))));
        EthCallOutcome[] answers = await chain.Node.CallManyAsync(calls, block);
        int indebted = 0;
        for (int i = 0; i < chain.Users.Count; i++)
        {
            LendingAccount account = market.Follow(chain.Users[i]);
            Assert.Equal(LendingStatus.Exact, market.Fill(account, chain.Time, _entries, out int count));
            Assert.Equal(LendingStatus.Exact, AccountMath.Measure(_entries.AsSpan(0, count), market.Prices, out AccountData data));
            Assert.Equal(
                Words(answers[i]),
                new UInt256[] { data.TotalCollateral, data.TotalDebt, data.AvailableBorrows, data.LiquidationThresholdBps, data.LtvBps, data.HealthFactor });
            indebted += data.TotalDebt.IsZero ? 0 : 1;
        }
        for (int i = 0; i < market.Reserves.Count; i++)
            AssertReserve(Words(answers[chain.Users.Count + i]), market.Reserves[i].State);
        return (chain.Users.Count, indebted);
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
