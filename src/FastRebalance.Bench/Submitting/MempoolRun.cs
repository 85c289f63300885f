using System.Diagnostics;
using FastRebalance.Amm;
using FastRebalance.Bench.Latency;
using FastRebalance.Bench.Routing;
using FastRebalance.Bench.Signing;
using FastRebalance.Core.Assets;
using FastRebalance.Core.Events;
using FastRebalance.Ethereum.Encoding;
using FastRebalance.Execution.Mempool;

namespace FastRebalance.Bench.Submitting;

/// <summary>
/// How many pending transactions one core can look at: whether a transaction concerns us (tier 0, nine in ten are strangers'), what a call that does
/// would do (tier 1, routers' calls of every kind in turn), and both with the pending pool around them. What was found is checked against what was put in.
/// </summary>
public static class MempoolRun
{
    public const int UsualRounds = 200;
    public const int MostRounds = 100_000;

    private const int Batch = 10_000;
    private const int WatchedOneIn = 10;
    private const int TokenCount = 12;
    private const int WarmUpRounds = 30;

    /// <summary>Measures on the calling thread.</summary>
    /// <param name="rounds">Batches of ten thousand transactions.</param>
    /// <exception cref="ArgumentException">The number of rounds cannot be.</exception>
    public static MempoolRunResult Run(int rounds)
    {
        if (rounds is < 1 or > MostRounds)
            throw new ArgumentException($"{rounds} rounds; wanted is a number from 1 to {MostRounds}", nameof(rounds));
        Work work = new();
        for (int i = 0; i < WarmUpRounds; i++)
            work.Round(new Samples(1), new Samples(1), new Samples(1), new AllocationTally());
        Samples tier0 = new(rounds), tier1 = new(rounds), whole = new(rounds);
        AllocationTally tally = new();
        for (int i = 0; i < rounds; i++)
            work.Round(tier0, tier1, whole, tally);
        return new MempoolRunResult(
            Machine.Processor, Machine.Cores, Machine.Runtime, Machine.Load, rounds, Batch,
            tier0.Median() / Batch, tier1.Median() / Batch, whole.Median() / Batch, tally.AllocatedBytes, work.Wrong);
    }

    /// <summary>The market, the calls, and what each must be found to be.</summary>
    private sealed class Work
    {
        private readonly MempoolMarket _market;
        private readonly CallDecoder _decoder;
        private readonly Call[] _kinds;
        private readonly Address[] _targets = new Address[Batch];
        private readonly byte[][] _inputs = new byte[Batch][];
        private readonly PendingTransactionView[] _views = new PendingTransactionView[Batch];
        private readonly PendingEffect[] _effects = new PendingEffect[32];
        private readonly PendingPool _pool = new(new PendingPoolOptions { Capacity = 2 * Batch, EffectCapacity = 2 * Batch, MaxAgeBlocks = 1 }, []);
        private ulong _block;

        public Work()
        {
            Random random = new(20_269);
            Address[] tokens = [.. Enumerable.Range(0, TokenCount).Select(_ => Any(random)).OrderBy(token => token.ToString(), StringComparer.Ordinal)];
            Address v2 = Any(random), v3 = Any(random), universal = Any(random);
            _market = MarketOf(random, tokens, v2, v3, universal);
            _decoder = new CallDecoder(_market);
            _kinds = Calls.Of(tokens, v2, v3, universal);
            for (int i = 0; i < Batch; i++)
            {
                Call kind = _kinds[i % _kinds.Length];
                (_targets[i], _inputs[i]) = (i % WatchedOneIn == 0 ? kind.To : Any(random), kind.Input);
                _views[i] = new PendingTransactionView
                {
                    Hash = AnyHash(random), Sender = Any(random), GasLimit = 200_000, MaxFeePerGasWei = 100_000_000_000, TipPerGasWei = (ulong)random.Next(1, 1 << 30),
                };
            }
        }

        public string? Wrong { get; private set; }

