using FastRebalance.Core.Assets;
using FastRebalance.Devnet;
using FastRebalance.Devnet.Market;
using FastRebalance.Ethereum.Contracts;
using FastRebalance.Ethereum.Encoding;
using FastRebalance.Ethereum.Rpc;
using FastRebalance.Native;

namespace FastRebalance.ChainTests;

/// <summary>A key that only fills what the vault's owner signed can do no more than that.</summary>
public sealed class ExecutorIntentTests(ExecutorMarket market) : IClassFixture<ExecutorMarket>
{
    private static readonly UInt256 OneEther = UInt256.PowerOfTen(18);

    private ExecutorLeg Leg => market.Leg(ExecutorVenue.UniswapV3, "WETH", "USDC", OneEther, 1);

    private ExecutorLimit Limit => new(market.Weth, market.Usdc, OneEther * 3, 0, 1);

    [Fact]
    public async Task Fill_WithinTheIntent_TradesAndCountsAcrossDecisions()
    {
        await using IAsyncDisposable restore = await market.RestoreAfterwardsAsync();
        ExecutorIntent intent = Intent(Limit);

        for (int i = 0; i < 3; i++)
            Assert.Equal(OneEther, Assert.Single((await FillAsync(intent, Leg)).MustSucceed().Legs).Spent);

        (await FillAsync(intent, Leg)).MustFail("IntentUsedUp(limit: 0");
        (await FillAsync(intent with { Id = 2 }, Leg)).MustSucceed(); // another one, signed anew
    }

    [Fact]
    public async Task Fill_ChainOfLegs_IsJudgedFromItsFirstTokenToItsLast()
    {
        await using IAsyncDisposable restore = await market.RestoreAfterwardsAsync();
        ExecutorLeg first = market.Leg(ExecutorVenue.UniswapV3, "WETH", "USDC", OneEther, 0);
        ExecutorLeg second = market.Leg(ExecutorVenue.UniswapV3, "USDC", "WBTC", UInt256.MaxValue, 1) with { Flags = ExecutorLegFlags.Chained };

        (await FillAsync(Intent(Limit), first, second)).MustFail("NotIntended(");
        (await FillAsync(Intent(Limit with { TokenOut = market.Wbtc }), first, second)).MustSucceed();
        (await FillAsync(Intent(Limit with { TokenOut = market.Wbtc, LimitPriceX96 = UInt256.One << 96 }), first, second)).MustFail("IntentLimitNotMet(limit: 0");
    }

    [Fact]
    public async Task Fill_OutsideTheIntent_IsRefusedByName()
    {
        (string Why, ExecutorIntent Intent)[] cases =
        [
            ("NotIntended(", Intent()),
            ("NotIntended(", Intent(Limit with { TokenIn = market.Usdc, TokenOut = market.Weth })),
            ("IntentUsedUp(limit: 0", Intent(Limit with { MaxIn = OneEther - 1 })),
            ("IntentKeepsMore(limit: 0", Intent(Limit with { KeepBalance = await market.HeldAsync(market.Weth) - OneEther + 1 })),
            ("IntentLimitNotMet(limit: 0", Intent(Limit with { LimitPriceX96 = UInt256.One << 96 })),
            ("IntentLimitNotMet(limit: 0", Intent(Limit with { LimitPriceX96 = 0 })),
            ("Expired(", Intent(Limit) with { MaxBlock = 1 }),
        ];
        foreach ((string why, ExecutorIntent intent) in cases)
            (await FillAsync(intent, Leg)).MustFail(why);
    }

    [Fact]
    public async Task Fill_EpochRaised_VoidsWhatWasSignedBefore()
    {
        await using IAsyncDisposable restore = await market.RestoreAfterwardsAsync();
        (await market.SendAsync(market.Guardian, market.Executor, ExecutorCalls.RaiseEpoch(7))).MustSucceed();

        (await FillAsync(Intent(Limit), Leg)).MustFail("IntentVoid(intentEpoch: 0, epoch: 7)");
        (await FillAsync(Intent(Limit) with { Epoch = 7 }, Leg)).MustSucceed();
        (await market.SendAsync(market.Guardian, market.Executor, ExecutorCalls.RaiseEpoch(7))).MustFail("EpochNotRaised(");
    }

