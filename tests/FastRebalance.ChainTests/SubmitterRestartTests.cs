using FastRebalance.Core.Assets;
using FastRebalance.Core.Events;
using FastRebalance.Core.Results;
using FastRebalance.Ethereum.Transactions;
using FastRebalance.Execution;
using FastRebalance.Execution.Confirmation;
using FastRebalance.Execution.Fees;
using FastRebalance.Execution.Submission;
using FastRebalance.Execution.Transactions;
using FastRebalance.Execution.WriteAhead;

namespace FastRebalance.ChainTests;

/// <summary>
/// A second executor over the folder of one that ended in the middle of things, on a real chain: what was out is finished as it was made or
/// given up, never decided anew, and nothing leaves that is not known to be ours.
/// </summary>
public sealed class SubmitterRestartTests
{
    [Fact]
    public async Task Restart_FillWaitsInThePool_IsFollowedAndNotSentAgain()
    {
        await using SubmitterDesk desk = await WaitingAsync();
        Hash32 fill = desk.First.TransactionHash;
        await desk.CrashAsync();

        await desk.RunAsync();
        await desk.Desk.MineAsync();
        await desk.Desk.UntilAsync(() => desk.First.Status == SubmitStatus.Included);

        Assert.Equal([fill], desk.Wire.Sent);
        await desk.RequireHoldingsAsync(fills: 1);
        await desk.RequireRefusedAsync(1); // by the same name it is the same decision, whoever asks
        await NextTradesAsync(desk);
    }

    [Fact]
    public async Task Restart_MinedMeanwhile_IsTakenInWithoutAByte()
    {
        await using SubmitterDesk desk = await WaitingAsync();
        Hash32 fill = desk.First.TransactionHash;
        await desk.CrashAsync();
        await desk.Desk.MineAsync();

        await desk.RunAsync();
        await desk.Desk.UntilAsync(() => desk.First.Status == SubmitStatus.Included);

        Assert.Equal([fill], desk.Wire.Sent);
        await desk.RequireHoldingsAsync(fills: 1);
        await NextTradesAsync(desk);
        Assert.Equal(1, await desk.CanonicalFillsAsync(1));
    }

    [Fact]
    public async Task Restart_PoolDroppedIt_SameBytesAfterTheSuspectHeadsAndNoOrderBefore()
    {
        await using SubmitterDesk desk = await WaitingAsync();
        Hash32 fill = desk.First.TransactionHash;
        await desk.CrashAsync();
        await desk.Desk.DropAsync(fill);

        await desk.RunAsync();
        await desk.RequireRefusedAsync(2);
        Assert.Equal([fill], desk.Wire.Sent);
        await desk.MineUntilAsync(() => desk.Wire.Sent.Length > 1);
        await desk.MineUntilAsync(() => desk.First.Status == SubmitStatus.Included);

        Assert.All(desk.Wire.Sent, hash => Assert.Equal(fill, hash));
        await desk.RequireHoldingsAsync(fills: 1);
        await NextTradesAsync(desk);
    }

    [Fact]
    public async Task Restart_DeadlinePassed_ACancelTakesTheNonce()
    {
        await using SubmitterDesk desk = await WaitingAsync();
        Hash32 fill = desk.First.TransactionHash;
        ulong nonce = desk.First.Nonce!.Value;
        await desk.CrashAsync();
        await desk.Desk.DropAsync(fill);
        await PassDeadlineAsync(desk);

        await desk.RunAsync();
        await desk.MineUntilAsync(() => desk.First.Status == SubmitStatus.Dropped);

        Assert.Equal([fill], desk.Wire.Fills.Distinct());
        Assert.Equal(21_000UL, (await desk.ReceiptAsync(desk.First.TransactionHash))!.GasUsed);
        Assert.Contains(desk.First.TransactionHash, desk.Wire.Cancels);
        Assert.Contains(fill, desk.Wire.Cancelled); // private channels are asked as well
        Assert.Equal(nonce + 1, await desk.NonceAsync());
        await desk.RequireHoldingsAsync(fills: 0);
        await desk.CrashAsync();
        await desk.RunAsync();
        await desk.RequireRefusedAsync(1);
    }