        public void Round(Samples tier0, Samples tier1, Samples whole, AllocationTally tally)
        {
            long allocated = GC.GetAllocatedBytesForCurrentThread();
            long at = Stopwatch.GetTimestamp();
            int found = 0;
            for (int i = 0; i < Batch; i++)
                found += _market.Watched.TryFind(in _targets[i], out _, out _) ? 1 : 0;
            tier0.Add(Stopwatch.GetTimestamp() - at);

            at = Stopwatch.GetTimestamp();
            int effects = 0, wanted = 0;
            for (int i = 0; i < Batch; i++)
            {
                ref readonly Call kind = ref _kinds[i % _kinds.Length];
                _decoder.Decode(in kind.To, in _views[i].Sender, UInt256.Zero, kind.Input, _effects, out int count);
                effects += count;
                wanted += kind.Effects;
            }
            tier1.Add(Stopwatch.GetTimestamp() - at);

            at = Stopwatch.GetTimestamp();
            int kept = 0;
            for (int i = 0; i < Batch; i++)
            {
                _decoder.Decode(in _targets[i], in _views[i].Sender, UInt256.Zero, _inputs[i], _effects, out int count);
                kept += _pool.Add(in _views[i], _effects.AsSpan(0, count), 0) == PendingStatus.Added ? 1 : 0;
            }
            whole.Add(Stopwatch.GetTimestamp() - at);
            tally.Add(GC.GetAllocatedBytesForCurrentThread() - allocated);
            _block += 2;
            _pool.OnBlock(_block, UInt256.Zero, 30_000_000, []);
            if (found != Batch / WatchedOneIn)
                Wrong = $"{found} of {Batch} were found to concern us, {Batch / WatchedOneIn} do";
            else if (effects != wanted)
                Wrong = $"{effects} effects were read, {wanted} were written";
            else if (kept != Batch)
                Wrong = $"{kept} of {Batch} were kept";
        }

        private static MempoolMarket MarketOf(Random random, Address[] tokens, Address v2, Address v3, Address universal)
        {
            List<Pool> pools = [];
            for (int i = 0; i + 1 < tokens.Length; i++)
            {
                AssetId[] assets = [AssetId.FromIndex(i), AssetId.FromIndex(i + 1)];
                pools.Add(new UniswapV2Pool(new PoolFacts(UniswapV2Pool.KindName, Any(random), tokens[i], tokens[i + 1], 3000), PoolId.FromIndex(pools.Count), assets));
                pools.Add(new UniswapV3Pool(new PoolFacts(UniswapV3Pool.KindName, Any(random), tokens[i], tokens[i + 1], 500, 10), PoolId.FromIndex(pools.Count), assets));
            }
            return new MempoolMarket(tokens, pools, new MempoolContracts
            {
                V2Routers = [new PairFamily(v2)],
                V3Routers = [new PairFamily(v3)],
                UniversalRouters = [new PairFamily(universal)],
                WrappedNative = tokens[0],
            });
        }

        private static Address Any(Random random)
        {
            byte[] bytes = new byte[Address.Length];
            random.NextBytes(bytes);
            return new Address(bytes);
        }

        private static Hash32 AnyHash(Random random)
        {
            byte[] bytes = new byte[Hash32.Length];
            random.NextBytes(bytes);
            return new Hash32(bytes);
        }
    }

    private struct Call
    {
        public Address To;
        public byte[] Input;
        public int Effects;
    }

    /// <summary>Calls of each router, of one hop and of three.</summary>
    private static class Calls
    {
        private delegate void Arguments(ref AbiWriter writer);