    [Fact]
    public async Task Fill_SignatureOfAnotherKeyOrOverAnotherIntent_IsRefused()
    {
        ExecutorIntent intent = Intent(Limit);
        byte[] signature = await SignAsync(market.Executor, intent);
        (await FillAsync(intent with { MaxBlock = intent.MaxBlock + 1 }, signature, Leg)).MustFail("IntentNotSigned(");
        (await FillAsync(Intent(Limit with { MaxIn = Limit.MaxIn + 1 }), signature, Leg)).MustFail("IntentNotSigned(");
        (await FillAsync(intent, [.. signature[..64], (byte)(signature[64] ^ 7)], Leg)).MustFail("IntentNotSigned(");
        (await FillAsync(intent, [], Leg)).MustFail("IntentNotSigned(");

        Address other = await market.DeployExecutorAsync(market.Vault);
        byte[] forOther = await SignAsync(other, intent);
        (await FillAsync(intent, forOther, Leg)).MustFail("IntentNotSigned("); // a signature belongs to one executor
    }

    [Fact]
    public async Task Fill_CallerWithFullTrust_MayToo_AndAStrangerMayNot()
    {
        await using IAsyncDisposable restore = await market.RestoreAfterwardsAsync();
        ExecutorIntent intent = Intent(Limit);
        byte[] signature = await SignAsync(market.Executor, intent);
        byte[] data = ExecutorCalls.Fill(market.NextDecision(), ExecutorMarket.Far, ExecutorMarket.Far, [Leg], default, intent, signature);
        (await market.SendAsync(market.Stranger, market.Executor, data)).MustFail("CallerNotTrusted(");
        (await market.SendAsync(market.Caller, market.Executor, data)).MustSucceed();
    }

    [Fact]
    public async Task Fill_VaultIsAContract_ItsOwnWordCounts()
    {
        await using IAsyncDisposable restore = await market.RestoreAfterwardsAsync();
        UInt256 owner = UInt256.ReadBigEndian([.. new byte[12], .. market.Desk.Address.Span]);
        Address vault = await market.CreateOddAsync("OneKeyVault", owner);
        Address executor = await market.DeployExecutorAsync(vault);
        await market.SendAsync(market.Vault, market.Weth, Erc20.Transfer(vault, OneEther));
        await market.SendAsync(market.Caller, vault, CallData.Of("approve(address,address)", 2, (ref AbiWriter writer) =>
        {
            writer.WriteAddress(market.Weth);
            writer.WriteAddress(executor);
        }));
        ExecutorIntent intent = Intent(Limit);
        byte[] Fill(byte[] signature) => ExecutorCalls.Fill(
            market.NextDecision(), ExecutorMarket.Far, ExecutorMarket.Far, [Leg], default, intent, signature);
        byte[] signature = await SignAsync(executor, intent);
        byte[] foreign = await SignAsync(market.Executor, intent);

        (await market.SendAsync(market.Caller, executor, Fill(foreign))).MustFail("IntentNotSigned(");
        (await market.SendAsync(market.Caller, executor, Fill(signature))).MustSucceed();

        Assert.True((await market.BalanceAsync(market.Weth, vault)).IsZero);
        Assert.False((await market.BalanceAsync(market.Usdc, vault)).IsZero);
    }

    private ExecutorIntent Intent(params ExecutorLimit[] limits) => new(1, 0, ExecutorMarket.Far, limits);

    private async Task<ExecutorRun> FillAsync(ExecutorIntent intent, params ExecutorLeg[] legs) =>
        await FillAsync(intent, await SignAsync(market.Executor, intent), legs);

    private Task<ExecutorRun> FillAsync(ExecutorIntent intent, byte[] signature, params ExecutorLeg[] legs) => market.SendAsync(
        market.IntentCaller, market.Executor,
        ExecutorCalls.Fill(market.NextDecision(), ExecutorMarket.Far, ExecutorMarket.Far, legs, default, intent, signature));

    // Our digest is the contract's, whatever the intent says.
    private async Task<byte[]> SignAsync(Address executor, ExecutorIntent intent)
    {
        Hash32 digest = intent.Digest(LocalChain.ChainId, in executor);
        Assert.Equal(new Hash32(await market.Node.CallAsync(executor, ExecutorCalls.DigestOf(intent), BlockRef.Latest)), digest);
        Signature signature = market.Desk.SignDigest(in digest);
        return [.. signature.Span[..64], (byte)(27 + signature.YParity)];
    }
}
