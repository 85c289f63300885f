using FastRebalance.Amm;
using FastRebalance.Core.Assets;
using FastRebalance.Core.Events;
using FastRebalance.Core.Results;
using FastRebalance.Ethereum.Rpc;
using FastRebalance.Tests;

namespace FastRebalance.ChainTests;

/// <summary>
/// Quotes, swaps and calls against Balancer's deployed vault and pools: its query to the unit, its refusals by name, its state after real swaps.
/// </summary>
public sealed class BalancerDifferentialTests(BalancerChain chain, ITestOutputHelper output) : IClassFixture<BalancerChain>
{
    private const int AmountsPerDirection = 56;
    private const int SwapsPerPool = 12;

    [Theory]
    [InlineData(BalancerWeightedPool.KindName)]
    [InlineData(BalancerStablePool.KindName)]
    public async Task Quote_SeededAmountsBothWays_EqualsTheVaultsQuery(string kind)
    {
        ulong block = await chain.Node.BlockNumberAsync();
        var counts = new SortedDictionary<QuoteStatus, int>();
        var refusals = new SortedDictionary<string, int>();
        List<string> mismatches = [];
        for (int i = 0; i < chain.Pools.Count; i++)
        {
            if (chain.Pools[i].Kind != kind)
                continue;
            BalancerPoolUnderTest under = await chain.ReadAsync(i, block);
            foreach ((AssetId sell, AssetId buy) in Directions(under.Pool))
                foreach (bool isIn in new[] { true, false })
                    await CompareAsync(under, sell, buy, isIn, block, counts, refusals, mismatches);
        }
        int total = counts.Values.Sum();
        output.WriteLine($"{kind}: {total} quotes, {mismatches.Count} mismatches; {string.Join(", ", counts)}");
        output.WriteLine($"refusals: {string.Join(", ", refusals)}");
        Assert.True(mismatches.Count == 0, string.Join('\n', mismatches.Take(20)));
        Assert.True(total >= 2_000);
        Assert.True(counts.GetValueOrDefault(QuoteStatus.Exact) >= 1_000);
        foreach (QuoteStatus wanted in new[] { QuoteStatus.ZeroOutput, QuoteStatus.InsufficientLiquidity, QuoteStatus.Overflow })
            Assert.True(counts.GetValueOrDefault(wanted) >= 10, $"too few amounts ended in {wanted}");
    }

    [Fact]
    public async Task Swap_SentToTheVault_LeavesCopyAndFollowerAsThePoolIsReadAnew()
    {
        var events = new SortedDictionary<MarketEventKind, int>();
        int swaps = 0;
        for (int i = 0; i < chain.Pools.Count; i++)
        {
            ulong start = await chain.Node.BlockNumberAsync();
            BalancerPoolUnderTest under = await chain.ReadAsync(i, start);
            Pool copy = under.Pool.Copy();
            (AssetId Sell, AssetId Buy)[] directions = [.. Directions(copy)];
            for (int n = 0; n < SwapsPerPool; n++)
            {
                (AssetId sell, AssetId buy) = directions[chain.Random.Next(directions.Length)];
                double part = Math.Pow(10, -6 * chain.Random.NextDouble());
                Assert.True(UInt256.TryFromDoubleFloor(part * 0.25 * UnitsOf(copy, sell, buy), out UInt256 amount));
                if (copy.Swap(sell, buy, amount, out SwapQuote quote) != QuoteStatus.Exact)
                    continue;
                await SendAsync(under, new SwapHop(sell, buy, amount, quote.AmountOut, quote.AmountOut, chain.Sender.Account));
                swaps++;
            }
            await chain.Sender.MineAsync(default);
            ulong end = await chain.Node.BlockNumberAsync();
            await FollowAsync(under.Pool, start + 1, end, events);

            List<PoolCall> calls = [];
            copy.AppendReconcileCalls(calls);
            byte[][] answers = await chain.CallAsync(calls, end);
            Assert.True(copy.Reconciles(answers), $"{under}: the copy is not what the chain has");
            Assert.True(under.Pool.IsReady && under.Pool.Reconciles(answers), $"{under}: the follower is not what the chain has");
            AssertSameQuotes((await chain.ReadAsync(i, end)).Pool, copy);
        }
        output.WriteLine($"{swaps} swaps sent, each held to its own quote as its limit; {string.Join(", ", events)}");
        Assert.True(swaps >= 100);
        Assert.Equal(swaps, events[MarketEventKind.PoolSwap]);
    }

