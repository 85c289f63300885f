using FastRebalance.Amm;
using FastRebalance.Core.Assets;
using FastRebalance.Core.Events;
using FastRebalance.Ethereum.Encoding;
using FastRebalance.Ethereum.Rpc;
using FastRebalance.Execution.Transactions;

namespace FastRebalance.ChainTests;

/// <summary>The encoder's call data against the router's published bytecode.</summary>
public sealed class ExecutionEncoderTests
{
    private const string V2 = UniswapV2Pool.KindName;
    private const string V3 = UniswapV3Pool.KindName;

    // Each shape of a leg: the router pays exactly what the pools quote, and refuses to pay one unit more.
    [Fact]
    public async Task TryEncode_EveryShape_TheRouterPaysTheQuoteToTheUnit()
    {
        await using ExecutionDesk desk = await ExecutionDesk.StartAsync();
        SwapRouter02Encoder encoder = new(desk.Signer.Address, desk.Setup.Assets, desk.Setup.Pools);
        UInt256 usdc = 5_000_000_000;
        (string Shape, OrderLeg Leg)[] shapes =
        [
            ("V3", desk.Leg("USDC", "WETH", usdc, desk.PoolOf(V3, "USDC", "WETH", 500))),
            ("V2", desk.Leg("USDC", "WETH", usdc, desk.PoolOf(V2, "USDC", "WETH"))),
            ("V3 V3", desk.Leg("USDC", "WBTC", usdc, desk.PoolOf(V3, "USDC", "WETH"), desk.PoolOf(V3, "WETH", "WBTC"))),
            ("V2 V2", desk.Leg("USDC", "WBTC", usdc, desk.PoolOf(V2, "USDC", "WETH"), desk.PoolOf(V2, "WETH", "WBTC"))),
            ("V3 V2", desk.Leg("USDC", "WBTC", usdc, desk.PoolOf(V3, "USDC", "WETH"), desk.PoolOf(V2, "WETH", "WBTC"))),
            ("V2 V3", desk.Leg("USDC", "WBTC", usdc, desk.PoolOf(V2, "USDC", "WETH"), desk.PoolOf(V3, "WETH", "WBTC"))),
            ("V2 V3 V2", desk.Leg(
                "USDC", "LINK", usdc, desk.PoolOf(V2, "USDC", "WBTC"), desk.PoolOf(V3, "WBTC", "WETH"), desk.PoolOf(V2, "WETH", "LINK"))),
            ("V3 V3 V2", desk.Leg(
                "USDC", "LINK", usdc, desk.PoolOf(V3, "USDC", "WBTC"), desk.PoolOf(V3, "WBTC", "WETH"), desk.PoolOf(V2, "WETH", "LINK"))),
        ];

        foreach ((string shape, OrderLeg leg) in shapes)
        {
            Assert.True((await CallAsync(desk, encoder, leg)) is null, $"{shape}: the router reverts");
            OrderLeg greedy = leg;
            greedy.MinimumOut += 1;
            Assert.Equal("Too little received", await CallAsync(desk, encoder, greedy));
        }
    }

    [Fact]
    public async Task TryEncode_DeadlinePassed_TheRouterReverts()
    {
        await using ExecutionDesk desk = await ExecutionDesk.StartAsync();
        SwapRouter02Encoder encoder = new(desk.Signer.Address, desk.Setup.Assets, desk.Setup.Pools);
        OrderLeg leg = desk.Leg("USDC", "WETH", 1_000_000, desk.PoolOf(V3, "USDC", "WETH", 500));

        Assert.Equal("Transaction too old", await CallAsync(desk, encoder, leg, deadline: 1));
    }

    /// <summary>Null where it succeeds, else the contract's reason.</summary>
    private static async Task<string?> CallAsync(ExecutionDesk desk, SwapRouter02Encoder encoder, OrderLeg leg, long deadline = uint.MaxValue)
    {
        byte[] data = new byte[SwapRouter02Encoder.MaxLength(1)];
        Assert.Equal(EncodeStatus.Encoded, encoder.TryEncode(deadline, [leg], data, out int length));
        try
        {
            await desk.Node.CallAsync(desk.Setup.Router, data.AsMemory(0, length), BlockRef.Latest, desk.Signer.Address, ExecutionDesk.Cancellation);
            return null;
        }
        catch (RpcErrorException refused)
        {
            return RevertReason.Decode(refused.Error.RevertData()).Text;
        }
    }
}
