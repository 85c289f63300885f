using FastRebalance.Amm;
using FastRebalance.Core.Assets;
using FastRebalance.Core.Events;
using FastRebalance.Core.Results;
using FastRebalance.Devnet.Market;
using FastRebalance.Ethereum.Encoding;
using FastRebalance.Ethereum.Rpc;

namespace FastRebalance.ChainTests;

/// <summary>State kept current by logs alone, through swaps, mints and burns, against the chain's own state afterwards.</summary>
public sealed class AmmLogTests(AmmChain chain, ITestOutputHelper output) : IClassFixture<AmmChain>
{
    private const int Rounds = 8;

    private int _swaps;

    [Fact]
    public async Task Apply_LogsSinceTheSnapshot_EqualsAFreshSnapshot()
    {
        ulong start = await chain.Node.BlockNumberAsync();
        List<Pool> kept = [];
        foreach (AmmPoolUnderTest pool in chain.Pools)
            kept.Add(await chain.ReadAsync(pool, start));

        for (int round = 0; round < Rounds; round++)
        {
            foreach (AmmPoolUnderTest pool in chain.Pools)
                await DisturbAsync(pool, round);
            await chain.Sender.MineAsync(default);
        }
        ulong end = await chain.Node.BlockNumberAsync();
        var applied = await FollowAsync(kept, start + 1, end);

        output.WriteLine($"{end - start} blocks: {string.Join(", ", applied)}");
        Assert.True(applied[MarketEventKind.Reserves] >= 3 * Rounds);
        Assert.True(applied[MarketEventKind.Concentrated] >= 5 * Rounds);
        Assert.True(applied[MarketEventKind.LiquidityChange] >= 12 * Rounds);
        Assert.True(_swaps >= 10 * Rounds, $"{_swaps} swaps");
        await AssertCurrentAsync(kept, end);
    }

    [Fact]
    public async Task Apply_LogsSinceCreation_EqualsAFreshSnapshot()
    {
        ulong end = await chain.Node.BlockNumberAsync();
        List<Pool> kept = [];
        foreach (AmmPoolUnderTest pool in chain.Pools)
            kept.Add(await chain.CreateEmptyAsync(pool, end));
        await FollowAsync(kept, 1, end);
        foreach (Pool pool in kept)
            pool.Apply(new MarketEvent { Kind = MarketEventKind.PoolReady, Subject = pool.Id.Value });
        await AssertCurrentAsync(kept, end);
    }

    /// <summary>A large and a small swap; for a concentrated pool also a new position, and an old one shrunk and collected.</summary>
    private async Task DisturbAsync(AmmPoolUnderTest pool, int round)
    {
        Pool now = await chain.ReadAsync(pool, BlockRef.Latest);
        foreach (double fraction in new[] { 0.3, 1e-6 })
        {
            bool sells0 = chain.Random.Next(2) == 0;
            AssetId sell = sells0 ? now.Asset0 : now.Asset1;
            UInt256 amount = PoolMath.BaseUnits(1 + now.DepthOf(sell) * fraction * chain.Random.NextDouble());
            Pool swapped = now.Copy();
            if (swapped.Swap(sell, swapped.Other(sell), amount, out _) != QuoteStatus.Exact)
                continue;
            byte[] swap = pool.IsV2
                ? UniswapCalls.SwapV2(pool.Token(sells0), pool.Token(!sells0), amount, chain.Sender.Account)
                : UniswapCalls.SwapV3(
                    pool.Token(sells0), pool.Token(!sells0), (int)pool.FeePips, amount, UInt256.Zero, chain.Sender.Account);
            await chain.Sender.CallAsync($"swap on {pool}", pool.IsV2 ? chain.V2Router : chain.V3Router, swap, 20_000_000, default);
            await chain.Sender.MineAsync(default);
            await AssertReconcilesAsync(swapped, BlockRef.Latest, $"{pool} after {amount} in");
            _swaps++;
            now = await chain.ReadAsync(pool, BlockRef.Latest);
        }
        if (pool.IsV2)
            return;
        await chain.MintSomewhereAsync(pool);
        await ShrinkAsync(pool, round);
    }

