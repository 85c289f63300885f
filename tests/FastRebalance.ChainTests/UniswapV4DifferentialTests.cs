using System.Buffers.Binary;
using System.Text;
using FastRebalance.Amm;
using FastRebalance.Amm.Abi;
using FastRebalance.Amm.UniswapV3;
using FastRebalance.Amm.UniswapV4;
using FastRebalance.Core.Assets;
using FastRebalance.Core.Hashing;
using FastRebalance.Core.Results;
using FastRebalance.Ethereum.Encoding;
using FastRebalance.Ethereum.Rpc;
using FastRebalance.Tests;

namespace FastRebalance.ChainTests;

/// <summary>
/// What our reader makes of the deployed manager's storage, and quotes against two of the published contracts at once: V4Quoter, which refuses
/// what a pool does not take or pay whole, and a swap of the manager itself, which tells how far such a pool goes.
/// </summary>
public sealed class UniswapV4DifferentialTests(UniswapV4Chain chain, ITestOutputHelper output) : IClassFixture<UniswapV4Chain>
{
    private const int AmountsPerDirection = 90;

    private static readonly Dictionary<uint, string> Refusals = new[]
    {
        "NotEnoughLiquidity(bytes32)", "SafeCastOverflow()", "PriceLimitAlreadyExceeded(uint160,uint160)", "InvalidFeeForExactOut()",
        "UnexpectedRevertBytes(bytes)", "NotEnoughLiquidity()", "NotEnoughPriceLiquidity()", "InvalidPriceOrLiquidity()", "PriceOverflow()",
        "WrappedError(address,bytes4,bytes,bytes)",
    }.ToDictionary(text => BinaryPrimitives.ReadUInt32BigEndian(SelectorOf(text)), text => text[..text.IndexOf('(')]);

