using System.Globalization;
using System.Text;
using FastRebalance.Amm;
using FastRebalance.Core.Assets;
using FastRebalance.Core.Hashing;
using FastRebalance.Ethereum.Contracts;
using FastRebalance.Ethereum.Encoding;
using FastRebalance.Ethereum.Rpc;

namespace FastRebalance.Drafting;

/// <summary>
/// Asks a node what a desk could trade there: on a chain whose contracts are published, the factories about the tokens that are named; on any other,
/// a development chain above all, the logs of every factory in the newest blocks.
/// </summary>
public static class ChainScout
{
    // A node at home answers for all of a young chain; one that limits its answers is asked for no more than it takes.
    private const ulong MostBlocks = 50_000;

    private const int MostTokens = 8;

    private static readonly Hash32 s_pairCreated = Keccak256.HashOfText("PairCreated(address,address,address,uint256)");
    private static readonly Hash32 s_poolCreated = Keccak256.HashOfText("PoolCreated(address,address,uint24,int24,address)");
    private static readonly AbiSelector s_getPair = AbiSelector.Of("getPair(address,address)");
    private static readonly AbiSelector s_getPool = AbiSelector.Of("getPool(address,address,uint24)");
    private static readonly AbiSelector s_symbol = AbiSelector.Of("symbol()");
    private static readonly ulong[] s_feePips = [100, 500, 3_000, 10_000];

    // What desks count in, the likeliest first; the chain's own coin in its wrapper.
    private static readonly string[] s_cash = ["USDC", "USDT", "DAI", "USDS"];
    private static readonly string[] s_coins = ["WETH", "WETH9"];

    /// <summary>Looks around.</summary>
    /// <param name="node">Asked.</param>
    /// <param name="tokens">Tokens that are wanted; empty for those that are found.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="InvalidOperationException">Nothing was found that a desk could balance; the message says what to name.</exception>
    public static async Task<ChainSketch> LookAsync(EthereumNode node, IReadOnlyList<Address> tokens, CancellationToken cancellation)
    {
        ulong chain = await node.ChainIdAsync(cancellation).ConfigureAwait(false);
        KnownChain? known = KnownChain.Find(chain);
        List<SketchedPool> pools = known is not null
            ? await AskFactoriesAsync(node, known, tokens.Count > 0 ? tokens : known.Tokens, cancellation).ConfigureAwait(false)
            : await ReadLogsAsync(node, cancellation).ConfigureAwait(false);
        if (tokens.Count > 0)
            pools.RemoveAll(pool => !tokens.Contains(pool.Token0) || !tokens.Contains(pool.Token1));
        List<SketchedToken> found = await AskTokensAsync(node, [.. pools.SelectMany(static pool => (Address[])[pool.Token0, pool.Token1]).Distinct()], cancellation).ConfigureAwait(false);
        found = [.. Connected(found, pools).Take(tokens.Count > 0 ? tokens.Count : MostTokens)];
        pools.RemoveAll(pool => !found.Exists(token => token.Address == pool.Token0) || !found.Exists(token => token.Address == pool.Token1));
        string source = known is not null ? $"the factories that chain {chain} is known to have" : $"the logs of the newest {MostBlocks} blocks";
        if (found.Count < 2)
            throw new InvalidOperationException(
                $"chain {chain}: {source} tell of no two tokens with a pool between them; name the tokens (--assets 0x…,0x…), or write pools and assets by hand");
        return new ChainSketch(chain, found, pools, known?.Router, source);
    }

    /// <summary>Tokens that reach the numeraire over pools, the numeraire first and the wrapped coin next.</summary>
    internal static IEnumerable<SketchedToken> Connected(IReadOnlyList<SketchedToken> tokens, IReadOnlyList<SketchedPool> pools)
    {
        SketchedToken? cash = ByName(tokens, s_cash) ?? ByName(tokens, s_coins) ?? (tokens.Count > 0 ? tokens[0] : null);
        if (cash is null)
            return [];
        List<Address> reached = [cash.Address];
        for (int i = 0; i < reached.Count; i++)
            foreach (SketchedPool pool in pools)
                if (pool.Holds(reached[i]) && !reached.Contains(pool.Other(reached[i])))
                    reached.Add(pool.Other(reached[i]));
        return tokens.Where(token => reached.Contains(token.Address))
            .DistinctBy(static token => token.Symbol) // a second token of a name is somebody's imitation until a person says otherwise
            .OrderBy(token => token == cash ? 0 : s_coins.Contains(token.Symbol) ? 1 : 2).ThenBy(token => reached.IndexOf(token.Address));
    }

    private static SketchedToken? ByName(IReadOnlyList<SketchedToken> tokens, string[] names) =>
        names.Select(name => tokens.FirstOrDefault(token => token.Symbol == name)).FirstOrDefault(static token => token is not null);

