using System.Text.Json;
using FastRebalance.Amm;
using FastRebalance.Core.Assets;
using FastRebalance.Core.Results;
using FastRebalance.Devnet.Market;
using FastRebalance.Ethereum.Contracts;
using FastRebalance.Ethereum.Encoding;
using FastRebalance.Ethereum.Rpc;

namespace FastRebalance.ChainTests;

/// <summary>The calls of single hops: made for real where an account can make them, and compared with the published router's where only a contract can.</summary>
public sealed class AmmHopTests(AmmChain chain) : IClassFixture<AmmChain>
{
    private const int Selector = 4;

    [Fact]
    public async Task TryEncodeHop_UniswapV2AfterATransfer_PaysTheQuoteAndNotAUnitMore()
    {
        int swapped = 0;
        foreach (AmmPoolUnderTest under in chain.Pools.Where(pool => pool.IsV2))
        {
            foreach (bool sells0 in new[] { true, false })
            {
                Pool pool = await chain.ReadAsync(under, BlockRef.Latest);
                (SwapHop hop, Pool after) = HopOf(pool, sells0, out _);
                SwapHop greedy = hop with { AmountOut = hop.AmountOut + 1 };
                UInt256 before = await BalanceAsync(under.Token(!sells0));

                await chain.Sender.CallAsync(
                    "payment", under.Token(sells0), Erc20.Transfer(pool.Address, hop.AmountIn), 200_000, default);
                await chain.Sender.MineAsync(default);
                Assert.False(await IsAcceptedAsync(pool, greedy), $"{under} pays a unit more");
                Assert.True(await IsAcceptedAsync(pool, hop), under.ToString());
                (Address target, byte[] data) = CallOf(pool, hop);
                await chain.Sender.CallAsync($"hop through {under}", target, data, 500_000, default);
                await chain.Sender.MineAsync(default);

                Assert.Equal(hop.AmountOut, await BalanceAsync(under.Token(!sells0)) - before);
                List<PoolCall> calls = [];
                after.AppendReconcileCalls(calls);
                Assert.True(after.Reconciles(await chain.CallAsync(calls, BlockRef.Latest)), under.ToString());
                swapped++;
            }
        }
        Assert.Equal(10, swapped);
    }

    [Fact]
    public async Task TryEncodeHop_UniswapV3_IsTheCallThatThePublishedRouterMakes()
    {
        int compared = 0;
        foreach (AmmPoolUnderTest under in chain.Pools.Where(pool => !pool.IsV2))
        {
            Pool pool = await chain.ReadAsync(under, BlockRef.Latest);
            foreach (bool sells0 in new[] { true, false })
            {
                (SwapHop hop, _) = HopOf(pool, sells0, out SwapQuote quote);
                byte[] swap = UniswapCalls.SwapV3(
                    under.Token(sells0), under.Token(!sells0), (int)under.FeePips, hop.AmountIn, UInt256.Zero, hop.Recipient);
                JsonElement trace = await TraceAsync(chain.V3Router, swap);
                (Address target, byte[] data) = CallOf(pool, hop);

                JsonElement inner = trace.GetProperty("calls").EnumerateArray().Single(call =>
                    Address.Parse(call.GetProperty("to").GetString()!) == target);
                byte[] routers = Convert.FromHexString(inner.GetProperty("input").GetString()!.AsSpan(2));

                // All but the last argument, which is the router's note to its own callback, and in ours empty.
                int shared = Selector + 5 * 32;
                Assert.Equal(Convert.ToHexStringLower(routers.AsSpan(0, shared)), Convert.ToHexStringLower(data.AsSpan(0, shared)));
                Assert.Equal(shared + 32, data.Length);
                Assert.True(data.AsSpan(shared).IndexOfAnyExcept((byte)0) < 0);
                UInt256 paid = UInt256.ReadBigEndian(Convert.FromHexString(trace.GetProperty("output").GetString()!.AsSpan(2)));
                Assert.Equal(quote.AmountOut, paid);
                compared++;
            }
        }
        Assert.Equal(12, compared);
    }

    /// <summary>A hundredth of what stands in the pool, and the pool as the swap leaves it behind.</summary>
    private (SwapHop Hop, Pool After) HopOf(Pool pool, bool sells0, out SwapQuote quote)
    {
        (AssetId sell, AssetId buy) = sells0 ? (pool.Asset0, pool.Asset1) : (pool.Asset1, pool.Asset0);
        UInt256 amount = UInt256.Max(pool.CapacityIn(sell, buy) / 1_000_000, PoolMath.BaseUnits(1 + pool.DepthOf(sell) / 100));
        amount = UInt256.Min(amount, pool.CapacityIn(sell, buy));
        Pool after = pool.Copy();
        Assert.Equal(QuoteStatus.Exact, after.Swap(sell, buy, amount, out quote));
        return (new SwapHop(sell, buy, amount, quote.AmountOut, quote.AmountOut, chain.Sender.Account), after);
    }

    private static (Address Target, byte[] Data) CallOf(Pool pool, SwapHop hop)
    {
        byte[] data = new byte[512];
        Assert.True(pool.TryEncodeHop(hop, data, out Address target, out int length));
        return (target, data[..length]);
    }

    private async Task<bool> IsAcceptedAsync(Pool pool, SwapHop hop)
    {
        (Address target, byte[] data) = CallOf(pool, hop);
        return (await chain.Node.CallManyAsync([new EthCall(target, data, chain.Sender.Account)], BlockRef.Latest))[0].Success;
    }

    private async Task<UInt256> BalanceAsync(Address token) => UInt256.ReadBigEndian(
        await chain.Node.CallAsync(token, Erc20.BalanceOf(chain.Sender.Account), BlockRef.Latest));

    private Task<JsonElement> TraceAsync(Address to, byte[] data) => chain.Node.InvokeAsync("debug_traceCall", writer =>
    {
        writer.WriteStartObject();
        writer.WriteString("from"u8, chain.Sender.Account.ToString());
        writer.WriteString("to"u8, to.ToString());
        writer.WriteString("input"u8, Hex.Encode(data));
        writer.WriteEndObject();
        writer.WriteStringValue("latest"u8);
        writer.WriteStartObject();
        writer.WriteString("tracer"u8, "callTracer"u8);
        writer.WriteEndObject();
    });
}
