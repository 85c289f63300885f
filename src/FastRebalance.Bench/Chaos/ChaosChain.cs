using System.Buffers.Binary;
using System.Diagnostics;
using System.Globalization;
using FastRebalance.Amm;
using FastRebalance.Core.Assets;
using FastRebalance.Devnet;
using FastRebalance.Devnet.Files;
using FastRebalance.Ethereum.Contracts;
using FastRebalance.Ethereum.Encoding;
using FastRebalance.Ethereum.Keys;
using FastRebalance.Ethereum.Rpc;
using FastRebalance.Execution.Submission;
using FastRebalance.Native.Machine;

namespace FastRebalance.Bench.Chaos;

/// <summary>
/// A local node that is no friend: it makes blocks when it likes, takes some back, forgets its pool, and stands still for a while. One task
/// drives it.
/// </summary>
internal sealed class ChaosChain : IAsyncDisposable
{
    /// <summary>Blocks that may leave the chain at once; nothing that deep counts as final before.</summary>
    public const int DeepestReorg = 3;

    private const ulong WethUnits = 100_000_000_000_000, UsdcUnits = 300_000;

    private readonly LocalChain _chain;
    private readonly Random _random;
    private readonly CancellationTokenSource _stop = new();
    private readonly ulong _firstNonce;
    private readonly List<(ulong Nonce, Hash32 Hash)> _mined = [];
    private readonly HashSet<Hash32> _succeeded = [];
    private readonly List<ChaosFill> _fills = [];
    private ulong _readTo;
    private ulong _logsTo;
    private Task _driving = Task.CompletedTask;
    private volatile bool _isAwake;
    private volatile bool _isKind = true;
    private volatile bool _isHeld;

    private ChaosChain(LocalChain chain, ChaosDesk desk, Random random, ulong firstBlock, ulong firstNonce)
    {
        _chain = chain;
        Desk = desk;
        _random = random;
        _readTo = _logsTo = firstBlock;
        _firstNonce = firstNonce;
    }

    public ChaosDesk Desk { get; }

    public int Reorgs { get; private set; }

    public int Drops { get; private set; }

    public int Pauses { get; private set; }

    /// <summary>A victim is up: blocks come quickly.</summary>
    public void Wake(bool isAwake) => _isAwake = isAwake;

    /// <summary>Blocks and nothing but blocks.</summary>
    public void BeKind(bool isKind) => _isKind = isKind;

    /// <summary>No block until it is let go.</summary>
    public void Hold(bool isHeld) => _isHeld = isHeld;