    [Fact]
    public async Task Restart_ArmedAndNeverLetGo_TheNonceIsFree()
    {
        await using SubmitterDesk desk = await SubmitterDesk.StartAsync();
        ulong nonce = await desk.NonceAsync();
        ArmedAttempt armed = Arm(desk, nonce, id: 1);

        await desk.RunAsync();
        await desk.MineSlowlyAsync(4);
        Assert.Empty(desk.Wire.Sent);
        await desk.OrderAsync(2);
        await desk.Desk.UntilAsync(() => desk.StatusOf(2) == SubmitStatus.Included);

        Assert.Equal(nonce, desk.Executor.Outcomes()[^1].Nonce);
        Assert.DoesNotContain(armed.Hash, desk.Wire.Sent);
        Assert.Equal((0, 1), (await desk.CanonicalFillsAsync(1), await desk.CanonicalFillsAsync(2)));
    }

    // Without the power the word that it left may be lost, it is not.
    [Fact]
    public async Task Restart_AfterALossOfPower_ArmedCountsAsOut()
    {
        await using SubmitterDesk desk = await SubmitterDesk.StartAsync();
        ulong nonce = await desk.NonceAsync();
        ArmedAttempt armed = Arm(desk, nonce, id: 1);
        ChangeBoot(desk);

        await desk.RunAsync();
        Assert.Equal(EpochStart.PowerLoss, desk.Log.Recovered.Start);
        await desk.RequireRefusedAsync(2);
        await desk.MineUntilAsync(() => desk.First.Status == SubmitStatus.Included);

        Assert.All(desk.Wire.Sent, hash => Assert.Equal(armed.Hash, hash));
        Assert.Equal(armed.Hash, desk.First.TransactionHash);
        await desk.RequireHoldingsAsync(fills: 1);
        await NextTradesAsync(desk);
    }

    [Fact]
    public async Task Restart_OlderCopyOfTheFolder_IsRefused()
    {
        await using SubmitterDesk desk = await SubmitterDesk.StartAsync();
        await desk.RunAsync();
        await desk.OrderAsync(1);
        await desk.Desk.UntilAsync(() => desk.StatusOf(1) == SubmitStatus.Included);
        await desk.CrashAsync();
        using CopiedFolder older = CopiedFolder.Of(desk.Root);
        await desk.RunAsync();
        await NextTradesAsync(desk, id: 2);
        await desk.CrashAsync();
        int sent = desk.Wire.Sent.Length;
        string newest = desk.Root;

        desk.Root = older.Path;
        InvalidOperationException refused = await Assert.ThrowsAsync<InvalidOperationException>(desk.RunAsync);
        Assert.Contains("older copy", refused.Message);
        desk.Log.Dispose();
        await desk.MineSlowlyAsync(2);
        Assert.Equal(sent, desk.Wire.Sent.Length);

        desk.Root = newest;
        await desk.RunAsync();
        await NextTradesAsync(desk, id: 3, desk.ThirdLeg());
    }

    // Its transaction waits in the pool, and the copy knows nothing of it.
    [Fact]
    public async Task Restart_OlderCopyAndATransactionInThePool_IsRefused()
    {
        await using SubmitterDesk desk = await SubmitterDesk.StartAsync();
        await desk.RunAsync();
        await desk.CrashAsync();
        using CopiedFolder older = CopiedFolder.Of(desk.Root);
        await desk.RunAsync();
        await desk.Desk.AutomineAsync(false);
        Hash32 fill = await desk.OrderAsync();
        await desk.CrashAsync();

        desk.Root = older.Path;
        Assert.Contains("wait in the pool", (await Assert.ThrowsAsync<InvalidOperationException>(desk.RunAsync)).Message);
        Assert.Equal([fill], desk.Wire.Sent);
    }

