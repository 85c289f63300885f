using System.Text.Json;
using FastRebalance.Amm;
using FastRebalance.Core.Assets;
using FastRebalance.Core.Events;
using FastRebalance.Core.Results;
using FastRebalance.Devnet.Market;
using FastRebalance.Ethereum.Contracts;
using FastRebalance.Ethereum.Encoding;
using FastRebalance.Ethereum.Rpc;
using FastRebalance.Execution;
using FastRebalance.Execution.Confirmation;
using FastRebalance.Execution.Transactions;
using FastRebalance.Execution.WriteAhead;

namespace FastRebalance.ChainTests;

/// <summary>
/// An execution desk with a write-ahead log on the disk and a tap on its wire. Runs may follow each other over the same folder; what the chain
/// says of a decision is read from its canonical blocks.
/// </summary>
internal sealed class SubmitterDesk : IAsyncDisposable
{
    private const ulong Gwei = 1_000_000_000;

    private readonly string _own = Directory.CreateTempSubdirectory("frb-submitter-").FullName;
    private readonly ulong _firstBlock;
    private UInt256 _usdc;
    private UInt256 _weth;

    private SubmitterDesk(ExecutionDesk desk, ulong firstBlock)
    {
        Desk = desk;
        Wire = new WireTap(desk.Node);
        Root = _own;
        _firstBlock = firstBlock;
    }

    public ExecutionDesk Desk { get; }

    public WireTap Wire { get; }

    /// <summary>Where the log's folder lies.</summary>
    public string Root { get; set; }

    public long SegmentBytes { get; set; } = 64 * 1024;

    public OrderExecutor Executor => Desk.Executor;

    public OrderOutcome First => Executor.Outcomes()[0];

    public SubmitterLog Log => Desk.Log!;

    public SubmitterLogOptions LogOptions => new()
    {
        Root = Root, ChainId = Desk.Setup.ChainId, Sender = Desk.Signer.Address, AccountSegmentBytes = SegmentBytes, FireSegmentBytes = 4096,
    };

    public string LogFolderPath => LogFolder.PathOf(Root, Desk.Setup.ChainId, Desk.Signer.Address);

    public IReadOnlyList<SubmitStatus> Told => [.. Desk.Events(MarketEventKind.OrderReport).Select(e => e.Order.Status)];

    public LegFill[] Fills => [.. Desk.Events(MarketEventKind.LegFill).Select(e => e.Fill)];

    public static async Task<SubmitterDesk> StartAsync(bool withContract = true)
    {
        ExecutionDesk desk = withContract ? await ExecutionDesk.StartWithContractAsync() : await ExecutionDesk.StartAsync();
        desk.Setup = desk.Setup with
        {
            FinalDepth = 80, ReleaseDepth = 2, ResendAfterHeads = 2, RepriceAfterHeads = 500, MaxHeadAge = TimeSpan.FromDays(1),
            PendingPatience = TimeSpan.FromMilliseconds(300),
        };
        SubmitterDesk submitter = new(desk, await desk.Node.BlockNumberAsync(ExecutionDesk.Cancellation));
        submitter._usdc = await desk.HoldingAsync("USDC");
        submitter._weth = await desk.HoldingAsync("WETH");
        return submitter;
    }

    // ---- runs ----------------------------------------------------------------------------------------------------------------

    /// <summary>Opens the log and starts an executor over it.</summary>
    public async Task<SubmitterDesk> RunAsync()
    {
        Desk.Log = SubmitterLog.Open(LogOptions);
        await Desk.TradeAsync(null, Wire);
        return this;
    }

    /// <summary>The run ends as with the process: what is appended is there, and no more is said.</summary>
    public async Task CrashAsync()
    {
        await Executor.DisposeAsync();
        Log.Dispose();
    }

    // ---- orders --------------------------------------------------------------------------------------------------------------

    public OrderLeg Leg() => Desk.Leg("USDC", "WETH", 1_000_000_000, Desk.PoolOf(UniswapV3Pool.KindName, "USDC", "WETH", 500));

