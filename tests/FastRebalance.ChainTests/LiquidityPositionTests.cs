using FastRebalance.Amm;
using FastRebalance.Amm.Positions;
using FastRebalance.Core.Assets;
using FastRebalance.Core.Events;
using FastRebalance.Core.Hashing;
using FastRebalance.Core.Results;
using FastRebalance.Devnet.Market;
using FastRebalance.Ethereum.Encoding;
using FastRebalance.Ethereum.Rpc;

namespace FastRebalance.ChainTests;

/// <summary>
/// Positions of the published position manager, kept from logs alone through swaps of every kind, mints, burns and collections, against
/// what the contracts say: amounts, fee growth and fees owed to the unit.
/// </summary>
public sealed class LiquidityPositionTests(AmmChain chain, ITestOutputHelper output) : IClassFixture<AmmChain>
{
    private const int Rounds = 6;
    private const int Kept = 5;

    private static readonly Hash32 Increased = Keccak256.HashOfText("IncreaseLiquidity(uint256,uint128,uint256,uint256)");
    private static readonly Hash32 Decreased = Keccak256.HashOfText("DecreaseLiquidity(uint256,uint128,uint256,uint256)");
    private static readonly Hash32 Collected = Keccak256.HashOfText("Collect(uint256,address,uint256,uint256)");

    private readonly SortedDictionary<string, int> _counts = [];

    [Fact]
    public async Task Take_SeededLife_EqualsThePositionManager()
    {
        await chain.Sender.MineAsync(default);
        ulong start = await chain.Node.BlockNumberAsync();
        List<LiquidityPositionBook> books = [];
        foreach (AmmPoolUnderTest pool in chain.Pools.Where(pool => !pool.IsV2))
            books.Add(await LiquidityPositionBook.ReadAsync(chain, pool, Kept, start));

        for (int round = 0; round < Rounds; round++)
            foreach (LiquidityPositionBook book in books)
                await DisturbAsync(book, round);
        foreach (LiquidityPositionBook book in books)
            foreach (ulong token in book.Tokens)
                await ManageAsync($"last collection of {token}", Collect(token, UInt128.MaxValue));
        await chain.Sender.MineAsync(default);
        ulong end = await chain.Node.BlockNumberAsync();

        await FollowAsync(books, start + 1, end);
        output.WriteLine($"{end - start} blocks: {string.Join(", ", _counts)}");
        Assert.True(_counts["swap"] >= 12 * Rounds && _counts["increase"] >= 2 * Rounds && _counts["decrease"] >= 2 * Rounds);
        Assert.True(_counts["collect"] >= 5 * Kept && _counts["fees"] >= 20 && _counts["born"] >= 4, string.Join(", ", _counts));
        foreach (LiquidityPositionBook book in books)
            await book.AssertIsChainsAsync(end);
    }

    /// <summary>
    /// Swaps of four kinds, then one position grows, shrinks or is collected; half-way the protocol begins to take its part.
    /// </summary>
    private async Task DisturbAsync(LiquidityPositionBook book, int round)
    {
        for (int kind = 0; kind < 4; kind++)
            await SwapAsync(book.Under, kind);
        ulong token = book.Tokens[round % book.Tokens.Count];
        if (round == Rounds / 2)
            await SetProtocolAsync(book.Under);
        if (round == 1)
            await book.MintNewAsync(chain);
        await ManageAsync($"growing {token}", Increase(token, book.Under));
        await SwapAsync(book.Under, 0);
        await ManageAsync($"collecting {token}", Collect(token, 1 + (UInt128)chain.Random.NextInt64(1 << 20)));
        ulong other = book.Tokens[(round + 2) % book.Tokens.Count];
        UInt128 liquidity = (await LiquidityPositionBook.ReadPositionAsync(chain, other, BlockRef.Latest)).Liquidity;
        if (liquidity > 0)
            await ManageAsync($"shrinking {other}", PositionManagerCalls.Decrease(other, round % 3 == 2 ? liquidity : liquidity / 3));
        await chain.Sender.MineAsync(default);
    }

