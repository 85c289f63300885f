using FastRebalance.Core.Assets;
using FastRebalance.Devnet.Market;
using FastRebalance.Ethereum.Contracts;
using FastRebalance.Ethereum.Encoding;

namespace FastRebalance.ChainTests;

/// <summary>Tokens that do not behave: what they keep, deny or call back is never the vault's loss.</summary>
public sealed class ExecutorTokenTests(ExecutorMarket market) : IClassFixture<ExecutorMarket>
{
    private static readonly UInt256 One = UInt256.PowerOfTen(18);
    private static readonly UInt256 UsdcOne = UInt256.PowerOfTen(6);

    [Fact]
    public async Task Exec_TokenKeepsSomeOnTheWayIn_TheLimitCountsWhatTheVaultSpent()
    {
        await using IAsyncDisposable restore = await market.RestoreAfterwardsAsync();
        (Address token, ExecutorLeg leg) = await OddAsync("FeeOnTransferToken");

        leg.MaxIn = leg.MinFill = One / 1_000; // too little to move the price

        ExecutorRun run = (await market.RunAsync(leg)).MustSucceed();

        (UInt256 spent, UInt256 received) = Assert.Single(run.Legs);
        Assert.Equal(leg.MaxIn, spent);
        // A hundredth is the token's: a limit that counted what arrived would let half of that pass.
        leg.LimitPriceX96 = ExecutorMarket.Limit(received * 1_005 / 1_000, spent);
        (await market.RunAsync(leg)).MustFail("LimitNotMet(leg: 0");
        Assert.True((await market.BalanceAsync(token, market.Executor)).IsZero);
    }

    [Fact]
    public async Task Exec_TokenKeepsSomeOnTheWayOut_TheLimitCountsWhatTheVaultGot()
    {
        await using IAsyncDisposable restore = await market.RestoreAfterwardsAsync();
        (Address token, ExecutorLeg sells) = await OddAsync("FeeOnTransferToken");
        ExecutorLeg leg = sells with { TokenIn = market.Usdc, TokenOut = token, MaxIn = UsdcOne / 100, MinFill = 1 };
        UInt256 held = await market.HeldAsync(token);

        ExecutorRun run = (await market.RunAsync(leg)).MustSucceed();

        (UInt256 spent, UInt256 received) = Assert.Single(run.Legs);
        Assert.Equal(received, await market.HeldAsync(token) - held);
        // What the pair sent would have met this limit; what came did not.
        leg.LimitPriceX96 = ExecutorMarket.Limit(received * 1_005 / 1_000, spent);
        (await market.RunAsync(leg)).MustFail("LimitNotMet(leg: 0");
    }

    [Fact]
    public async Task Exec_TokenTakesMoreThanWasSent_Reverts()
    {
        await using IAsyncDisposable restore = await market.RestoreAfterwardsAsync();
        (_, ExecutorLeg leg) = await OddAsync("SenderPaysToken");

        (await market.RunAsync(leg)).MustFail("SoldTooMuch(leg: 0");
    }

    [Fact]
    public async Task Exec_TokenAnswersFalse_Reverts()
    {
        await using IAsyncDisposable restore = await market.RestoreAfterwardsAsync();
        (Address token, ExecutorLeg leg) = await OddAsync("FalseToken");
        await market.SendAsync(market.Caller, token, CallData.Of("setFrozen(bool)", 1, (ref AbiWriter writer) => writer.WriteBool(true)));

        (await market.RunAsync(leg)).MustFail("SafeERC20FailedOperation(");

        await market.SendAsync(market.Caller, token, CallData.Of("setFrozen(bool)", 1, (ref AbiWriter writer) => writer.WriteBool(false)));
        (await market.RunAsync(leg)).MustSucceed();
    }

    [Fact]
    public async Task Exec_TokenAnswersNothing_IsSoldAndBought()
    {
        await using IAsyncDisposable restore = await market.RestoreAfterwardsAsync();
        (Address token, ExecutorLeg leg) = await OddAsync("SilentToken");

        (await market.RunAsync(leg)).MustSucceed();
        ExecutorLeg back = leg with { TokenIn = market.Usdc, TokenOut = token, MaxIn = UsdcOne, MinFill = 1 };
        (await market.RunAsync(back)).MustSucceed();
    }