    private static async Task<List<SketchedPool>> AskFactoriesAsync(EthereumNode node, KnownChain known, IReadOnlyList<Address> tokens, CancellationToken cancellation)
    {
        List<(EthCall Call, string Kind, Address A, Address B)> questions = [];
        for (int i = 0; i < tokens.Count; i++)
            for (int j = i + 1; j < tokens.Count; j++)
            {
                questions.Add((new EthCall(known.FactoryV2, Question(s_getPair, tokens[i], tokens[j], null)), UniswapV2Pool.KindName, tokens[i], tokens[j]));
                foreach (ulong fee in s_feePips)
                    questions.Add((new EthCall(known.FactoryV3, Question(s_getPool, tokens[i], tokens[j], fee)), UniswapV3Pool.KindName, tokens[i], tokens[j]));
            }
        EthCallOutcome[] answers = await node.CallManyAsync([.. questions.Select(static question => question.Call)], BlockRef.Latest, cancellation).ConfigureAwait(false);
        List<SketchedPool> pools = [];
        for (int i = 0; i < answers.Length; i++)
            if (answers[i].Success && new AbiReader(answers[i].Data).TryReadAddress(out Address pool) && !pool.IsZero)
                pools.Add(new SketchedPool(questions[i].Kind, pool, questions[i].A, questions[i].B));
        return pools;
    }

    private static byte[] Question(AbiSelector selector, Address a, Address b, ulong? fee)
    {
        int words = fee is null ? 2 : 3;
        byte[] data = new byte[4 + (words * AbiWriter.WordLength)];
        AbiWriter writer = new(data);
        writer.BeginCall(selector, words);
        writer.WriteAddress(in a);
        writer.WriteAddress(in b);
        if (fee is { } pips)
            writer.WriteUInt64(pips);
        return data;
    }

    private static async Task<List<SketchedPool>> ReadLogsAsync(EthereumNode node, CancellationToken cancellation)
    {
        ulong newest = await node.BlockNumberAsync(cancellation).ConfigureAwait(false);
        LogEntry[] logs = await node.LogsAsync(
            newest > MostBlocks ? newest - MostBlocks : 0, newest, new LogFilter([], [s_pairCreated, s_poolCreated]), cancellation).ConfigureAwait(false);
        List<SketchedPool> pools = [];
        foreach (LogEntry log in logs)
            if (PoolIn(log) is { } pool)
                pools.Add(pool);
        return pools;
    }

    /// <summary>A factory's log; null where it is none.</summary>
    internal static SketchedPool? PoolIn(LogEntry log)
    {
        if (log.Topics.Length < 3)
            return null;
        bool isV3 = log.Topics[0] == s_poolCreated;
        AbiReader reader = new(log.Data);
        if (isV3 && !reader.TryReadWord(out _)) // the tick spacing stands before the pool
            return null;
        return reader.TryReadAddress(out Address pool) && !pool.IsZero
            ? new SketchedPool(isV3 ? UniswapV3Pool.KindName : UniswapV2Pool.KindName, pool, AddressIn(log.Topics[1]), AddressIn(log.Topics[2]))
            : null;
    }

    private static Address AddressIn(Hash32 topic) => new(topic.Span[^Address.Length..]);

    private static async Task<List<SketchedToken>> AskTokensAsync(EthereumNode node, Address[] tokens, CancellationToken cancellation)
    {
        EthCall[] calls = [.. tokens.SelectMany(static token => (EthCall[])[new EthCall(token, SymbolQuestion()), new EthCall(token, Erc20.Decimals())])];
        EthCallOutcome[] answers = await node.CallManyAsync(calls, BlockRef.Latest, cancellation).ConfigureAwait(false);
        List<SketchedToken> found = [];
        for (int i = 0; i < tokens.Length; i++)
            if (answers[2 * i].Success && answers[(2 * i) + 1].Success && SymbolIn(answers[2 * i].Data) is { } symbol
                && new AbiReader(answers[(2 * i) + 1].Data).TryReadUInt64(out ulong decimals) && decimals <= 36)
                found.Add(new SketchedToken(symbol, tokens[i], (int)decimals));
        return found;
    }

    private static byte[] SymbolQuestion()
    {
        byte[] data = new byte[4];
        AbiWriter writer = new(data);
        writer.BeginCall(s_symbol, 0);
        return data;
    }

    /// <summary>A symbol as text, or as the 32 bytes of the oldest tokens; null where it is no word that a configuration could hold.</summary>
    internal static string? SymbolIn(byte[] answer)
    {
        string text = answer.Length == AbiWriter.WordLength ? Encoding.ASCII.GetString(answer).TrimEnd('\0')
            : new AbiReader(answer).TryReadString(out string read) ? read : "";
        return text.Length is > 0 and <= 16 && text.All(static c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_') ? text : null;
    }

    /// <summary>For people: what was found.</summary>
    public static string Tell(ChainSketch sketch) => string.Create(
        CultureInfo.InvariantCulture,
        $"chain {sketch.ChainId}: {string.Join(", ", sketch.Tokens.Select(static token => token.Symbol))} and {sketch.Pools.Count} pools, by {sketch.Source}");
}