    [Fact]
    public async Task Apply_FeeAndJoinOnChain_FollowsTheOneAndWaitsAfterTheOther()
    {
        ulong start = await chain.Node.BlockNumberAsync();
        BalancerPoolUnderTest under = await chain.ReadAsync(1, start);
        UInt256 fee = UInt256.PowerOfTen(16) * 2;
        await SendAsync(under.Pool.Address, BalancerCalls.OneNumber("setSwapFeePercentage(uint256)", fee));
        ulong changed = await FollowAsync(under.Pool, start);
        await AssertReconcilesAsync(under.Pool, changed);
        Assert.Equal(fee, ((BalancerWeightedPool)under.Pool).Fee);

        await SendAsync(chain.Vault, BalancerCalls.Join(
            under.VaultId, chain.Sender.Account, [.. under.Pool.Facts.Tokens], [1_000_000, 1_000_000]));
        await FollowAsync(under.Pool, changed);
        Assert.False(under.Pool.IsReady);
        await under.Pool.FillAsync(calls => chain.CallAsync(calls, BlockRef.Latest));
        await AssertReconcilesAsync(under.Pool, await chain.Node.BlockNumberAsync());
    }

    [Fact]
    public async Task Apply_AmplificationMovingOnChain_WaitsUntilItStops()
    {
        int first = chain.Pools.ToList().FindIndex(pool => pool.Kind == BalancerStablePool.KindName);
        ulong start = await chain.Node.BlockNumberAsync();
        BalancerPoolUnderTest under = await chain.ReadAsync(first, start);
        await SendAsync(under.Pool.Address, BalancerCalls.StartAmplificationUpdate(300, 4_000_000_000));
        ulong moving = await FollowAsync(under.Pool, start);
        Assert.False(under.Pool.IsReady);
        InvalidOperationException refusal = await Assert.ThrowsAsync<InvalidOperationException>(
            () => under.Pool.FillAsync(calls => chain.CallAsync(calls, BlockRef.Latest)));
        Assert.Contains("amplification is moving", refusal.Message);

        await SendAsync(under.Pool.Address, BalancerCalls.StopAmplificationUpdate());
        await FollowAsync(under.Pool, moving);
        await under.Pool.FillAsync(calls => chain.CallAsync(calls, BlockRef.Latest));
        Assert.True(under.Pool.IsReady);
    }

    private async Task CompareAsync(
        BalancerPoolUnderTest under, AssetId sell, AssetId buy, bool isIn, ulong block,
        SortedDictionary<QuoteStatus, int> counts, SortedDictionary<string, int> refusals, List<string> mismatches)
    {
        List<UInt256> amounts = Amounts(under.Pool, sell, buy, isIn);
        EthCallOutcome[] answers = await chain.Node.CallManyAsync([.. amounts.Select(amount => new EthCall(
            chain.Vault, BalancerCalls.Query(under.VaultId, under.Token(sell), under.Token(buy), amount, isIn)))], block);
        for (int i = 0; i < amounts.Count; i++)
        {
            QuoteStatus status = isIn
                ? under.Pool.QuoteExactIn(sell, buy, amounts[i], out SwapQuote quote)
                : under.Pool.QuoteExactOut(sell, buy, amounts[i], out quote);
            counts[status] = counts.GetValueOrDefault(status) + 1;
            string? difference = Difference(answers[i], status, isIn, in quote, out string refusal);
            if (refusal.Length > 0)
                refusals[$"{refusal} {status}"] = refusals.GetValueOrDefault($"{refusal} {status}") + 1;
            if (difference is not null)
                mismatches.Add(
                    $"{under} {sell}->{buy} {(isIn ? "in" : "out")} {amounts[i]}: {status} {quote.AmountInUsed} for {quote.AmountOut}; {difference}");
        }
    }

    /// <summary>The vault's answer: an array of two signed changes, its own gain first.</summary>
    private static string? Difference(EthCallOutcome answer, QuoteStatus status, bool isIn, in SwapQuote quote, out string refusal)
    {
        refusal = "";
        if (!answer.Success)
        {
            string message = answer.Error?.Message ?? "";
            int at = message.IndexOf("BAL#", StringComparison.Ordinal);
            refusal = at >= 0 ? message[at..(at + 7)] : "other";
            bool isRatio = refusal is "BAL#304" or "BAL#305";
            return status == QuoteStatus.Exact || isRatio && status != QuoteStatus.InsufficientLiquidity ? $"the vault refused: {message}" : null;
        }
        UInt256 taken = Word(answer.Data, 2);
        UInt256 paid = UInt256.WrappingSubtract(UInt256.Zero, Word(answer.Data, 3));
        if (status == QuoteStatus.ZeroOutput)
            return isIn && paid.IsZero ? null : $"the vault paid {paid}";
        return status == QuoteStatus.Exact && quote.AmountInUsed == taken && quote.AmountOut == paid ? null : $"the vault took {taken} for {paid}";
    }