    /// <summary>A leg through a pool that nothing else here trades in.</summary>
    public OrderLeg OtherLeg() => Desk.Leg("USDC", "WBTC", 1_000_000_000, Desk.PoolOf(UniswapV3Pool.KindName, "USDC", "WBTC"));

    /// <summary>Another such.</summary>
    public OrderLeg ThirdLeg() => Desk.Leg("USDC", "WETH", 1_000_000_000, Desk.PoolOf(UniswapV2Pool.KindName, "WETH", "USDC"));

    /// <summary>An order that is not sent.</summary>
    public async Task RequireRefusedAsync(ulong id)
    {
        int sent = Wire.Sent.Length;
        Desk.Order(id, OtherLeg());
        await Desk.UntilAsync(() => StatusOf(id) == SubmitStatus.NotSent);
        Assert.Equal(sent, Wire.Sent.Length);
    }

    /// <summary>An order of one leg, handed in and on the wire.</summary>
    public async Task<Hash32> OrderAsync(ulong id = 1, OrderLeg? leg = null)
    {
        int sent = Wire.Sent.Length;
        Desk.Order(id, leg ?? Leg());
        await Desk.UntilAsync(() => Wire.Sent.Length > sent);
        await Desk.UntilAsync(() => StatusOf(id) is not SubmitStatus.None);
        return Wire.Sent[sent];
    }

    public SubmitStatus StatusOf(ulong id) => Executor.Outcomes().LastOrDefault(order => order.OrderId == id)?.Status ?? SubmitStatus.None;

    // ---- the chain -----------------------------------------------------------------------------------------------------------

    /// <summary>Blocks at once, as a node that catches up shows them.</summary>
    public Task MineAsync(int blocks) => blocks <= 0 ? Task.CompletedTask
        : Desk.Node.InvokeAsync("anvil_mine", writer => writer.WriteStringValue(Hex.Quantity((ulong)blocks)), ExecutionDesk.Cancellation);

    /// <summary>Blocks one by one with time for a look at each, until something holds.</summary>
    public async Task MineUntilAsync(Func<bool> holds)
    {
        for (int i = 0; i < 200 && !holds(); i++)
        {
            await Desk.MineAsync();
            for (int wait = 0; wait < 20 && !holds(); wait++)
                await Task.Delay(10, ExecutionDesk.Cancellation);
        }
        await Desk.UntilAsync(holds);
    }

    /// <summary>Blocks one by one with time for a look at each.</summary>
    public async Task MineSlowlyAsync(int blocks)
    {
        for (int i = 0; i < blocks; i++)
        {
            await Desk.MineAsync();
            await Task.Delay(100, ExecutionDesk.Cancellation);
        }
    }

    public async Task<bool> IsPooledAsync(Hash32 hash) => await Desk.Node.TransactionAsync(hash, ExecutionDesk.Cancellation) is not null;

    public Task<Receipt?> ReceiptAsync(Hash32 hash) => Desk.Node.ReceiptAsync(hash, ExecutionDesk.Cancellation);

    public Task<ulong> NonceAsync() => Desk.Node.NonceAsync(Desk.Signer.Address, BlockRef.Latest, ExecutionDesk.Cancellation);

    public async Task PutInPoolAsync(Hash32 hash) =>
        Assert.True((await Desk.Node.SendRawTransactionAsync(Wire.RawOf(hash), ExecutionDesk.Cancellation)).IsAccepted);

    /// <summary>Times that the canonical blocks fill a decision; by the executor contract's own log, each held against its block.</summary>
    public async Task<int> CanonicalFillsAsync(ulong id)
    {
        ulong head = await Desk.Node.BlockNumberAsync(ExecutionDesk.Cancellation);
        UInt256 decision = ExecutorEncoder.DecisionOf(Desk.Setup.DecisionSpace, id);
        int fills = 0;
        LogFilter filter = new([Desk.Setup.Executor], [ExecutorLogs.DecisionFilled]);
        foreach (LogEntry log in await Desk.Node.LogsAsync(_firstBlock, head, filter, ExecutionDesk.Cancellation))
        {
            BlockHeader? block = await Desk.Node.BlockAsync(BlockRef.At(log.BlockNumber), ExecutionDesk.Cancellation);
            if (block!.Hash == log.BlockHash && UInt256.ReadBigEndian(log.Topics[1].Span) == decision)
                fills++;
        }
        return fills;
    }