    [Theory]
    [InlineData(50)]
    [InlineData(200)]
    public async Task Exec_TokenRebasedSinceTheSignature_SellsWhatIsThereAboveTheKeptBalance(ulong percent)
    {
        await using IAsyncDisposable restore = await market.RestoreAfterwardsAsync();
        (Address token, ExecutorLeg leg) = await OddAsync("RebasingToken");
        UInt256 held = await market.HeldAsync(token);
        leg.KeepBalance = held / 4;
        leg.MaxIn = held;
        await market.SendAsync(market.Caller, token, CallData.Of("rebase(uint256)", 1, (ref AbiWriter writer) => writer.WriteUInt64(percent)));
        await market.SendAsync(market.Caller, leg.Pool, CallData.Of("sync()", 0, (ref AbiWriter _) => { }));

        ExecutorRun run = (await market.RunAsync(leg)).MustSucceed();

        UInt256 there = held * percent / 100;
        UInt256 wanted = UInt256.Min(leg.MaxIn, there - leg.KeepBalance);
        Assert.Equal(wanted, Assert.Single(run.Legs).Spent);
        Assert.True(await market.HeldAsync(token) >= leg.KeepBalance);
    }

    [Fact]
    public async Task Exec_TokenCallsTheExecutorInTheMiddle_TheCallIsRefusedAndTheTradeIsWhatItWas()
    {
        await using IAsyncDisposable restore = await market.RestoreAfterwardsAsync();
        (Address token, ExecutorLeg leg) = await OddAsync("CallingToken");
        await market.SendAsync(market.Vault, market.Executor, ExecutorCalls.SetTrust(token, ExecutorTrust.Full)); // trusted, and still not twice at once
        ExecutorLeg inner = market.Leg(ExecutorVenue.UniswapV3, "WETH", "USDC", One, 1);
        byte[] again = ExecutorCalls.Exec(market.NextDecision(), ExecutorMarket.Far, ExecutorMarket.Far, [inner]);
        byte[] callback = CallData.Of("uniswapV3SwapCallback(int256,int256,bytes)", 3, (ref AbiWriter writer) =>
        {
            writer.WriteUInt256(One);
            writer.WriteUInt64(0);
            writer.WriteBytes([]);
        });
        foreach ((byte[] data, string why) in new[]
            { (again, "ReentrancyGuardReentrantCall("), (callback, "StrangerCalled("), (ExecutorCalls.Sweep(market.Weth), "ReentrancyGuardReentrantCall(") })
        {
            UInt256 ether = await market.HeldAsync(market.Weth);
            await market.SendAsync(market.Caller, token, CallData.Of("arm(address,bytes)", 2, (ref AbiWriter writer) =>
            {
                writer.WriteAddress(market.Executor);
                writer.WriteBytes(data);
            }, 4096));

            ExecutorRun run = (await market.RunAsync(leg)).MustSucceed();

            Assert.Equal(leg.MaxIn, Assert.Single(run.Legs).Spent);
            Assert.Equal(1UL, (ulong)await market.NumberAsync(token, CallData.Of("called()", 0, (ref AbiWriter _) => { })));
            Assert.Equal(0UL, (ulong)await market.NumberAsync(token, CallData.Of("succeeded()", 0, (ref AbiWriter _) => { })));
            byte[] answer = await market.CallAsync(token, CallData.Of("answer()", 0, (ref AbiWriter _) => { }));
            int length = (int)(ulong)UInt256.ReadBigEndian(answer.AsSpan(32, 32));
            Assert.StartsWith(why, ExecutorArtifact.Current.DescribeError(answer.AsSpan(64, length)), StringComparison.Ordinal);
            Assert.Equal(ether, await market.HeldAsync(market.Weth));
        }
    }

    private async Task<(Address Token, ExecutorLeg Leg)> OddAsync(string name)
    {
        Address token = await market.CreateOddAsync(name, One * 1_000_000);
        Address pair = await market.PairOddAsync(token, One * 10_000, UsdcOne * 100_000, One * 100);
        return (token, new ExecutorLeg
        {
            Venue = ExecutorVenue.UniswapV2,
            FeePips = 3000,
            Pool = pair,
            TokenIn = token,
            TokenOut = market.Usdc,
            MaxIn = One * 10,
            LimitPriceX96 = 1,
            MinFill = One * 10,
        });
    }
}