    [Fact]
    public async Task Run_TwoOnOneKey_TheSecondIsRefused()
    {
        await using SubmitterDesk desk = await WaitingAsync();
        using CopiedFolder elsewhere = CopiedFolder.Empty();

        Assert.Contains("another process", Assert.Throws<LogRefusedException>(() => SubmitterLog.Open(desk.LogOptions)).Message);
        // With a folder of its own it sees what waits, and that it is not its own.
        using SubmitterLog own = SubmitterLog.Open(desk.LogOptions with { Root = elsewhere.Path });
        WireTap wire = new(desk.Desk.Node);
        await using OrderExecutor second = new(
            desk.Desk.Setup, desk.Desk.Node, desk.Desk.Signer, [wire], own, RingOf(), own.Recovered);
        Assert.Contains("wait in the pool", (await Assert.ThrowsAsync<InvalidOperationException>(() => second.StartAsync(ExecutionDesk.Cancellation))).Message);
        Assert.Empty(wire.Sent);
    }

    [Fact]
    public async Task Run_AnotherUsesTheKeyWhileNothingIsOut_HaltsAndNotOneByteAfter()
    {
        await using SubmitterDesk desk = await SubmitterDesk.StartAsync();
        await desk.RunAsync();
        await desk.Desk.SendByHandAsync(await desk.NonceAsync(), desk.Desk.Signer.Address, []);

        await desk.MineUntilAsync(() => desk.Executor.State == ExecutorState.Faulted);

        Assert.Contains("another program uses the key", desk.Executor.StopReason);
        await desk.RequireRefusedAsync(1);
        await desk.MineSlowlyAsync(3);
        Assert.Empty(desk.Wire.Sent);
    }

    [Fact]
    public async Task Run_AnotherTakesTheNonceOfWhatIsOut_HaltsAndNotOneByteAfter()
    {
        await using SubmitterDesk desk = await WaitingAsync();
        Hash32 fill = desk.First.TransactionHash;
        await desk.Desk.DropAsync(fill);
        await desk.Desk.SendByHandAsync(desk.First.Nonce!.Value, desk.Desk.Signer.Address, []);

        await desk.MineUntilAsync(() => desk.Executor.State == ExecutorState.Faulted);

        Assert.Equal(SubmitStatus.Foreign, desk.First.Status);
        int sent = desk.Wire.Sent.Length;
        await PassDeadlineAsync(desk);
        await desk.MineSlowlyAsync(4);
        Assert.Equal(sent, desk.Wire.Sent.Length);
        Assert.All(desk.Wire.Sent, hash => Assert.Equal(fill, hash));
        Assert.Empty(desk.Wire.Cancelled);
        await desk.RequireHoldingsAsync(fills: 0);
    }

    /// <summary>A desk whose one order waits in the node's pool.</summary>
    private static async Task<SubmitterDesk> WaitingAsync()
    {
        SubmitterDesk desk = await SubmitterDesk.StartAsync();
        await desk.RunAsync();
        await desk.Desk.AutomineAsync(false);
        await desk.OrderAsync();
        Assert.True(await desk.IsPooledAsync(desk.First.TransactionHash));
        return desk;
    }

    private static async Task NextTradesAsync(SubmitterDesk desk, ulong id = 7, OrderLeg? leg = null)
    {
        ulong nonce = await desk.NonceAsync();
        await desk.OrderAsync(id, leg ?? desk.OtherLeg());
        await desk.MineUntilAsync(() => desk.StatusOf(id) == SubmitStatus.Included);
        Assert.Equal(nonce + 1, await desk.NonceAsync());
        Assert.Equal(1, await desk.CanonicalFillsAsync(id));
    }

    private static Task PassDeadlineAsync(SubmitterDesk desk) =>
        desk.Desk.Node.InvokeAsync("evm_increaseTime", writer => writer.WriteNumberValue(7200), ExecutionDesk.Cancellation);