    public static async Task<ChaosChain> StartAsync(ulong seed, string folder, CancellationToken cancellation)
    {
        string devnet = Path.Combine(folder, "devnet");
        LocalChain chain = await LocalChain.StartBareAsync(new DevnetOptions { Seed = seed, OutputDirectory = devnet }, cancellation).ConfigureAwait(false);
        try
        {
            ChaosDesk desk = await DescribeAsync(chain, Path.Combine(folder, "accounts"), cancellation).ConfigureAwait(false);
            desk.Write(Path.Combine(folder, "desk"));
            await chain.Node.InvokeAsync("evm_setAutomine", static writer => writer.WriteBooleanValue(false), cancellation).ConfigureAwait(false);
            ulong block = await chain.Node.BlockNumberAsync(cancellation).ConfigureAwait(false);
            ulong nonce = await chain.Node.NonceAsync(desk.Account, BlockRef.Latest, cancellation).ConfigureAwait(false);
            ChaosChain chaos = new(chain, desk, new Random((int)seed), block, nonce);
            chaos._driving = Task.Run(chaos.DriveAsync, CancellationToken.None);
            return chaos;
        }
        catch
        {
            await chain.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Everything out is forgotten, and the deadlines of this moment pass.</summary>
    public async Task LetExpireAsync()
    {
        await DropAsync().ConfigureAwait(false);
        for (int i = 0; i < 4; i++)
            await MineAsync().ConfigureAwait(false);
    }

    /// <summary>The account on the chain; while nothing of it is under way.</summary>
    public async Task<ChaosSight> LookAsync()
    {
        EthereumNode node = _chain.Node;
        ulong head = await node.BlockNumberAsync().ConfigureAwait(false);
        ulong nonce = await node.NonceAsync(Desk.Account, BlockRef.Latest).ConfigureAwait(false);
        ulong pending = await node.NonceAsync(Desk.Account, BlockRef.Pending).ConfigureAwait(false);
        // Everything is final by now: nothing newer than this block is a fill, and nothing up to it can leave the chain.
        ulong final = head - DeepestReorg;
        if (final > _logsTo)
        {
            LogEntry[] logs = await node.LogsAsync(_logsTo + 1, final, new LogFilter([Desk.Executor], [ExecutorLogs.DecisionFilled])).ConfigureAwait(false);
            _fills.AddRange(logs.Select(static log => new ChaosFill(DecisionOf(log), log.TransactionHash)));
            _logsTo = final;
        }
        for (ulong next = _firstNonce + (ulong)_mined.Count; next < nonce;)
            next = await ReadBlockAsync(++_readTo, next).ConfigureAwait(false);
        return new ChaosSight(nonce, pending, _mined, _succeeded, _fills);
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await _driving.ConfigureAwait(false);
        await _chain.DisposeAsync().ConfigureAwait(false);
        _stop.Dispose();
    }

    // The account's transactions of one block, in order; the block cannot leave the chain any more.
    private async Task<ulong> ReadBlockAsync(ulong number, ulong next)
    {
        foreach (Hash32 hash in await _chain.Node.BlockTransactionHashesAsync(BlockRef.At(number)).ConfigureAwait(false) ?? throw new InvalidOperationException($"the account's nonce {next} is in no block"))
        {
            NodeTransaction transaction = (await _chain.Node.TransactionAsync(hash).ConfigureAwait(false))!;
            if (transaction.From != Desk.Account)
                continue;
            _mined.Add((transaction.Nonce, hash));
            if ((await _chain.Node.ReceiptAsync(hash).ConfigureAwait(false))!.Succeeded)
                _succeeded.Add(hash);
            next = transaction.Nonce + 1;
        }
        return next;
    }

    private static DecisionId DecisionOf(LogEntry log)
    {
        ReadOnlySpan<byte> word = log.Topics[1].Span;
        return new DecisionId(
            BinaryPrimitives.ReadUInt64BigEndian(word[16..]), BinaryPrimitives.ReadUInt64BigEndian(word[24..]));
    }

    // ---- the driver ------------------------------------------------------------------------------------------------------------

    private async Task DriveAsync()
    {
        try
        {
            while (!_stop.IsCancellationRequested)
            {
                await Task.Delay(_isAwake ? _random.Next(2, 30) : 60, _stop.Token).ConfigureAwait(false);
                if (!_isHeld)
                    await StepAsync().ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // The run ends.
        }
    }

    private Task StepAsync() => _isKind ? MineAsync() : _random.Next(100) switch
    {
        < 5 => ReorgAsync(_random.Next(1, DeepestReorg + 1)),
        < 9 => DropAsync(),
        < 12 => PauseAsync(),
        _ => MineAsync(),
    };

    private Task MineAsync() => _chain.Node.InvokeAsync("evm_mine", null, CancellationToken.None);

    private Task ReorgAsync(int depth)
    {
        Reorgs++;
        return _chain.Node.InvokeAsync("anvil_reorg", writer =>
        {
            writer.WriteNumberValue(depth);
            writer.WriteStartArray();
            writer.WriteEndArray();
        }, CancellationToken.None);
    }

    private Task DropAsync()
    {
        Drops++;
        return _chain.Node.InvokeAsync("anvil_dropAllTransactions", null, CancellationToken.None);
    }

    private async Task PauseAsync()
    {
        Pauses++;
        await SignalAsync("STOP").ConfigureAwait(false);
        try
        {
            await Task.Delay(_random.Next(20, 120), CancellationToken.None).ConfigureAwait(false);
        }
        finally
        {
            await SignalAsync("CONT").ConfigureAwait(false);
        }
    }

    private async Task SignalAsync(string name)
    {
        using Process kill = Process.Start("kill", [$"-{name}", _chain.NodeProcessId.ToString(CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync(CancellationToken.None).ConfigureAwait(false);
    }

    // ---- the desk --------------------------------------------------------------------------------------------------------------

    private static async Task<ChaosDesk> DescribeAsync(LocalChain chain, string logRoot, CancellationToken cancellation)
    {
        Address weth = chain.Manifest.Token("WETH").Address, usdc = chain.Manifest.Token("USDC").Address;
        DevnetPool known = chain.Manifest.Pools.First(pool => pool.Kind == UniswapV2Pool.KindName && pool.Token0 != pool.Token1
            && (pool.Token0 == weth || pool.Token1 == weth) && (pool.Token0 == usdc || pool.Token1 == usdc));
        byte[] call = new byte[AbiSelector.Length];
        BinaryPrimitives.WriteUInt32BigEndian(call, AbiSelector.Of("getReserves()").Value);
        byte[] answer = await chain.Node.CallAsync(known.Address, call, BlockRef.Latest, cancellation: cancellation).ConfigureAwait(false);
        AbiReader reader = new(answer);
        if (!reader.TryReadUInt256(out UInt256 reserve0) || !reader.TryReadUInt256(out UInt256 reserve1))
            throw new InvalidOperationException($"the pool {known.Address} does not tell its reserves");
        ulong[] sells = known.Token0 == weth ? [WethUnits, UsdcUnits] : [UsdcUnits, WethUnits];
        return new ChaosDesk
        {
            Key = ReadKey(chain.Directory),
            Endpoint = chain.Manifest.Ipc is { } socket ? "ipc:" + socket : chain.Manifest.WebSocket,
            ChainId = LocalChain.ChainId,
            Account = chain.Manifest.Account("desk"),
            Executor = chain.Manifest.Contract("rebalanceExecutor"),
            Pool = new PoolFacts(known.Kind, known.Address, known.Token0, known.Token1, (uint)known.FeePips),
            Sells = sells,
            Gets = [(ulong)(reserve1 * sells[0] / reserve0), (ulong)(reserve0 * sells[1] / reserve1)],
            Space = 7,
            LogRoot = logRoot,
        };
    }

    private static string ReadKey(string directory)
    {
        using SecretMemory password = KeystoreFile.ReadPassword(Path.Combine(directory, DeskFiles.Main.Password));
        using SecretMemory key = KeystoreFile.Read(Path.Combine(directory, DeskFiles.Main.Keystore), password.Span);
        return Convert.ToHexString(key.Span);
    }
}