    [Fact]
    public async Task ReadAsync_EveryPool_IsWhatTheStateViewTells()
    {
        ulong block = await chain.Node.BlockNumberAsync();
        int ticks = 0;
        foreach (UniswapV4PoolUnderTest under in chain.Pools)
        {
            UniswapV4Pool pool = await chain.ReadAsync(under, block);
            byte[] slot0 = await chain.Node.CallAsync(chain.StateView, UniswapV4Calls.View("getSlot0", pool.KeyHash), block);
            byte[] liquidity = await chain.Node.CallAsync(chain.StateView, UniswapV4Calls.View("getLiquidity", pool.KeyHash), block);
            Assert.True(AbiWords.TryReadInt24(slot0, 1, out int tick));
            Assert.Equal((Word(slot0, 0), tick, Word(liquidity, 0)), (pool.State.SqrtPriceX96, pool.State.Tick, (UInt256)pool.State.Liquidity));
            UniswapV4Fees fees = new((uint)Word(slot0, 3).Limb0, (uint)Word(slot0, 2).Limb0);
            foreach (bool sells0 in new[] { true, false })
                Assert.Equal(fees.On(sells0), ((IConcentratedState)pool).FeePipsOn(sells0 ? pool.Asset0 : pool.Asset1));

            // Every boundary of every position that the test made is there, and no other.
            int[] boundaries = [.. under.Positions.SelectMany(p => new[] { p.TickLower, p.TickUpper }).Distinct().Order()];
            Assert.Equal(boundaries, Enumerable.Range(0, pool.Ticks.Count).Select(pool.Ticks.IndexAt));
            EthCallOutcome[] answers = await chain.Node.CallManyAsync(
                [.. boundaries.Select(index => new EthCall(chain.StateView, UniswapV4Calls.ViewTick(pool.KeyHash, index)))], block);
            for (int i = 0; i < boundaries.Length; i++, ticks++)
            {
                Assert.True(AbiWords.TryReadUInt128(answers[i].Data, 0, out UInt128 gross));
                Assert.True(AbiWords.TryReadInt128(answers[i].Data, 1, out Int128 net));
                Assert.Equal((gross, net), (pool.Ticks.GrossAt(i), pool.Ticks.NetAt(i)));
            }
        }
        output.WriteLine($"{chain.Pools.Count} pools, {ticks} ticks");
        Assert.True(ticks >= 300);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Quote_SeededAmountsOnEveryPool_EqualsTheContracts(bool isIn)
    {
        ulong block = await chain.Node.BlockNumberAsync();
        var counts = new SortedDictionary<QuoteStatus, int>();
        var refusals = new SortedDictionary<string, int>();
        List<string> mismatches = [];
        foreach (UniswapV4PoolUnderTest under in chain.Pools)
        {
            UniswapV4Pool pool = await chain.ReadAsync(under, block);
            foreach (bool sells0 in new[] { true, false })
                await CompareAsync(under, pool, sells0, isIn, block, counts, refusals, mismatches);
        }

        int total = counts.Values.Sum();
        output.WriteLine($"{total} quotes on {chain.Pools.Count} pools, {mismatches.Count} mismatches; {string.Join(", ", counts)}");
        output.WriteLine($"refusals: {string.Join(", ", refusals)}");
        Assert.True(mismatches.Count == 0, string.Join('\n', mismatches.Take(20)));
        Assert.True(total >= 2_000);
        Assert.True(counts.GetValueOrDefault(QuoteStatus.Exact) >= 1_000);
        Assert.True(counts.GetValueOrDefault(QuoteStatus.InsufficientLiquidity) >= 100);
        Assert.True(counts.GetValueOrDefault(QuoteStatus.Overflow) >= 20);
        Assert.True(!isIn || counts.GetValueOrDefault(QuoteStatus.ZeroOutput) >= 20);
    }

    [Fact]
    public async Task DescribeAsync_HooksThatTouchSwapsAndAreNotListed_AreRefusedByName()
    {
        UniswapV4PoolUnderTest under = chain.Named("idle hooks");
        InvalidOperationException refusal = await DescribeAsync(under.Parameters(chain.Wrapped, trustsHooks: false));
        Assert.Contains(under.Hooks.ToString(), refusal.Message);
        foreach (string permission in new[] { "beforeSwap", "afterSwap", "beforeSwapReturnsDelta", "afterSwapReturnsDelta" })
            Assert.Contains(permission, refusal.Message);
    }

    [Fact]
    public async Task DescribeAsync_KeyThatTheManagerDoesNotKeep_IsRefusedByName()
    {
        Dictionary<string, string> parameters = chain.Named("crowded").Parameters(chain.Wrapped);
        parameters["tickSpacing"] = "11";
        Assert.Contains("it keeps no pool", (await DescribeAsync(parameters)).Message);
    }

    private Task<InvalidOperationException> DescribeAsync(Dictionary<string, string> parameters) =>
        Assert.ThrowsAsync<InvalidOperationException>(() => new UniswapV4Kind().DescribeAsync(
            new PoolSite(chain.Manager, parameters), calls => chain.CallAsync(calls, BlockRef.Latest)));

    private async Task CompareAsync(
        UniswapV4PoolUnderTest under, UniswapV4Pool pool, bool sells0, bool isIn, ulong block,
        SortedDictionary<QuoteStatus, int> counts, SortedDictionary<string, int> refusals, List<string> mismatches)
    {
        (AssetId sell, AssetId buy) = sells0 ? (pool.Asset0, pool.Asset1) : (pool.Asset1, pool.Asset0);
        List<UInt256> amounts = Amounts(pool, sell, buy, isIn);
        EthCallOutcome[] quoted = await chain.Node.CallManyAsync(
            [.. amounts.Select(amount => new EthCall(chain.Quoter, UniswapV4Calls.Quote(under, sells0, isIn, amount)))], block);
        EthCallOutcome[] swapped = await chain.Node.CallManyAsync(
            [.. amounts.Select(amount => SwapCall(under, sells0, isIn, amount))], block);
        for (int i = 0; i < amounts.Count; i++)
        {
            QuoteStatus status = isIn
                ? pool.QuoteExactIn(sell, buy, amounts[i], out SwapQuote quote)
                : pool.QuoteExactOut(sell, buy, amounts[i], out quote);
            counts[status] = counts.GetValueOrDefault(status) + 1;
            foreach (EthCallOutcome answer in new[] { quoted[i], swapped[i] })
                if (!answer.Success)
                    refusals[$"{RefusalOf(answer)} {status}"] = refusals.GetValueOrDefault($"{RefusalOf(answer)} {status}") + 1;
            string? difference = QuoterDifference(quoted[i], status, isIn, amounts[i], in quote)
                ?? SwapDifference(swapped[i], status, sells0, isIn, amounts[i], in quote);
            if (difference is not null)
                mismatches.Add($"{under} sells {(sells0 ? 0 : 1)}: {amounts[i]} {(isIn ? "in" : "out")}, {status} "
                    + $"{quote.AmountInUsed} for {quote.AmountOut}; {difference}");
        }
    }

    // Amounts that the swap's signed argument cannot carry would be asked for the other way round: those are the quoter's alone.
    private EthCall SwapCall(UniswapV4PoolUnderTest under, bool sells0, bool isIn, UInt256 amount) => new(
        chain.SwapRouter,
        UniswapV4Calls.Swap(under, sells0, isIn, UInt256.Min(amount, UInt256.MaxValue >> 1), UniswapV4Chain.Limit(sells0)),
        chain.Sender.Account);

    private static string? QuoterDifference(EthCallOutcome answer, QuoteStatus status, bool isIn, UInt256 amount, in SwapQuote quote)
    {
        // The quoter reads its unsigned argument as a signed one, so that the largest ask for the other way round: those are the manager's alone.
        if (status == QuoteStatus.Overflow && amount >= UInt256.One << 127)
            return null;
        bool isWhole = status is QuoteStatus.Exact or QuoteStatus.ZeroOutput;
        if (!answer.Success)
        {
            string refusal = RefusalOf(answer);
            return isWhole ? $"the quoter refused: {refusal}"
                : status == QuoteStatus.InsufficientLiquidity && !TellsOfTooLittle(refusal) ? $"the quoter refused otherwise: {refusal}"
                : null;
        }
        UInt256 other = Word(answer.Data, 0);
        return isWhole && other == (isIn ? quote.AmountOut : quote.AmountInUsed) ? null : $"the quoter answered {other}";
    }

    private static bool TellsOfTooLittle(string refusal) => refusal is "NotEnoughLiquidity" or "PriceLimitAlreadyExceeded" or "InvalidFeeForExactOut";

    private static string? SwapDifference(
        EthCallOutcome answer, QuoteStatus status, bool sells0, bool isIn, UInt256 amount, in SwapQuote quote)
    {
        if (!answer.Success)
        {
            // At a fee that leaves nothing no input buys an exact output: here that is too little liquidity.
            string refusal = RefusalOf(answer);
            return status == QuoteStatus.Overflow || (status == QuoteStatus.InsufficientLiquidity && refusal == "InvalidFeeForExactOut")
                ? null : $"the manager refused: {refusal}";
        }
        Assert.True(AbiWords.TryReadUInt(answer.Data, 0, 256, out UInt256 both));
        UInt256 paid = AbsoluteOf(both, isUpper: !sells0, isNegative: false);
        UInt256 taken = AbsoluteOf(both, isUpper: sells0, isNegative: true);

        // More than the types of a settlement carry is refused by us without asking how much of it the pool would take.
        if (status == QuoteStatus.Overflow)
            return (isIn ? taken : paid) < amount ? null : $"the manager took {taken} for {paid}";
        return taken == quote.AmountInUsed && paid == quote.AmountOut ? null : $"the manager took {taken} for {paid}";
    }

    /// <summary>One half of the word, which must have the sign that its side has.</summary>
    private static UInt256 AbsoluteOf(UInt256 both, bool isUpper, bool isNegative)
    {
        UInt128 half = isUpper ? new UInt128(both.Limb3, both.Limb2) : new UInt128(both.Limb1, both.Limb0);
        Int128 signed = (Int128)half;
        Assert.True(isNegative ? signed <= 0 : signed >= 0);
        return (UInt128)Int128.Abs(signed);
    }

    /// <summary>The error by its name; the quoter wraps the manager's own.</summary>
    private static string RefusalOf(EthCallOutcome answer)
    {
        ReadOnlySpan<byte> data = answer.Data;
        if (data.Length >= 4 && Name(data) == "UnexpectedRevertBytes" && data.Length >= 4 + 3 * 32)
            data = data[(4 + 2 * 32)..];
        return data.Length >= 4 ? Name(data) : $"no reason ({answer.Error?.Message})";

        static string Name(ReadOnlySpan<byte> data)
        {
            uint selector = BinaryPrimitives.ReadUInt32BigEndian(data);
            return Refusals.GetValueOrDefault(selector) ?? $"0x{selector:x8}";
        }
    }

    /// <summary>Dust, every size up to twice what the pool takes, its very edge, and the edges of the contracts' number types.</summary>
    private List<UInt256> Amounts(UniswapV4Pool pool, AssetId sell, AssetId buy, bool isIn)
    {
        UInt256 most = isIn ? pool.CapacityIn(sell, buy) : MostOut(pool, sell, buy);
        UInt256 delta = UInt256.One << 127;
        List<UInt256> amounts =
        [
            1, 2, 3, 7, UInt256.Max(most, 2) - 1, UInt256.Max(most, 1), most + 1, most * 2 + 1, delta - 1, delta, delta * 2 - 1, delta * 2,
            UInt256.MaxValue >> 1, UInt256.MaxValue,
        ];
        double bits = Math.Log2(Math.Max((double)most, 1e6)) + 1;
        while (amounts.Count < AmountsPerDirection)
        {
            Assert.True(UInt256.TryFromDoubleFloor(Math.Pow(2, chain.Random.NextDouble() * bits), out UInt256 amount));
            amounts.Add(amount);
        }
        return amounts;
    }

    private static UInt256 MostOut(UniswapV4Pool pool, AssetId sell, AssetId buy)
    {
        pool.QuoteExactOut(sell, buy, UInt256.MaxValue >> 130, out SwapQuote all);
        return all.AmountOut;
    }

    private static byte[] SelectorOf(string signature) => Keccak256.Hash(Encoding.ASCII.GetBytes(signature)).Span[..4].ToArray();

    private static UInt256 Word(byte[] data, int index) => UInt256.ReadBigEndian(data.AsSpan(32 * index, 32));
}