    /// <summary>A fill that would succeed, armed by a run that ended before it let it go.</summary>
    private static ArmedAttempt Arm(SubmitterDesk desk, ulong nonce, ulong id)
    {
        ExecutionSetup setup = desk.Desk.Setup;
        IOrderEncoder encoder = OrderEncoders.For(setup);
        OrderLeg[] legs = [desk.Leg()];
        byte[] data = new byte[encoder.MaxLength(1)];
        OrderDeadline deadline = new(100_000, DateTimeOffset.UtcNow.ToUnixTimeSeconds() + 3600);
        Assert.Equal(EncodeStatus.Encoded, encoder.TryEncode(id, deadline, legs, data, out int length));
        FeeQuote fees = new(50_000_000_000, 1_000_000_000);
        Eip1559Transaction transaction = new()
        {
            Nonce = nonce, MaxFeePerGasWei = fees.MaxFeePerGasWei, MaxPriorityFeePerGasWei = fees.TipWei, GasLimit = 1_000_000,
            To = setup.Target, Data = data.AsMemory(0, length),
        };
        byte[] raw = new byte[desk.Desk.Signer.MaxLength(in transaction)];
        int signed = desk.Desk.Signer.Sign(in transaction, raw, out Hash32 hash);
        ArmedAttempt armed = new()
        {
            Nonce = nonce,
            Kind = AttemptKind.Fill,
            Decision = new DecisionId(setup.DecisionSpace, id),
            Fees = fees,
            GasLimit = transaction.GasLimit,
            MaxBlock = deadline.MaxBlock,
            MaxUnixSeconds = deadline.UnixSeconds,
            Hash = hash,
            Raw = raw.AsMemory(0, signed),
        };
        using SubmitterLog log = SubmitterLog.Open(desk.LogOptions);
        Assert.Equal(LogVerdict.Written, log.Arm([armed]));
        return armed;
    }

    /// <summary>Makes the first epoch one of another start of the machine.</summary>
    private static void ChangeBoot(SubmitterDesk desk)
    {
        string file = Path.Combine(desk.LogFolderPath, LogFormat.NameOf(LogStreamKind.Account, 1));
        byte[] bytes = File.ReadAllBytes(file);
        Span<byte> record = bytes.AsSpan(LogFormat.HeaderBytes);
        record = record[..LogFormat.LengthOfRecord(record)];
        record[LogFormat.RecordHeaderBytes + 9] ^= 0xff; // epoch u64, start u8, and then the boot's id
        LogFormat.SealRecord(record, LogFormat.KindOf(record), LogFormat.EpochOf(record), LogFormat.SequenceOf(record));
        File.WriteAllBytes(file, bytes);
    }

    private static FastRebalance.Messaging.RingBuffer<MarketEvent> RingOf() =>
        FastRebalance.Messaging.RingBuffer<MarketEvent>.CreateMultiProducer(64, FastRebalance.Messaging.WaitStrategy.ByName("blocking"));

    private sealed record CopiedFolder(string Path) : IDisposable
    {
        public static CopiedFolder Empty() => new(Directory.CreateTempSubdirectory("frb-submitter-").FullName);

        public static CopiedFolder Of(string from)
        {
            CopiedFolder copy = Empty();
            foreach (string folder in Directory.GetDirectories(from, "*", SearchOption.AllDirectories))
                if (!OperatingSystem.IsWindows())
                    Directory.CreateDirectory(folder.Replace(from, copy.Path, StringComparison.Ordinal), File.GetUnixFileMode(folder));
            foreach (string file in Directory.GetFiles(from, "*", SearchOption.AllDirectories))
                File.Copy(file, file.Replace(from, copy.Path, StringComparison.Ordinal));
            return copy;
        }

        public void Dispose() => Directory.Delete(Path, recursive: true);
    }
}
