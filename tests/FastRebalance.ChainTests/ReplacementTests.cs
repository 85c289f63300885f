using FastRebalance.Core.Assets;
using FastRebalance.Ethereum.Chains;
using FastRebalance.Ethereum.Rpc;
using FastRebalance.Execution.Channels;
using FastRebalance.Execution.Fees;

namespace FastRebalance.ChainTests;

/// <summary>What two real pools take in the place of what, and the words they refuse with. hardhat holds to 10 % on both fees; anvil asks for a higher cap alone.</summary>
public sealed class ReplacementTests(ITestOutputHelper output)
{
    private const ulong Gwei = PoolRules.Gwei;
    private static readonly FeeQuote s_first = new(40 * Gwei, 2 * Gwei);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("anvil")]
    [InlineData("hardhat")]
    public async Task Send_ThirteenPercentMoreOnBoth_TakesThePlaceAndIsMined(string kind)
    {
        await using PoolRules pool = await PoolRules.StartAsync(kind);
        FeeQuote[] levels = FeeLadder.Levels(in s_first, 200 * Gwei);

        Assert.Equal(AnswerClass.Accepted, (await pool.SendAsync(0, levels[0])).Class);
        Assert.Equal(AnswerClass.Accepted, (await pool.SendAsync(0, levels[1])).Class);
        await pool.MineAsync();

        Assert.Null(await pool.Node.ReceiptAsync(pool.Transfer(0, levels[0]).Hash, Cancellation));
        Assert.True((await pool.Node.ReceiptAsync(pool.Transfer(0, levels[1]).Hash, Cancellation))!.Succeeded);
    }

    [Theory]
    [InlineData("anvil")]
    [InlineData("hardhat")]
    public async Task Send_EveryStepOfALadder_IsTakenAndTheHighestIsMined(string kind)
    {
        await using PoolRules pool = await PoolRules.StartAsync(kind);
        FeeQuote[] levels = FeeLadder.Levels(in s_first, 200 * Gwei);
        Assert.True(levels.Length > 10);

        foreach (FeeQuote level in levels)
        {
            ChannelAnswer answer = await pool.SendAsync(0, level);
            Assert.True(answer.Class == AnswerClass.Accepted, $"{level}: {answer}");
        }
        await pool.MineAsync();

        Assert.True((await pool.Node.ReceiptAsync(pool.Transfer(0, levels[^1]).Hash, Cancellation))!.Succeeded);
        Assert.Equal(1ul, await pool.Node.NonceAsync(pool.Account, BlockRef.Latest, Cancellation));
    }

    [Fact]
    public async Task Send_NinePercentMoreToHardhat_IsRefusedAsAReplacementAndTheFirstStays()
    {
        await using PoolRules pool = await PoolRules.StartAsync("hardhat");
        FeeQuote[] nine = FeeLadder.Levels(in s_first, 200 * Gwei, bumpPercent: 9);

        await pool.SendAsync(0, nine[0]);
        ChannelAnswer both = await pool.SendAsync(0, nine[1]);
        ChannelAnswer capAlone = await pool.SendAsync(0, new FeeQuote(nine[0].MaxFeePerGasWei * 2, nine[0].TipWei));
        ChannelAnswer tipAlone = await pool.SendAsync(0, new FeeQuote(nine[0].MaxFeePerGasWei, nine[0].TipWei * 2));
        output.WriteLine($"{both}\n{capAlone}\n{tipAlone}");
        await pool.MineAsync();

        Assert.All([both, capAlone, tipAlone], answer => Assert.Equal(AnswerClass.ReplacementUnderpriced, answer.Class));
        Assert.True((await pool.Node.ReceiptAsync(pool.Transfer(0, nine[0]).Hash, Cancellation))!.Succeeded);
    }

    [Fact]
    public async Task Send_SameFeesToAnvil_IsRefusedAsAReplacement()
    {
        await using PoolRules pool = await PoolRules.StartAsync("anvil");

        await pool.SendAsync(0, s_first);
        ChannelAnswer answer = await pool.SendAsync(0, s_first, value: 1);

        output.WriteLine($"{answer}");
        Assert.Equal(AnswerClass.ReplacementUnderpriced, answer.Class);
    }

    [Fact]
    public async Task Send_BelowTheBaseFeeToHardhat_IsKeptUnminedAndReplacedLater()
    {
        await using PoolRules pool = await PoolRules.StartAsync("hardhat");
        await pool.SetNextBaseFeeAsync(50 * Gwei);
        FeeQuote low = new(10 * Gwei, Gwei);

        Assert.Equal(AnswerClass.Accepted, (await pool.SendAsync(0, low)).Class);
        await pool.MineAsync();
        Assert.Null(await pool.Node.ReceiptAsync(pool.Transfer(0, low).Hash, Cancellation));
        Assert.NotNull(await pool.Node.TransactionAsync(pool.Transfer(0, low).Hash, Cancellation));

        FeeQuote[] levels = FeeLadder.Levels(in low, 200 * Gwei);
        FeeQuote enough = levels.First(level => level.MaxFeePerGasWei > 60 * Gwei);
        Assert.Equal(AnswerClass.Accepted, (await pool.SendAsync(0, enough)).Class);
        await pool.MineAsync();
        Assert.True((await pool.Node.ReceiptAsync(pool.Transfer(0, enough).Hash, Cancellation))!.Succeeded);
    }

    public static TheoryData<string, string, AnswerClass> Answers => new()
    {
        { "anvil", "known", AnswerClass.Known },
        { "hardhat", "known", AnswerClass.Known },
        { "anvil", "consumed nonce", AnswerClass.NonceTooLow },
        { "hardhat", "consumed nonce", AnswerClass.NonceTooLow },
        { "anvil", "no funds", AnswerClass.InsufficientFunds },
        { "hardhat", "no funds", AnswerClass.InsufficientFunds },
        { "anvil", "other chain", AnswerClass.Fatal },
        { "hardhat", "other chain", AnswerClass.Fatal },
        { "anvil", "little gas", AnswerClass.Fatal },
        { "hardhat", "little gas", AnswerClass.Fatal },
        { "anvil", "below base fee", AnswerClass.Underpriced },
        { "anvil", "huge gas", AnswerClass.Fatal },
        { "hardhat", "huge gas", AnswerClass.Fatal },
        { "hardhat", "distant nonce", AnswerClass.Accepted },
        { "anvil", "distant nonce", AnswerClass.Accepted },
    };

    [Theory, MemberData(nameof(Answers))]
    public async Task Send_EachTrouble_MeansWhatItIs(string kind, string trouble, AnswerClass expected)
    {
        await using PoolRules pool = await PoolRules.StartAsync(kind);

        ChannelAnswer answer = await RunAsync(pool, trouble);

        output.WriteLine($"{kind}, {trouble}: {answer}");
        Assert.True(expected == answer.Class, $"{kind}, {trouble}: {answer}");
    }

    private static async Task<ChannelAnswer> RunAsync(PoolRules pool, string trouble)
    {
        switch (trouble)
        {
            case "known":
                await pool.SendAsync(0, s_first);
                return await pool.SendAsync(0, s_first);
            case "consumed nonce":
                await pool.SendAsync(0, s_first);
                await pool.MineAsync();
                return await pool.SendAsync(0, s_first, value: 1);
            case "no funds":
                await pool.SetBalanceAsync(1_000);
                return await pool.SendAsync(0, s_first);
            case "other chain":
                return await pool.SendAsync(0, s_first, chainId: 5);
            case "little gas":
                return await pool.SendAsync(0, s_first, gas: 20_999);
            case "huge gas":
                return await pool.SendAsync(0, s_first, gas: 100_000_000);
            case "below base fee":
                await pool.SetNextBaseFeeAsync(50 * Gwei);
                await pool.MineAsync();
                return await pool.SendAsync(0, new FeeQuote(Gwei, 1));
            default:
                return await pool.SendAsync(7, s_first);
        }
    }

    [Theory]
    [InlineData("anvil")]
    [InlineData("hardhat")]
    public async Task Next_BlocksOfARealNode_IsTheFeeThatItAsks(string kind)
    {
        await using PoolRules pool = await PoolRules.StartAsync(kind);
        BaseFeeForecast forecast = new(BaseFeeRules.Ethereum);
        ulong nonce = 0;
        // The first block's fee is the node's own choice.
        await pool.MineAsync();
        for (int block = 0; block < 12; block++)
        {
            for (int i = 0; i < block; i++)
                await pool.SendAsync(nonce++, new FeeQuote(100 * Gwei, Gwei));
            BlockHeader head = (await pool.Node.BlockAsync(BlockRef.Latest, Cancellation))!;
            await pool.MineAsync();
            BlockHeader next = (await pool.Node.BlockAsync(BlockRef.Latest, Cancellation))!;

            Assert.Equal(forecast.Next(head.BaseFeePerGasWei, head.GasUsed, head.GasLimit), next.BaseFeePerGasWei);
        }
    }
}
