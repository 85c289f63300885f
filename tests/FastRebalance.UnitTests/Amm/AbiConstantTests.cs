using System.Buffers.Binary;
using System.Reflection;
using FastRebalance.Amm;
using FastRebalance.Amm.Abi;
using FastRebalance.Amm.Balancer;
using FastRebalance.Amm.CurveFinance;
using FastRebalance.Amm.Positions;
using FastRebalance.Amm.Solidly;
using FastRebalance.Core.Hashing;

namespace FastRebalance.UnitTests.Amm;

public class AbiConstantTests
{
    public static TheoryData<string, uint> Functions => new(
        new[]
        {
            UniswapV2Pool.Token0Function, UniswapV2Pool.Token1Function, UniswapV2Pool.GetReservesFunction,
            UniswapV3Pool.Token0Function, UniswapV3Pool.Token1Function, UniswapV3Pool.FeeFunction, UniswapV3Pool.TickSpacingFunction,
            UniswapV3Pool.Slot0Function, UniswapV3Pool.LiquidityFunction, UniswapV3Pool.TickBitmapFunction, UniswapV3Pool.TicksFunction,
            UniswapV2Pool.SwapFunction, UniswapV3Pool.SwapFunction,
        }.Concat(Fields<AbiFunction>()).DistinctBy(function => function.Signature).Select(function => (function.Signature, function.Selector)));

    public static TheoryData<string, string> Events => new(
        new[] { UniswapV2Pool.SyncEvent, UniswapV3Pool.InitializeEvent, UniswapV3Pool.SwapEvent,
            UniswapV3Pool.MintEvent, UniswapV3Pool.BurnEvent }.Concat(Fields<AbiEvent>()).Concat(CurveCalls.Resets)
            .Select(logged => (logged.Signature, logged.Topic.ToString())));

    /// <summary>Every constant of these lists, so that none is forgotten.</summary>
    private static IEnumerable<T> Fields<T>() => new[] { typeof(VaultCalls), typeof(CurveCalls), typeof(UniswapV4Pool), typeof(SolidlyCalls),
            typeof(PoolFeeGrowth) }
        .SelectMany(type => type.GetFields(BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic))
        .Select(field => field.GetValue(null)).OfType<T>();

    [Theory, MemberData(nameof(Functions))]
    public void Selector_OfSignature_IsItsHash(string signature, uint selector) =>
        Assert.Equal(BinaryPrimitives.ReadUInt32BigEndian(Keccak256.HashOfText(signature).Span), selector);

    [Theory, MemberData(nameof(Events))]
    public void Topic_OfSignature_IsItsHash(string signature, string topic) =>
        Assert.Equal(Keccak256.HashOfText(signature).ToString(), topic);

    [Fact]
    public void Call_NegativeArgument_IsSignExtended()
    {
        byte[] call = new AbiFunction("f(int24)", 0x01020304).Call(-2);

        Assert.Equal("01020304" + new string('f', 63) + "e", Convert.ToHexStringLower(call));
    }
}
