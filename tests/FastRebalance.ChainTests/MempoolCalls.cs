using FastRebalance.Core.Assets;
using FastRebalance.Devnet.Market;
using FastRebalance.Ethereum.Encoding;

namespace FastRebalance.ChainTests;

/// <summary>Calls that others make on the pools, as their contracts' own interfaces have them.</summary>
internal static class MempoolCalls
{
    public const ulong Never = 1UL << 40;
    private const int Room = 8192;

    public static byte[] V2(string name, UInt256 first, UInt256 second, Address to, params Address[] path) =>
        CallData.Of(name + "(uint256,uint256,address[],address,uint256)", 5, (ref AbiWriter writer) =>
        {
            writer.WriteUInt256(first);
            writer.WriteUInt256(second);
            Write(ref writer, path);
            writer.WriteAddress(to);
            writer.WriteUInt64(Never);
        });

    /// <summary>With the chain's own coin sent along.</summary>
    public static byte[] V2Coin(string name, UInt256 limit, Address to, params Address[] path) =>
        CallData.Of(name + "(uint256,address[],address,uint256)", 4, (ref AbiWriter writer) =>
        {
            writer.WriteUInt256(limit);
            Write(ref writer, path);
            writer.WriteAddress(to);
            writer.WriteUInt64(Never);
        });

    public static byte[] V2ByRouter02(string name, UInt256 first, UInt256 second, Address to, params Address[] path) =>
        CallData.Of(name + "(uint256,uint256,address[],address)", 4, (ref AbiWriter writer) =>
        {
            writer.WriteUInt256(first);
            writer.WriteUInt256(second);
            Write(ref writer, path);
            writer.WriteAddress(to);
        });

    public static byte[] V2AddCoin(Address token, UInt256 amount, Address to) =>
        CallData.Of("addLiquidityETH(address,uint256,uint256,uint256,address,uint256)", 6, (ref AbiWriter writer) =>
        {
            writer.WriteAddress(token);
            writer.WriteUInt256(amount);
            writer.WriteUInt64(0);
            writer.WriteUInt64(0);
            writer.WriteAddress(to);
            writer.WriteUInt64(Never);
        });

    public static byte[] V2Remove(Address a, Address b, UInt256 shares, Address to) =>
        CallData.Of("removeLiquidity(address,address,uint256,uint256,uint256,address,uint256)", 7, (ref AbiWriter writer) =>
        {
            writer.WriteAddress(a);
            writer.WriteAddress(b);
            writer.WriteUInt256(shares);
            writer.WriteUInt64(0);
            writer.WriteUInt64(0);
            writer.WriteAddress(to);
            writer.WriteUInt64(Never);
        });

    public static byte[] V3Single(bool isOut, bool by02, Address sell, Address buy, uint fee, UInt256 amount, UInt256 limit, UInt256 priceLimit, Address to)
    {
        string name = isOut ? "exactOutputSingle" : "exactInputSingle";
        string deadline = by02 ? "" : "uint256,";
        return CallData.Of($"{name}((address,address,uint24,address,{deadline}uint256,uint256,uint160))", by02 ? 7 : 8, (ref AbiWriter writer) =>
        {
            writer.WriteAddress(sell);
            writer.WriteAddress(buy);
            writer.WriteUInt64(fee);
            writer.WriteAddress(to);
            if (!by02)
                writer.WriteUInt64(Never);
            writer.WriteUInt256(amount);
            writer.WriteUInt256(limit);
            writer.WriteUInt256(priceLimit);
        });
    }

    public static byte[] V3Path(bool isOut, bool by02, byte[] path, UInt256 amount, UInt256 limit, Address to)
    {
        string name = isOut ? "exactOutput" : "exactInput";
        return CallData.Of(by02 ? name + "((bytes,address,uint256,uint256))" : name + "((bytes,address,uint256,uint256,uint256))", 1, (ref AbiWriter writer) =>
        {
            AbiFrame tuple = writer.BeginTuple(by02 ? 4 : 5);
            writer.WriteBytes(path);
            writer.WriteAddress(to);
            if (!by02)
                writer.WriteUInt64(Never);
            writer.WriteUInt256(amount);
            writer.WriteUInt256(limit);
            writer.End(tuple);
        });
    }

