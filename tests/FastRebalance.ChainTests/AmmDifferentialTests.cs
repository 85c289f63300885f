using FastRebalance.Amm;
using FastRebalance.Amm.UniswapV3;
using FastRebalance.Core.Assets;
using FastRebalance.Core.Results;
using FastRebalance.Devnet.Market;
using FastRebalance.Ethereum.Contracts;
using FastRebalance.Ethereum.Encoding;
using FastRebalance.Ethereum.Rpc;

namespace FastRebalance.ChainTests;

/// <summary>
/// Quotes against what the deployed contracts do: the pair's own swap for V2 (a call that would revert is infeasible), QuoterV2
/// for V3 (a price at the end of the scale says that the pool ran out).
/// </summary>
public sealed class AmmDifferentialTests(AmmChain chain, ITestOutputHelper output) : IClassFixture<AmmChain>
{
    /// <summary>Both kinds come past two thousand quotes in each sense.</summary>
    private const int AmountsPerDirection = 210;

    private const int QuotesPerKind = 2_000;

    [Fact]
    public async Task QuoteExactIn_SeededAmountsOnEveryPool_EqualsTheContracts()
    {
        ulong block = await chain.Node.BlockNumberAsync();
        var counts = new SortedDictionary<QuoteStatus, int>();
        var perKind = new SortedDictionary<string, int>();
        List<string> mismatches = [];
        foreach (AmmPoolUnderTest under in chain.Pools)
        {
            Pool pool = await chain.ReadAsync(under, block);
            foreach (bool sells0 in new[] { true, false })
            {
                List<UInt256> amounts = Amounts(pool, sells0);
                EthCallOutcome[] answers = await chain.Node.CallManyAsync([.. amounts.Select(amount => Ask(under, sells0, amount))], block);
                for (int i = 0; i < amounts.Count; i++)
                {
                    QuoteStatus status = pool.QuoteExactIn(sells0 ? pool.Asset0 : pool.Asset1, amounts[i], out SwapQuote quote);
                    counts[status] = counts.GetValueOrDefault(status) + 1;
                    perKind[under.Kind] = perKind.GetValueOrDefault(under.Kind) + 1;
                    string? difference = under.IsV2 ? DifferenceV2(answers[i], status, quote) : DifferenceV3(answers[i], status, quote);
                    if (difference is not null)
                        mismatches.Add($"{under} sells {(sells0 ? 0 : 1)}: {amounts[i]} in, {status} {quote.AmountOut} out; {difference}");
                }
            }
        }

        int total = counts.Values.Sum();
        output.WriteLine($"{total} quotes on {chain.Pools.Count} pools, {mismatches.Count} mismatches; {string.Join(", ", counts)}");
        Assert.True(mismatches.Count == 0, string.Join('\n', mismatches.Take(20)));
        Assert.Equal(2, perKind.Count);
        Assert.All(perKind, kind => Assert.True(kind.Value >= QuotesPerKind, $"{kind}"));
        foreach (QuoteStatus wanted in new[]
            { QuoteStatus.Exact, QuoteStatus.ZeroOutput, QuoteStatus.InsufficientLiquidity, QuoteStatus.Overflow })
            Assert.True(counts.GetValueOrDefault(wanted) >= 20, $"too few amounts ended in {wanted}");
    }

    /// <summary>
    /// The router's <c>getAmountsIn</c> for V2, and for V3 QuoterV2, which refuses an output that the pool cannot pay whole.
    /// </summary>
    [Fact]
    public async Task QuoteExactOut_SeededAmountsOnEveryPool_EqualsTheContracts()
    {
        ulong block = await chain.Node.BlockNumberAsync();
        var counts = new SortedDictionary<QuoteStatus, int>();
        var perKind = new SortedDictionary<string, int>();
        List<string> mismatches = [];
        foreach (AmmPoolUnderTest under in chain.Pools)
        {
            Pool pool = await chain.ReadAsync(under, block);
            foreach (bool sells0 in new[] { true, false })
            {
                (AssetId sell, AssetId buy) = sells0 ? (pool.Asset0, pool.Asset1) : (pool.Asset1, pool.Asset0);
                List<UInt256> amounts = Spread(MostOut(pool, sell, buy));
                EthCallOutcome[] answers = await chain.Node.CallManyAsync([.. amounts.Select(amount => AskOut(under, sells0, amount))], block);
                for (int i = 0; i < amounts.Count; i++)
                {
                    QuoteStatus status = pool.QuoteExactOut(sell, buy, amounts[i], out SwapQuote quote);
                    counts[status] = counts.GetValueOrDefault(status) + 1;
                    perKind[under.Kind] = perKind.GetValueOrDefault(under.Kind) + 1;
                    string? difference = DifferenceOut(answers[i], pool, sell, status, quote, amounts[i]);
                    if (difference is not null)
                        mismatches.Add($"{under} sells {(sells0 ? 0 : 1)}: {amounts[i]} out, {status} {quote.AmountInUsed} in; {difference}");
                }
            }
        }

        output.WriteLine($"{string.Join(", ", perKind)}; {mismatches.Count} mismatches; {string.Join(", ", counts)}");
        Assert.True(mismatches.Count == 0, string.Join('\n', mismatches.Take(20)));
        Assert.Equal(2, perKind.Count);
        Assert.All(perKind, kind => Assert.True(kind.Value >= QuotesPerKind, $"{kind}"));
        Assert.True(counts[QuoteStatus.Exact] >= 3_000);
        Assert.True(counts[QuoteStatus.InsufficientLiquidity] >= 100);
    }