    /// <summary>The holdings are those of before and exactly the last fill told, if any is wanted.</summary>
    public async Task RequireHoldingsAsync(int fills)
    {
        LegFill last = fills == 0 ? default : Fills.Length > 0 ? Fills[^1] : await MinedAsync();
        Assert.Equal(_usdc - last.Spent, await Desk.HoldingAsync("USDC"));
        Assert.Equal(_weth + last.Received, await Desk.HoldingAsync("WETH"));
        if (!Desk.Setup.Executor.IsZero)
            Assert.Equal(fills, await CanonicalFillsAsync(1));
    }

    /// <summary>What the chain says of a fill that the engine is not told: an earlier run's.</summary>
    private async Task<LegFill> MinedAsync()
    {
        LegMovement[] moved = new LegMovement[1];
        Receipt receipt = (await ReceiptAsync(First.TransactionHash))!;
        Assert.True(new ExecutorFillReader(Desk.Setup.Executor, Desk.Setup.DecisionSpace).TryRead(First.OrderId, [Leg()], receipt.Logs, moved));
        return new LegFill { Spent = moved[0].Spent, Received = moved[0].Received };
    }

    // ---- others --------------------------------------------------------------------------------------------------------------

    /// <summary>Puts a trade of somebody else into the pool, ahead of ours by its tip.</summary>
    public Task RivalAsync(string sell, string buy, UInt256 amount) =>
        Desk.Node.InvokeAsync("eth_sendTransaction", writer => WriteRival(writer, sell, buy, amount), ExecutionDesk.Cancellation);

    /// <summary>One of our signed transactions in a reorganisation's block.</summary>
    public Action<Utf8JsonWriter> Ours(Hash32 hash, int block) => writer =>
    {
        writer.WriteStartArray();
        writer.WriteStringValue(Hex.Encode(Wire.RawOf(hash)));
        writer.WriteNumberValue(block);
        writer.WriteEndArray();
    };

    /// <summary>Somebody else's trade in a reorganisation's block. Buying WETH makes ours impossible, selling it makes ours better.</summary>
    public Action<Utf8JsonWriter> Rival(string sell, string buy, UInt256 amount, int block) => writer =>
    {
        writer.WriteStartArray();
        WriteRival(writer, sell, buy, amount);
        writer.WriteNumberValue(block);
        writer.WriteEndArray();
    };

    public Task ReorgAsync(int depth, params Action<Utf8JsonWriter>[] pairs) => Desk.ReorgAsync(depth, writer =>
    {
        foreach (Action<Utf8JsonWriter> pair in pairs)
            pair(writer);
    });

    public async ValueTask DisposeAsync()
    {
        if (Desk.Executor is not null)
            await Desk.Executor.DisposeAsync();
        Desk.Log?.Dispose();
        await Desk.DisposeAsync();
        Directory.Delete(_own, recursive: true);
    }

    private void WriteRival(Utf8JsonWriter writer, string sell, string buy, UInt256 amount)
    {
        Address noise = Desk.Chain.Manifest.Account("noise");
        byte[] swap = UniswapCalls.SwapV3ByRouter02(
            Desk.Chain.Manifest.Token(sell).Address, Desk.Chain.Manifest.Token(buy).Address, 500, amount, UInt256.Zero, noise);
        writer.WriteStartObject();
        writer.WriteString("from"u8, noise.ToString());
        writer.WriteString("to"u8, Desk.Setup.Router.ToString());
        writer.WriteString("input"u8, Hex.Encode(swap));
        writer.WriteString("gas"u8, Hex.Quantity(400_000));
        writer.WriteString("maxFeePerGas"u8, Hex.Quantity(200 * Gwei));
        writer.WriteString("maxPriorityFeePerGas"u8, Hex.Quantity(50 * Gwei));
        writer.WriteEndObject();
    }
}