    public static byte[] Path(Address first, params (uint Fee, Address Token)[] hops) =>
        [.. first.Span, .. hops.SelectMany(hop => (byte[])[(byte)(hop.Fee >> 16), (byte)(hop.Fee >> 8), (byte)hop.Fee, .. hop.Token.Span])];

    public static byte[] Multicall(string head, UInt256? first, params byte[][] calls) =>
        CallData.Of($"multicall({head}bytes[])", first is null ? 1 : 2, (ref AbiWriter writer) =>
        {
            if (first is { } word)
                writer.WriteUInt256(word);
            Write(ref writer, calls);
        }, Room);

    public static byte[] DecreaseLiquidity(ulong position, UInt128 liquidity) =>
        CallData.Of("decreaseLiquidity((uint256,uint128,uint256,uint256,uint256))", 5, (ref AbiWriter writer) =>
        {
            writer.WriteUInt64(position);
            writer.WriteUInt256(liquidity);
            writer.WriteUInt64(0);
            writer.WriteUInt64(0);
            writer.WriteUInt64(Never);
        });

    public static byte[] Collect(ulong position, Address to) =>
        CallData.Of("collect((uint256,address,uint128,uint128))", 4, (ref AbiWriter writer) =>
        {
            writer.WriteUInt64(position);
            writer.WriteAddress(to);
            writer.WriteUInt256(UInt128.MaxValue);
            writer.WriteUInt256(UInt128.MaxValue);
        });

    // ---- Universal Router ----

    public static byte[] Execute(params (byte Command, byte[] Input)[] plan) =>
        CallData.Of("execute(bytes,bytes[],uint256)", 3, (ref AbiWriter writer) =>
        {
            WritePlan(ref writer, plan);
            writer.WriteUInt64(Never);
        }, Room);

    public static byte[] Plan(params (byte Command, byte[] Input)[] plan) => Arguments(2, (ref AbiWriter writer) => WritePlan(ref writer, plan));

    public static byte[] V2Input(Address to, UInt256 amount, UInt256 limit, bool byUser, params Address[] path) => Arguments(5, (ref AbiWriter writer) =>
    {
        writer.WriteAddress(to);
        writer.WriteUInt256(amount);
        writer.WriteUInt256(limit);
        Write(ref writer, path);
        writer.WriteBool(byUser);
    });

    public static byte[] V3Input(Address to, UInt256 amount, UInt256 limit, byte[] path, bool byUser) => Arguments(5, (ref AbiWriter writer) =>
    {
        writer.WriteAddress(to);
        writer.WriteUInt256(amount);
        writer.WriteUInt256(limit);
        writer.WriteBytes(path);
        writer.WriteBool(byUser);
    });

    public static byte[] AddressAndAmount(Address address, UInt256 amount) => Arguments(2, (ref AbiWriter writer) =>
    {
        writer.WriteAddress(address);
        writer.WriteUInt256(amount);
    });

    public static byte[] Transfer(Address token, Address to, UInt256 amount) => Arguments(3, (ref AbiWriter writer) =>
    {
        writer.WriteAddress(token);
        writer.WriteAddress(to);
        writer.WriteUInt256(amount);
    });

    /// <summary>Actions of V4: a swap, then settling what is owed and taking what is due.</summary>
    public static byte[] V4(byte action, byte[] swap, Address sell, Address buy) => Arguments(2, (ref AbiWriter writer) =>
    {
        writer.WriteBytes([action, 0x0c, 0x0f]);
        Write(ref writer, [swap, AddressAndAmount(sell, UInt128.MaxValue), AddressAndAmount(buy, UInt256.Zero)]);
    });

    public static byte[] V4Single(UniswapV4PoolUnderTest pool, bool sells0, UInt256 amount, UInt256 limit) => Arguments(1, (ref AbiWriter writer) =>
    {
        AbiFrame tuple = writer.BeginTuple(9);
        writer.WriteAddress(pool.Currency0);
        writer.WriteAddress(pool.Currency1);
        writer.WriteUInt64(pool.Fee);
        writer.WriteInt128(pool.Spacing);
        writer.WriteAddress(pool.Hooks);
        writer.WriteBool(sells0);
        writer.WriteUInt256(amount);
        writer.WriteUInt256(limit);
        writer.WriteBytes([]);
        writer.End(tuple);
    });