    /// <summary>Takes half, and in odd rounds all, of one early position; collecting burns nothing and logs that as well.</summary>
    private async Task ShrinkAsync(AmmPoolUnderTest pool, int round)
    {
        ulong token = pool.Positions[round / 2 % pool.Positions.Count];
        byte[] position = await chain.Node.CallAsync(chain.Positions, OneNumber("positions(uint256)", token), BlockRef.Latest);
        UInt256 liquidity = UInt256.ReadBigEndian(position.AsSpan(7 * 32, 32));
        if (liquidity.IsZero)
            return;
        byte[] decrease = CallData.Of("decreaseLiquidity((uint256,uint128,uint256,uint256,uint256))", 5, (ref AbiWriter writer) =>
        {
            writer.WriteUInt64(token);
            writer.WriteUInt256(round % 2 == 0 ? liquidity - (liquidity >> 1) : liquidity);
            writer.WriteUInt64(0);
            writer.WriteUInt64(0);
            writer.WriteUInt64(ulong.MaxValue);
        });
        byte[] collect = CallData.Of("collect((uint256,address,uint128,uint128))", 4, (ref AbiWriter writer) =>
        {
            writer.WriteUInt64(token);
            writer.WriteAddress(chain.Sender.Account);
            writer.WriteUInt256(UInt128.MaxValue);
            writer.WriteUInt256(UInt128.MaxValue);
        });
        await chain.Sender.CallAsync($"shrinking position {token}", chain.Positions, decrease, 1_000_000, default);
        await chain.Sender.CallAsync($"collecting position {token}", chain.Positions, collect, 1_000_000, default);
    }

    private async Task<SortedDictionary<MarketEventKind, int>> FollowAsync(List<Pool> pools, ulong from, ulong to)
    {
        var applied = new SortedDictionary<MarketEventKind, int>();
        foreach (LogEntry log in await chain.Node.LogsAsync(from, to, new LogFilter([.. pools.Select(pool => pool.Address)])))
        {
            Pool pool = pools.Single(candidate => candidate.Address == log.Address);
            MarketEvent e = default;
            if (!pool.TryReadLog(log.Topics, log.Data, ref e))
                continue;
            pool.Apply(in e);
            applied[e.Kind] = applied.GetValueOrDefault(e.Kind) + 1;
        }
        return applied;
    }

    private async Task AssertCurrentAsync(List<Pool> kept, ulong block)
    {
        foreach ((Pool pool, AmmPoolUnderTest under) in kept.Zip(chain.Pools))
        {
            Assert.True(pool.IsReady, under.ToString());
            await AssertReconcilesAsync(pool, block, under.ToString());
            Pool fresh = await chain.ReadAsync(under, block);
            AssertSameTicks(fresh, pool);
            foreach (AssetId sell in new[] { pool.Asset0, pool.Asset1 })
                for (int bits = 1; bits < 256; bits += 3)
                {
                    QuoteStatus expected = fresh.QuoteExactIn(sell, UInt256.One << bits, out SwapQuote freshQuote);
                    Assert.Equal(expected, pool.QuoteExactIn(sell, UInt256.One << bits, out SwapQuote quote));
                    Assert.Equal(freshQuote.AmountOut, quote.AmountOut);
                }
        }
    }

    /// <summary>The chain's reserves, or price, tick and liquidity, are the pool's own.</summary>
    private async Task AssertReconcilesAsync(Pool pool, BlockRef block, string what)
    {
        List<PoolCall> calls = [];
        pool.AppendReconcileCalls(calls);
        Assert.True(pool.Reconciles(await chain.CallAsync(calls, block)), what);
    }

    private static void AssertSameTicks(Pool expected, Pool actual)
    {
        if (expected is not UniswapV3Pool fresh || actual is not UniswapV3Pool kept)
            return;
        Assert.Equal(fresh.Ticks.Count, kept.Ticks.Count);
        for (int i = 0; i < fresh.Ticks.Count; i++)
        {
            Assert.Equal(fresh.Ticks.IndexAt(i), kept.Ticks.IndexAt(i));
            Assert.Equal(fresh.Ticks.GrossAt(i), kept.Ticks.GrossAt(i));
            Assert.Equal(fresh.Ticks.NetAt(i), kept.Ticks.NetAt(i));
        }
    }

    private static byte[] OneNumber(string signature, ulong value) =>
        CallData.Of(signature, 1, (ref AbiWriter writer) => writer.WriteUInt64(value));
}