    [Fact]
    public async Task QuoteExactIn_ExhaustedV3Pool_NamesExactlyWhatThePoolTakes()
    {
        ulong block = await chain.Node.BlockNumberAsync();
        int checkedPools = 0;
        foreach (AmmPoolUnderTest under in chain.Pools.Where(pool => !pool.IsV2))
        {
            Pool pool = await chain.ReadAsync(under, block);
            foreach (bool sells0 in new[] { true, false })
            {
                UInt256 capacity = Capacity(pool, sells0);
                (UInt256 fullOut, UInt256 fullPrice) = await QuoteAsync(under, sells0, capacity, block);
                (UInt256 overOut, UInt256 overPrice) = await QuoteAsync(under, sells0, capacity + 1, block);
                (_, UInt256 shortPrice) = await QuoteAsync(under, sells0, capacity - 1, block);

                // One unit more finds nothing to buy and runs to the end of the scale; one less does not come as far.
                Assert.Equal(Limit(sells0), overPrice);
                Assert.Equal(fullOut, overOut);
                Assert.NotEqual(fullPrice, shortPrice);
                Assert.Equal(QuoteStatus.Exact, pool.QuoteExactIn(sells0 ? pool.Asset0 : pool.Asset1, capacity, out SwapQuote quote));
                Assert.Equal(fullOut, quote.AmountOut);
                checkedPools++;
            }
        }
        Assert.Equal(12, checkedPools);
    }

    /// <summary>Dust, every size up to twice what the pool takes, its very edge, and the edges of the contracts' number types.</summary>
    private List<UInt256> Amounts(Pool pool, bool sells0) => Spread(Capacity(pool, sells0));

    private List<UInt256> Spread(UInt256 capacity)
    {
        UInt256 signed = UInt256.One << 255;
        List<UInt256> amounts = [1, 2, 3, 7, capacity - 1, capacity, capacity + 1, capacity * 2, signed - 1, signed, UInt256.MaxValue];
        double bits = Math.Log2((double)capacity) + 1;
        while (amounts.Count < AmountsPerDirection)
        {
            Assert.True(UInt256.TryFromDoubleFloor(Math.Pow(2, chain.Random.NextDouble() * bits), out UInt256 amount));
            amounts.Add(amount);
        }
        return amounts;
    }

    /// <summary>The largest amount that the pool takes whole.</summary>
    private static UInt256 Capacity(Pool pool, bool sells0)
    {
        AssetId sell = sells0 ? pool.Asset0 : pool.Asset1;
        if (pool.QuoteExactIn(sell, UInt256.MaxValue >> 1, out SwapQuote all) == QuoteStatus.InsufficientLiquidity)
            return all.AmountInUsed;
        UInt256 capacity = UInt256.Zero;
        for (int bit = 111; bit >= 0; bit--)
        {
            UInt256 more = capacity + (UInt256.One << bit);
            if (pool.QuoteExactIn(sell, more, out _) != QuoteStatus.Overflow)
                capacity = more;
        }
        return capacity;
    }

    private EthCall Ask(AmmPoolUnderTest pool, bool sells0, UInt256 amount) => pool.IsV2
        ? new EthCall(
            chain.V2Router,
            UniswapCalls.SwapV2(pool.Token(sells0), pool.Token(!sells0), amount, chain.Sender.Account), chain.Sender.Account)
        : new EthCall(chain.Quoter, UniswapCalls.QuoteV3(pool.Token(sells0), pool.Token(!sells0), (int)pool.FeePips, amount));