    /// <summary>Dust, the edges of what the pool takes or holds, and sizes in between.</summary>
    private List<UInt256> Amounts(Pool pool, AssetId sell, AssetId buy, bool isIn)
    {
        UInt256 most = isIn ? pool.CapacityIn(sell, buy) : BalanceOf(pool, buy);
        List<UInt256> amounts = [1, 2, 3, 7, most - 1, most, most + 1, most * 2, UInt256.One << 112, UInt256.One << 255, UInt256.MaxValue];
        UInt256 ratio = most * 3 / 10;
        if (!isIn)
            amounts.AddRange([ratio, ratio + 1, ratio - 1]);
        double bits = Math.Log2((double)most) + 0.5;
        double usual = Math.Log2(UnitsOf(pool, isIn ? sell : buy, isIn ? buy : sell));
        while (amounts.Count < AmountsPerDirection)
        {
            double reach = chain.Random.Next(4) == 0 ? bits : usual;
            Assert.True(UInt256.TryFromDoubleFloor(Math.Pow(2, chain.Random.NextDouble() * reach), out UInt256 amount));
            amounts.Add(amount);
        }
        return amounts;
    }

    /// <summary>What the pool holds, or near it: by the vault's limit for a stable pool, by the part that may go in for a weighted one.</summary>
    private static UInt256 BalanceOf(Pool pool, AssetId asset)
    {
        AssetId other = pool.Assets[pool.IndexOf(asset) == 0 ? 1 : 0];
        UInt256 capacity = pool.CapacityIn(asset, other);
        return pool is BalancerStablePool ? (UInt256.One << 112) - 1 - capacity : capacity * 10 / 3;
    }

    private static double UnitsOf(Pool pool, AssetId asset, AssetId other) =>
        pool is BalancerStablePool ? (double)BalanceOf(pool, asset) : (double)pool.CapacityIn(asset, other) * 3;

    private static IEnumerable<(AssetId Sell, AssetId Buy)> Directions(Pool pool)
    {
        AssetId[] assets = pool.Assets.ToArray();
        return assets.SelectMany(sell => assets.Where(buy => buy != sell).Select(buy => (sell, buy)));
    }

    private async Task SendAsync(BalancerPoolUnderTest under, SwapHop hop)
    {
        byte[] data = new byte[1024];
        Assert.True(under.Pool.TryEncodeHop(in hop, data, out Address target, out int length));
        Assert.Equal(chain.Vault, target);
        await SendAsync(target, data[..length]);
    }

    private async Task SendAsync(Address target, byte[] data)
    {
        await chain.Sender.CallAsync("a call of the test", target, data, 2_000_000, default);
        await chain.Sender.MineAsync(default);
    }

    private async Task AssertReconcilesAsync(Pool pool, ulong block)
    {
        List<PoolCall> calls = [];
        pool.AppendReconcileCalls(calls);
        Assert.True(pool.IsReady && pool.Reconciles(await chain.CallAsync(calls, block)));
    }

    private async Task<ulong> FollowAsync(Pool pool, ulong since)
    {
        ulong end = await chain.Node.BlockNumberAsync();
        await FollowAsync(pool, since + 1, end, []);
        return end;
    }

    private async Task FollowAsync(Pool pool, ulong from, ulong to, SortedDictionary<MarketEventKind, int> events)
    {
        foreach (LogEntry log in await chain.Node.LogsAsync(from, to, new LogFilter([.. pool.LogSources])))
        {
            MarketEvent e = default;
            if (!pool.TryReadLog(log.Topics, log.Data, ref e))
                continue;
            pool.Apply(in e);
            events[e.Kind] = events.GetValueOrDefault(e.Kind) + 1;
        }
    }

    private static void AssertSameQuotes(Pool expected, Pool actual)
    {
        foreach ((AssetId sell, AssetId buy) in Directions(expected))
            for (int bits = 1; bits < 256; bits += 5)
            {
                QuoteStatus status = expected.QuoteExactIn(sell, buy, UInt256.One << bits, out SwapQuote quote);
                Assert.Equal(status, actual.QuoteExactIn(sell, buy, UInt256.One << bits, out SwapQuote same));
                Assert.Equal(quote.AmountOut, same.AmountOut);
            }
    }

    private static UInt256 Word(byte[] data, int index) => UInt256.ReadBigEndian(data.AsSpan(32 * index, 32));
}
