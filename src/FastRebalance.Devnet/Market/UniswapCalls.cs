using FastRebalance.Core.Assets;
using FastRebalance.Ethereum.Encoding;

namespace FastRebalance.Devnet.Market;

/// <summary>
/// Calls of Uniswap's contracts as published on npm: v2-core 1.0.1, v2-periphery 1.1.0-beta.0, v3-core 1.0.1, v3-periphery 1.4.4,
/// swap-router-contracts 1.3.1.
/// </summary>
internal static class UniswapCalls
{
    /// <summary>A time limit that no local chain reaches.</summary>
    private static readonly UInt256 Never = ulong.MaxValue;

    public static readonly byte[] GetReserves = CallData.Of("getReserves()", 0, (ref AbiWriter _) => { });

    public static readonly byte[] Slot0 = CallData.Of("slot0()", 0, (ref AbiWriter _) => { });

    public static byte[] EnableFeeAmount(int feePips, int tickSpacing) =>
        CallData.Of("enableFeeAmount(uint24,int24)", 2, (ref AbiWriter writer) =>
        {
            writer.WriteUInt64((ulong)feePips);
            writer.WriteInt128(tickSpacing);
        });

    public static byte[] GetPair(Address a, Address b) =>
        CallData.Of("getPair(address,address)", 2, (ref AbiWriter writer) =>
        {
            writer.WriteAddress(a);
            writer.WriteAddress(b);
        });

    public static byte[] GetPool(Address a, Address b, int feePips) =>
        CallData.Of("getPool(address,address,uint24)", 3, (ref AbiWriter writer) =>
        {
            writer.WriteAddress(a);
            writer.WriteAddress(b);
            writer.WriteUInt64((ulong)feePips);
        });

    public static byte[] AddLiquidityV2(Address a, Address b, UInt256 amountA, UInt256 amountB, Address to) =>
        CallData.Of("addLiquidity(address,address,uint256,uint256,uint256,uint256,address,uint256)", 8, (ref AbiWriter writer) =>
        {
            writer.WriteAddress(a);
            writer.WriteAddress(b);
            writer.WriteUInt256(amountA);
            writer.WriteUInt256(amountB);
            writer.WriteUInt64(0);
            writer.WriteUInt64(0);
            writer.WriteAddress(to);
            writer.WriteUInt256(Never);
        });

    public static byte[] CreatePoolV3(Address token0, Address token1, int feePips, UInt256 sqrtPriceX96) =>
        CallData.Of("createAndInitializePoolIfNecessary(address,address,uint24,uint160)", 4, (ref AbiWriter writer) =>
        {
            writer.WriteAddress(token0);
            writer.WriteAddress(token1);
            writer.WriteUInt64((ulong)feePips);
            writer.WriteUInt256(sqrtPriceX96);
        });

    public static byte[] MintV3(
        Address token0, Address token1, int feePips, int lowerTick, int upperTick, UInt256 amount0, UInt256 amount1, Address to) =>
        CallData.Of(
            "mint((address,address,uint24,int24,int24,uint256,uint256,uint256,uint256,address,uint256))", 11, (ref AbiWriter writer) =>
        {
            writer.WriteAddress(token0);
            writer.WriteAddress(token1);
            writer.WriteUInt64((ulong)feePips);
            writer.WriteInt128(lowerTick);
            writer.WriteInt128(upperTick);
            writer.WriteUInt256(amount0);
            writer.WriteUInt256(amount1);
            writer.WriteUInt64(0);
            writer.WriteUInt64(0);
            writer.WriteAddress(to);
            writer.WriteUInt256(Never);
        });

    /// <summary>Router02 of V2.</summary>
    public static byte[] SwapV2(Address tokenIn, Address tokenOut, UInt256 amountIn, Address to) =>
        CallData.Of("swapExactTokensForTokens(uint256,uint256,address[],address,uint256)", 5, (ref AbiWriter writer) =>
        {
            WriteSwapV2(ref writer, tokenIn, tokenOut, amountIn, to);
            writer.WriteUInt256(Never);
        });