        public static Call[] Of(Address[] tokens, Address v2, Address v3, Address universal)
        {
            byte[] path = Path(tokens[3], tokens[2], tokens[1], tokens[0]);
            byte[] single = Write("exactInputSingle((address,address,uint24,address,uint256,uint256,uint160))", 7, (ref AbiWriter writer) =>
            {
                writer.WriteAddress(tokens[4]);
                writer.WriteAddress(tokens[5]);
                writer.WriteUInt64(500);
                writer.WriteAddress(tokens[0]);
                writer.WriteUInt64(1_000_000);
                writer.WriteUInt64(1);
                writer.WriteUInt64(0);
            });
            byte[] longer = Write("exactInput((bytes,address,uint256,uint256))", 1, (ref AbiWriter writer) =>
            {
                AbiFrame tuple = writer.BeginTuple(4);
                writer.WriteBytes(path);
                writer.WriteAddress(tokens[0]);
                writer.WriteUInt64(1_000_000);
                writer.WriteUInt64(1);
                writer.End(tuple);
            });
            return
            [
                new Call { To = v2, Input = Pairs(tokens[..2]), Effects = 1 },
                new Call { To = v2, Input = Pairs(tokens[..4]), Effects = 3 },
                new Call { To = v3, Input = single, Effects = 1 },
                new Call { To = v3, Input = longer, Effects = 3 },
                new Call { To = v3, Input = Each("multicall(bytes[])", single, longer), Effects = 4 },
                new Call { To = universal, Input = Plan([0x00, 0x08], Ranges(path, tokens[0]), Hop(tokens)), Effects = 4 },
            ];
        }

        private static byte[] Pairs(Address[] path) => Write("swapExactTokensForTokens(uint256,uint256,address[],address,uint256)", 5, (ref AbiWriter writer) =>
        {
            writer.WriteUInt64(1_000_000);
            writer.WriteUInt64(1);
            WritePath(ref writer, path);
            writer.WriteAddress(path[0]);
            writer.WriteUInt64(ulong.MaxValue);
        });

        private static byte[] Ranges(byte[] path, Address to) => Write(null, 5, (ref AbiWriter writer) =>
        {
            writer.WriteAddress(to);
            writer.WriteUInt64(1_000_000);
            writer.WriteUInt64(1);
            writer.WriteBytes(path);
            writer.WriteBool(true);
        });

        private static byte[] Hop(Address[] tokens) => Write(null, 5, (ref AbiWriter writer) =>
        {
            writer.WriteAddress(tokens[0]);
            writer.WriteUInt64(1_000_000);
            writer.WriteUInt64(1);
            WritePath(ref writer, tokens[..2]);
            writer.WriteBool(true);
        });

        private static byte[] Plan(byte[] commands, params byte[][] inputs) => Write("execute(bytes,bytes[],uint256)", 3, (ref AbiWriter writer) =>
        {
            writer.WriteBytes(commands);
            WriteAll(ref writer, inputs);
            writer.WriteUInt64(ulong.MaxValue);
        });

        private static byte[] Each(string signature, params byte[][] calls) => Write(signature, 1, (ref AbiWriter writer) => WriteAll(ref writer, calls));

        private static void WriteAll(ref AbiWriter writer, byte[][] items)
        {
            AbiFrame array = writer.BeginArray(items.Length, 1);
            foreach (byte[] item in items)
                writer.WriteBytes(item);
            writer.End(array);
        }

        private static void WritePath(ref AbiWriter writer, Address[] path)
        {
            AbiFrame array = writer.BeginArray(path.Length, 1);
            foreach (Address token in path)
                writer.WriteAddress(token);
            writer.End(array);
        }

        private static byte[] Path(params Address[] tokens)
        {
            List<byte> path = [.. tokens[0].Span];
            foreach (Address token in tokens[1..])
                path.AddRange([0, 1, 0xf4, .. token.Span]);
            return [.. path];
        }

        private static byte[] Write(string? signature, int headWords, Arguments write)
        {
            byte[] buffer = new byte[4096];
            AbiWriter writer = new(buffer);
            if (signature is null)
                writer.BeginArguments(headWords);
            else
                writer.BeginCall(AbiSelector.Of(signature), headWords);
            write(ref writer);
            return writer.TryFinish(out int length) ? buffer[..length] : throw new InvalidOperationException("a call does not fit");
        }
    }
}
