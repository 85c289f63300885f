using FastRebalance.Amm;
using FastRebalance.Core.Assets;
using FastRebalance.Core.Events;
using FastRebalance.Ethereum.Encoding;
using FastRebalance.Execution.Mempool;

namespace FastRebalance.UnitTests.Execution.Mempool;

/// <summary>A made-up market of one V2 pair and one V3 pool between two tokens, for what needs no chain.</summary>
internal static class MempoolFixture
{
    public static readonly Address Token0 = At(1), Token1 = At(2), Pair = At(3), Ranges = At(4);
    public static readonly Address V2Router = At(10), V3Router = At(11), Universal = At(12), Positions = At(13), Permit2 = At(14), Executor = At(15), Us = At(16), Oracle = At(17);
    public static readonly Address V4Positions = At(18);

    public static Address At(byte last)
    {
        byte[] bytes = new byte[20];
        bytes[19] = last;
        bytes[0] = 0xab;
        return new Address(bytes);
    }

    public static Hash32 Hash(int number)
    {
        byte[] bytes = new byte[32];
        System.Buffers.Binary.BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(28), number);
        bytes[0] = 1;
        return new Hash32(bytes);
    }

    public static MempoolMarket Market()
    {
        AssetId[] assets = [AssetId.FromIndex(0), AssetId.FromIndex(1)];
        Pool pair = new UniswapV2Pool(new PoolFacts(UniswapV2Pool.KindName, Pair, Token0, Token1, 3000), PoolId.FromIndex(0), assets);
        pair.Apply(new MarketEvent
        {
            Kind = MarketEventKind.Reserves,
            Subject = pair.Id.Value,
            Reserves = new PoolReserves { Reserve0 = UInt256.PowerOfTen(24), Reserve1 = UInt256.PowerOfTen(24) * 2 },
        });
        pair.Apply(new MarketEvent { Kind = MarketEventKind.PoolReady, Subject = pair.Id.Value });
        Pool ranges = new UniswapV3Pool(new PoolFacts(UniswapV3Pool.KindName, Ranges, Token0, Token1, 500, 10), PoolId.FromIndex(1), assets);
        return new MempoolMarket([Token0, Token1], [pair, ranges], new MempoolContracts
        {
            V2Routers = [new PairFamily(V2Router)],
            V3Routers = [new PairFamily(V3Router)],
            UniversalRouters = [new PairFamily(Universal)],
            V3Positions = [Positions],
            V4Positions = [V4Positions],
            Permit2 = Permit2,
            WrappedNative = Token0,
            Executors = [Executor],
            Oracles = [Oracle],
            Own = [Us],
        });
    }

    public static byte[] SwapV2(UInt256 amount, UInt256 limit, params Address[] path)
    {
        byte[] data = new byte[2048];
        AbiWriter writer = new(data);
        writer.BeginCall(AbiSelector.Of("swapExactTokensForTokens(uint256,uint256,address[],address,uint256)"), 5);
        writer.WriteUInt256(amount);
        writer.WriteUInt256(limit);
        AbiFrame array = writer.BeginArray(path.Length, 1);
        foreach (Address token in path)
            writer.WriteAddress(token);
        writer.End(array);
        writer.WriteAddress(Us);
        writer.WriteUInt64(ulong.MaxValue);
        Assert.True(writer.TryFinish(out int length));
        return data[..length];
    }

    /// <summary>Calls within calls: so many multicalls around one swap.</summary>
    public static byte[] Nested(int depth, byte[] inner)
    {
        for (int i = 0; i < depth; i++)
            inner = Multicall(inner);
        return inner;
    }

    public static byte[] Multicall(params byte[][] calls)
    {
        byte[] data = new byte[512 + calls.Sum(call => call.Length + 128)];
        AbiWriter writer = new(data);
        writer.BeginCall(AbiSelector.Of("multicall(bytes[])"), 1);
        AbiFrame array = writer.BeginArray(calls.Length, 1);
        foreach (byte[] call in calls)
            writer.WriteBytes(call);
        writer.End(array);
        Assert.True(writer.TryFinish(out int length));
        return data[..length];
    }

    public static byte[] SingleV3(UInt256 amount)
    {
        byte[] data = new byte[512];
        AbiWriter writer = new(data);
        writer.BeginCall(AbiSelector.Of("exactInputSingle((address,address,uint24,address,uint256,uint256,uint160))"), 7);
        writer.WriteAddress(Token0);
        writer.WriteAddress(Token1);
        writer.WriteUInt64(500);
        writer.WriteAddress(Us);
        writer.WriteUInt256(amount);
        writer.WriteUInt64(1);
        writer.WriteUInt64(0);
        Assert.True(writer.TryFinish(out int length));
        return data[..length];
    }

    /// <summary>One command of the Universal Router.</summary>
    public static byte[] Execute(byte command, byte[] input)
    {
        byte[] data = new byte[1024 + input.Length];
        AbiWriter writer = new(data);
        writer.BeginCall(AbiSelector.Of("execute(bytes,bytes[],uint256)"), 3);
        writer.WriteBytes([command]);
        AbiFrame array = writer.BeginArray(1, 1);
        writer.WriteBytes(input);
        writer.End(array);
        writer.WriteUInt64(ulong.MaxValue);
        Assert.True(writer.TryFinish(out int length));
        return data[..length];
    }

    /// <summary>The plan that a command runs as its own.</summary>
    public static byte[] Plan(byte command, byte[] input)
    {
        byte[] data = new byte[1024 + input.Length];
        AbiWriter writer = new(data);
        writer.BeginArguments(2);
        writer.WriteBytes([command]);
        AbiFrame array = writer.BeginArray(1, 1);
        writer.WriteBytes(input);
        writer.End(array);
        Assert.True(writer.TryFinish(out int length));
        return data[..length];
    }
}