    public static byte[] V4Path(Address start, UInt256 amount, UInt256 limit, params (Address Currency, UniswapV4PoolUnderTest Pool)[] path) =>
        Arguments(1, (ref AbiWriter writer) =>
        {
            // The published router also takes a bound for each hop, of which none are given.
            AbiFrame tuple = writer.BeginTuple(5);
            writer.WriteAddress(start);
            AbiFrame keys = writer.BeginArray(path.Length, 1);
            foreach ((Address currency, UniswapV4PoolUnderTest pool) in path)
            {
                AbiFrame key = writer.BeginTuple(5);
                writer.WriteAddress(currency);
                writer.WriteUInt64(pool.Fee);
                writer.WriteInt128(pool.Spacing);
                writer.WriteAddress(pool.Hooks);
                writer.WriteBytes([]);
                writer.End(key);
            }
            writer.End(keys);
            writer.End(writer.BeginArray(0, 1));
            writer.WriteUInt256(amount);
            writer.WriteUInt256(limit);
            writer.End(tuple);
        });

    // ---- Balancer ----

    public static byte[] VaultSwap(Hash32 pool, bool isOut, Address sell, Address buy, UInt256 amount, UInt256 limit, Address account) => CallData.Of(
        "swap((bytes32,uint8,address,address,uint256,bytes),(address,bool,address,bool),uint256,uint256)", 7, (ref AbiWriter writer) =>
        {
            AbiFrame tuple = writer.BeginTuple(6);
            writer.WriteHash(pool);
            writer.WriteUInt64(isOut ? 1UL : 0UL);
            writer.WriteAddress(sell);
            writer.WriteAddress(buy);
            writer.WriteUInt256(amount);
            writer.WriteBytes([]);
            writer.End(tuple);
            WriteFunds(ref writer, account);
            writer.WriteUInt256(limit);
            writer.WriteUInt64(Never);
        });

    public static byte[] VaultBatch(Hash32 pool, bool isOut, Address sell, Address buy, UInt256 amount, Address account) => CallData.Of(
        "batchSwap(uint8,(bytes32,uint256,uint256,uint256,bytes)[],address[],(address,bool,address,bool),int256[],uint256)", 9, (ref AbiWriter writer) =>
        {
            writer.WriteUInt64(isOut ? 1UL : 0UL);
            AbiFrame steps = writer.BeginArray(1, 1);
            AbiFrame step = writer.BeginTuple(5);
            writer.WriteHash(pool);
            writer.WriteUInt64(0);
            writer.WriteUInt64(1);
            writer.WriteUInt256(amount);
            writer.WriteBytes([]);
            writer.End(step);
            writer.End(steps);
            Write(ref writer, [sell, buy]);
            WriteFunds(ref writer, account);
            AbiFrame limits = writer.BeginArray(2, 1);
            writer.WriteUInt256(UInt256.MaxValue >> 2);
            writer.WriteInt256(1, negative: true);
            writer.End(limits);
            writer.WriteUInt64(Never);
        }, Room);

    private static void WriteFunds(ref AbiWriter writer, Address account)
    {
        writer.WriteAddress(account);
        writer.WriteBool(false);
        writer.WriteAddress(account);
        writer.WriteBool(false);
    }

    private static byte[] Arguments(int headWords, CallData.Arguments write)
    {
        byte[] buffer = new byte[Room];
        AbiWriter writer = new(buffer);
        writer.BeginArguments(headWords);
        write(ref writer);
        Assert.True(writer.TryFinish(out int length, out AbiStatus status), $"{status}");
        return buffer[..length];
    }

    private static void WritePlan(ref AbiWriter writer, (byte Command, byte[] Input)[] plan)
    {
        writer.WriteBytes([.. plan.Select(step => step.Command)]);
        Write(ref writer, [.. plan.Select(step => step.Input)]);
    }

    private static void Write(ref AbiWriter writer, Address[] addresses)
    {
        AbiFrame array = writer.BeginArray(addresses.Length, 1);
        foreach (Address address in addresses)
            writer.WriteAddress(address);
        writer.End(array);
    }

    private static void Write(ref AbiWriter writer, byte[][] items)
    {
        AbiFrame array = writer.BeginArray(items.Length, 1);
        foreach (byte[] item in items)
            writer.WriteBytes(item);
        writer.End(array);
    }
}