    /// <summary>Of a given amount, for a given amount, to a price limit, and of a single unit.</summary>
    private async Task SwapAsync(AmmPoolUnderTest under, int kind)
    {
        await chain.Sender.MineAsync(default);
        ConcentratedPool now = (ConcentratedPool)await chain.ReadAsync(under, BlockRef.Latest);
        bool sells0 = chain.Random.Next(2) == 0;
        AssetId sell = sells0 ? now.Asset0 : now.Asset1;
        double part = Math.Pow(10, -3 * chain.Random.NextDouble());
        UInt256 amount = kind == 3 ? UInt256.One : PoolMath.BaseUnits(1 + now.DepthOf(sell) * 0.3 * part);
        if (now.QuoteExactIn(sell, amount, out SwapQuote quote) is not (QuoteStatus.Exact or QuoteStatus.ZeroOutput))
            return;
        UInt256 halfWay = (now.State.SqrtPriceX96 >> 8) * (sells0 ? 253UL : 259UL);
        // The router refuses a swap that moves the price through nothing and pays nothing.
        SwapQuote limited = quote;
        if (kind == 2)
            ((ConcentratedPool)now.Copy()).SwapUntil(sell, exactIn: true, amount, halfWay, out limited);
        if (limited.AmountInUsed.IsZero)
            return;
        byte[] swap = kind switch
        {
            1 when quote.AmountOut > 1UL => ExactOut(under, sells0, quote.AmountOut >> 1),
            2 => UniswapCalls.SwapV3(under.Token(sells0), under.Token(!sells0), (int)under.FeePips, amount, halfWay, chain.Sender.Account),
            _ => UniswapCalls.SwapV3(
                under.Token(sells0), under.Token(!sells0), (int)under.FeePips, amount, UInt256.Zero, chain.Sender.Account),
        };
        await chain.Sender.CallAsync($"swap {kind} on {under}", chain.V3Router, swap, 20_000_000, default);
    }

    private Task SetProtocolAsync(AmmPoolUnderTest under) => chain.Sender.CallAsync(
        "protocol fee", under.Address, CallData.Of("setFeeProtocol(uint8,uint8)", 2, (ref AbiWriter writer) =>
        {
            writer.WriteUInt64(4);
            writer.WriteUInt64(7);
        }), 200_000, default);

    private Task ManageAsync(string what, byte[] call) => chain.Sender.CallAsync(what, chain.Positions, call, 1_000_000, default);

    private byte[] ExactOut(AmmPoolUnderTest under, bool sells0, UInt256 amountOut) =>
        CallData.Of("exactOutputSingle((address,address,uint24,address,uint256,uint256,uint256,uint160))", 8, (ref AbiWriter writer) =>
        {
            writer.WriteAddress(under.Token(sells0));
            writer.WriteAddress(under.Token(!sells0));
            writer.WriteUInt64(under.FeePips);
            writer.WriteAddress(chain.Sender.Account);
            writer.WriteUInt64(ulong.MaxValue);
            writer.WriteUInt256(amountOut);
            writer.WriteUInt256(UInt256.One << 200);
            writer.WriteUInt64(0);
        });

    private byte[] Increase(ulong token, AmmPoolUnderTest under) => PositionManagerCalls.Increase(
        token, PoolMath.BaseUnits((1 + chain.Random.NextDouble() * 50) * Math.Pow(10, under.Decimals0)), PoolMath.BaseUnits((1 + chain.Random.NextDouble() * 50) * Math.Pow(10, under.Decimals1)));

    private byte[] Collect(ulong token, UInt128 most) => PositionManagerCalls.Collect(token, chain.Sender.Account, most);

    private async Task FollowAsync(List<LiquidityPositionBook> books, ulong from, ulong to)
    {
        Address[] watched = [chain.Positions, .. books.Select(book => book.Pool.Address)];
        foreach (LogEntry log in await chain.Node.LogsAsync(from, to, new LogFilter(watched)))
        {
            if (log.Address != chain.Positions)
                Count(books.Single(book => book.Pool.Address == log.Address).Take(log));
            else if (log.Topics[0] == Increased || log.Topics[0] == Decreased || log.Topics[0] == Collected)
                Manage(books, log);
        }
    }

    private void Manage(List<LiquidityPositionBook> books, LogEntry log)
    {
        ulong token = (ulong)UInt256.ReadBigEndian(log.Topics[1].Span);
        if (books.SingleOrDefault(book => book.Tokens.Contains(token)) is not { } book)
            return;
        UInt256 Word(int word) => UInt256.ReadBigEndian(log.Data.AsSpan(32 * word, 32));
        TokenAmounts told = new(Word(1), Word(2));
        if (log.Topics[0] == Increased)
            Count("increase", book.AssertIncreased(token, (UInt128)Word(0), in told));
        else if (log.Topics[0] == Decreased)
            Count("decrease", book.AssertDecreased(token, (UInt128)Word(0), in told));
        else
            Count("collect", book.AssertCollected(token, in told));
    }

    private void Count(params string?[] what)
    {
        foreach (string? one in what)
            if (one is not null)
                _counts[one] = _counts.GetValueOrDefault(one) + 1;
    }
}