    /// <summary>The same swap on SwapRouter02, which has no time limit of its own.</summary>
    public static byte[] SwapV2ByRouter02(Address tokenIn, Address tokenOut, UInt256 amountIn, Address to) =>
        CallData.Of("swapExactTokensForTokens(uint256,uint256,address[],address)", 4, (ref AbiWriter writer) =>
            WriteSwapV2(ref writer, tokenIn, tokenOut, amountIn, to));

    /// <summary>SwapRouter of V3: sells at most the amount, and stops at the price limit.</summary>
    public static byte[] SwapV3(Address tokenIn, Address tokenOut, int feePips, UInt256 amountIn, UInt256 sqrtPriceLimitX96, Address to) =>
        CallData.Of("exactInputSingle((address,address,uint24,address,uint256,uint256,uint256,uint160))", 8, (ref AbiWriter writer) =>
        {
            WriteSwapV3Start(ref writer, tokenIn, tokenOut, feePips, to);
            writer.WriteUInt256(Never);
            WriteSwapV3End(ref writer, amountIn, sqrtPriceLimitX96);
        });

    /// <summary>The same swap on SwapRouter02.</summary>
    public static byte[] SwapV3ByRouter02(
        Address tokenIn, Address tokenOut, int feePips, UInt256 amountIn, UInt256 sqrtPriceLimitX96, Address to) =>
        CallData.Of("exactInputSingle((address,address,uint24,address,uint256,uint256,uint160))", 7, (ref AbiWriter writer) =>
        {
            WriteSwapV3Start(ref writer, tokenIn, tokenOut, feePips, to);
            WriteSwapV3End(ref writer, amountIn, sqrtPriceLimitX96);
        });

    /// <summary>Several calls of SwapRouter02 in one transaction: all of them or none.</summary>
    public static byte[] Multicall(IReadOnlyList<byte[]> calls) =>
        CallData.Of("multicall(bytes[])", 1, (ref AbiWriter writer) =>
        {
            AbiFrame outer = writer.BeginArray(calls.Count, headWordsEach: 1);
            foreach (byte[] call in calls)
                writer.WriteBytes(call);
            writer.End(outer);
        }, capacity: 256 + calls.Sum(call => call.Length + 128));

    /// <summary>QuoterV2.</summary>
    public static byte[] QuoteV3(Address tokenIn, Address tokenOut, int feePips, UInt256 amountIn) =>
        CallData.Of("quoteExactInputSingle((address,address,uint256,uint24,uint160))", 5, (ref AbiWriter writer) =>
        {
            writer.WriteAddress(tokenIn);
            writer.WriteAddress(tokenOut);
            writer.WriteUInt256(amountIn);
            writer.WriteUInt64((ulong)feePips);
            writer.WriteUInt64(0);
        });

    private static void WriteSwapV2(ref AbiWriter writer, Address tokenIn, Address tokenOut, UInt256 amountIn, Address to)
    {
        writer.WriteUInt256(amountIn);
        writer.WriteUInt64(0);
        AbiFrame outer = writer.BeginArray(2, headWordsEach: 1);
        writer.WriteAddress(tokenIn);
        writer.WriteAddress(tokenOut);
        writer.End(outer);
        writer.WriteAddress(to);
    }

    private static void WriteSwapV3Start(ref AbiWriter writer, Address tokenIn, Address tokenOut, int feePips, Address to)
    {
        writer.WriteAddress(tokenIn);
        writer.WriteAddress(tokenOut);
        writer.WriteUInt64((ulong)feePips);
        writer.WriteAddress(to);
    }

    private static void WriteSwapV3End(ref AbiWriter writer, UInt256 amountIn, UInt256 sqrtPriceLimitX96)
    {
        writer.WriteUInt256(amountIn);
        writer.WriteUInt64(0);
        writer.WriteUInt256(sqrtPriceLimitX96);
    }
}