    /// <summary>The most that the pool pays out.</summary>
    private static UInt256 MostOut(Pool pool, AssetId sell, AssetId buy)
    {
        if (pool is UniswapV2Pool pair)
            return (buy == pair.Asset0 ? pair.Reserve0 : pair.Reserve1) - 1;
        pool.QuoteExactOut(sell, buy, UInt256.MaxValue >> 1, out SwapQuote all);
        return all.AmountOut;
    }

    private EthCall AskOut(AmmPoolUnderTest pool, bool sells0, UInt256 amount) => pool.IsV2
        ? new EthCall(chain.V2Router, CallData.Of("getAmountsIn(uint256,address[])", 2, (ref AbiWriter writer) =>
        {
            writer.WriteUInt256(amount);
            AbiFrame path = writer.BeginArray(2, headWordsEach: 1);
            writer.WriteAddress(pool.Token(sells0));
            writer.WriteAddress(pool.Token(!sells0));
            writer.End(path);
        }))
        : new EthCall(
            chain.Quoter, CallData.Of("quoteExactOutputSingle((address,address,uint256,uint24,uint160))", 5, (ref AbiWriter writer) =>
            {
                writer.WriteAddress(pool.Token(sells0));
                writer.WriteAddress(pool.Token(!sells0));
                writer.WriteUInt256(amount);
                writer.WriteUInt64(pool.FeePips);
                writer.WriteUInt64(0);
            }));

    /// <summary>A V2 router tells also what no pair could take; the quote then names it beside its refusal.</summary>
    private static string? DifferenceOut(
        EthCallOutcome answer, Pool pool, AssetId sell, QuoteStatus status, in SwapQuote quote, UInt256 wanted)
    {
        if (!answer.Success)
            return status is QuoteStatus.InsufficientLiquidity or QuoteStatus.Overflow ? null : $"the contract refused: {answer.Error?.Message}";
        UInt256 taken = Word(answer.Data, pool is UniswapV2Pool ? 2 : 0);
        bool isTooMuchForThePair = status == QuoteStatus.Overflow && pool is UniswapV2Pool && taken > pool.CapacityIn(sell, pool.Other(sell));
        return (status == QuoteStatus.Exact || isTooMuchForThePair) && taken == quote.AmountInUsed && quote.AmountOut == wanted
            ? null : $"the contract takes {taken}";
    }

    /// <summary>The router returns the amounts of the path: in, then out.</summary>
    private static string? DifferenceV2(EthCallOutcome answer, QuoteStatus status, in SwapQuote quote)
    {
        if (!answer.Success)
            return status is QuoteStatus.Overflow or QuoteStatus.ZeroOutput ? null : $"the contract refused: {answer.Error?.Message}";
        UInt256 paid = Word(answer.Data, 3);
        return status == QuoteStatus.Exact && paid == quote.AmountOut ? null : $"the contract paid {paid}";
    }

    private static string? DifferenceV3(EthCallOutcome answer, QuoteStatus status, in SwapQuote quote)
    {
        if (!answer.Success)
            return status == QuoteStatus.Overflow ? null : $"the contract refused: {answer.Error?.Message}";
        UInt256 paid = Word(answer.Data, 0);
        UInt256 price = Word(answer.Data, 1);
        bool ranOut = price == Limit(sells0: true) || price == Limit(sells0: false);
        if (paid != quote.AmountOut)
            return $"the contract paid {paid}";

        return status switch
        {
            QuoteStatus.InsufficientLiquidity => ranOut ? null : "the contract took it all",
            QuoteStatus.ZeroOutput => paid.IsZero ? null : "the contract paid",
            QuoteStatus.Exact => ranOut ? "the pool ran out" : null,
            _ => "the contract answered",
        };
    }

    private async Task<(UInt256 Out, UInt256 PriceAfter)> QuoteAsync(AmmPoolUnderTest pool, bool sells0, UInt256 amount, ulong block)
    {
        EthCall ask = Ask(pool, sells0, amount);
        byte[] answer = await chain.Node.CallAsync(ask.To, ask.Data, block);
        return (Word(answer, 0), Word(answer, 1));
    }

    private static UInt256 Limit(bool sells0) => sells0 ? TickMath.MinSqrtRatio + 1 : TickMath.MaxSqrtRatio - 1;

    private static UInt256 Word(byte[] data, int index) => UInt256.ReadBigEndian(data.AsSpan(32 * index, 32));
}
