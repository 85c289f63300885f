using FastRebalance.Core.Assets;
using FastRebalance.Devnet.Market;
using FastRebalance.Ethereum.Encoding;

namespace FastRebalance.ChainTests;

/// <summary>
/// Calls of Uniswap V4's contracts as published in @uniswap/v4-core 1.0.2 (the manager and its test routers) and @uniswap/v4-periphery 1.0.3
/// (the quoter and the state's view), for set-up and questions.
/// </summary>
internal static class UniswapV4Calls
{
    private const int KeyWords = 5;

    public static byte[] Initialize(UniswapV4PoolUnderTest pool, UInt256 sqrtPriceX96) =>
        CallData.Of("initialize((address,address,uint24,int24,address),uint160)", KeyWords + 1, (ref AbiWriter writer) =>
        {
            WriteKey(ref writer, pool);
            writer.WriteUInt256(sqrtPriceX96);
        });

    public static byte[] ModifyLiquidity(UniswapV4PoolUnderTest pool, UniswapV4Position position, Int128 change) => CallData.Of(
        "modifyLiquidity((address,address,uint24,int24,address),(int24,int24,int256,bytes32),bytes)", KeyWords + 5, (ref AbiWriter writer) =>
        {
            WriteKey(ref writer, pool);
            writer.WriteInt128(position.TickLower);
            writer.WriteInt128(position.TickUpper);
            writer.WriteInt128(change);
            writer.WriteUInt64(position.Salt);
            writer.WriteBytes([]);
        });

    /// <summary>Answers both changes in one word, the first currency's above; what the caller pays is below zero.</summary>
    public static byte[] Swap(UniswapV4PoolUnderTest pool, bool sells0, bool isIn, UInt256 amount, UInt256 limit) => CallData.Of(
        "swap((address,address,uint24,int24,address),(bool,int256,uint160),(bool,bool),bytes)", KeyWords + 6, (ref AbiWriter writer) =>
        {
            WriteKey(ref writer, pool);
            writer.WriteBool(sells0);
            writer.WriteInt256(amount, negative: isIn);
            writer.WriteUInt256(limit);
            writer.WriteBool(false);
            writer.WriteBool(false);
            writer.WriteBytes([]);
        });

    /// <summary>Answers the other amount; refuses what the pool does not take or pay whole.</summary>
    public static byte[] Quote(UniswapV4PoolUnderTest pool, bool sells0, bool isIn, UInt256 amount)
    {
        string name = isIn ? "quoteExactInputSingle" : "quoteExactOutputSingle";
        return CallData.Of(name + "(((address,address,uint24,int24,address),bool,uint128,bytes))", 1, (ref AbiWriter writer) =>
        {
            AbiFrame arguments = writer.BeginTuple(KeyWords + 3);
            WriteKey(ref writer, pool);
            writer.WriteBool(sells0);
            writer.WriteUInt256(amount);
            writer.WriteBytes([]);
            writer.End(arguments);
        });
    }

    public static byte[] Donate(UniswapV4PoolUnderTest pool, ulong amount0, ulong amount1) =>
        CallData.Of("donate((address,address,uint24,int24,address),uint256,uint256,bytes)", KeyWords + 3, (ref AbiWriter writer) =>
        {
            WriteKey(ref writer, pool);
            writer.WriteUInt64(amount0);
            writer.WriteUInt64(amount1);
            writer.WriteBytes([]);
        });

    public static byte[] SetProtocolFeeController(Address controller) =>
        CallData.Of("setProtocolFeeController(address)", 1, (ref AbiWriter writer) => writer.WriteAddress(controller));

    /// <param name="pool">The pool.</param>
    /// <param name="fee">Twelve bits for each direction, a sale of the first currency below.</param>
    public static byte[] SetProtocolFee(UniswapV4PoolUnderTest pool, uint fee) => SetFee("setProtocolFee", pool, fee);

    /// <summary>For the pool's own hooks alone.</summary>
    public static byte[] UpdateDynamicFee(UniswapV4PoolUnderTest pool, uint fee) => SetFee("updateDynamicLPFee", pool, fee);

    /// <summary>A question to the state's view by the pool's id, such as <c>getSlot0</c>.</summary>
    public static byte[] View(string name, Hash32 poolId) =>
        CallData.Of(name + "(bytes32)", 1, (ref AbiWriter writer) => writer.WriteHash(poolId));

    public static byte[] ViewTick(Hash32 poolId, int tick) => CallData.Of("getTickLiquidity(bytes32,int24)", 2, (ref AbiWriter writer) =>
    {
        writer.WriteHash(poolId);
        writer.WriteInt128(tick);
    });

    private static byte[] SetFee(string name, UniswapV4PoolUnderTest pool, uint fee) =>
        CallData.Of(name + "((address,address,uint24,int24,address),uint24)", KeyWords + 1, (ref AbiWriter writer) =>
        {
            WriteKey(ref writer, pool);
            writer.WriteUInt64(fee);
        });

    private static void WriteKey(ref AbiWriter writer, UniswapV4PoolUnderTest pool)
    {
        writer.WriteAddress(pool.Currency0);
        writer.WriteAddress(pool.Currency1);
        writer.WriteUInt64(pool.Fee);
        writer.WriteInt128(pool.Spacing);
        writer.WriteAddress(pool.Hooks);
    }
}
