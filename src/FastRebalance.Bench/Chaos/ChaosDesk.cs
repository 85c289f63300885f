using System.Globalization;
using FastRebalance.Amm;
using FastRebalance.Core.Assets;
using FastRebalance.Core.Events;
using FastRebalance.Ethereum.Transactions;
using FastRebalance.Execution;
using FastRebalance.Execution.Fees;
using FastRebalance.Execution.WriteAhead;
using FastRebalance.Native;

namespace FastRebalance.Bench.Chaos;

/// <summary>All that a victim must know of its desk. A file of lines in a fixed order, so that a start costs next to nothing.</summary>
internal sealed record ChaosDesk
{
    // A key that anybody can make from the chain's seed.
    public required string Key { get; init; }

    public required string Endpoint { get; init; }

    public required ulong ChainId { get; init; }

    public required Address Account { get; init; }

    public required Address Executor { get; init; }

    /// <summary>Two tokens and the Uniswap V2 pool between them.</summary>
    public required PoolFacts Pool { get; init; }

    /// <summary>Units of each token that an order sells, and what the other one then gives.</summary>
    public required ulong[] Sells { get; init; }

    public required ulong[] Gets { get; init; }

    public required ulong Space { get; init; }

    /// <summary>Holds the write-ahead log.</summary>
    public required string LogRoot { get; init; }

    public ExecutionSetup Setup(ulong space) => new()
    {
        ChainId = ChainId,
        Account = Account,
        Executor = Executor,
        Assets = [Pool.Token0, Pool.Token1],
        Pools = [Pool],
        DecisionSpace = space,
        BlockTime = TimeSpan.FromSeconds(1),
        MaxFeePerGasWei = 10_000_000_000_000,
        Fees = new FeeOptions(),
        DeclaresAccess = false,
        FinalDepth = ChaosChain.DeepestReorg,
        ReleaseDepth = 1,
        MaxHeadAge = TimeSpan.FromHours(1),
        PendingPatience = TimeSpan.FromSeconds(10),
    };

    /// <summary>Small parts, so that segments end and snapshots are made within a few orders.</summary>
    public SubmitterLogOptions Log() => new()
    {
        Root = LogRoot,
        ChainId = ChainId,
        Sender = Account,
        AccountSegmentBytes = 16 * 1024,
        FireSegmentBytes = 4096,
        SnapshotAfterSegments = 2,
        KeepFinal = 8,
    };

    public string LogFolder => Execution.WriteAhead.LogFolder.PathOf(LogRoot, ChainId, Account);

    public TransactionSigner Signer()
    {
        PrivateKey key = new(Convert.FromHexString(Key));
        try
        {
            return new TransactionSigner(in key, ChainId);
        }
        finally
        {
            key.Clear();
        }
    }

    /// <summary>An order's one leg: the tokens are sold in turn, so that neither runs out.</summary>
    public OrderLeg LegOf(ulong order)
    {
        int sells = (int)(order & 1);
        return new OrderLeg
        {
            AmountIn = Sells[sells],
            ExpectedOut = Gets[sells],
            MinimumOut = Gets[sells] / 2,
            Sell = AssetId.FromIndex(sells),
            Buy = AssetId.FromIndex(1 - sells),
            Pool0 = PoolId.FromIndex(0),
        };
    }

    public void Write(string path)
    {
        FileStreamOptions options = new() { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using StreamWriter file = new(path, options);
        foreach (string line in (string[])[
            Key, Endpoint, Text(ChainId), Account.ToString(), Executor.ToString(), Pool.Kind, Pool.Address.ToString(), Pool.Token0.ToString(),
            Pool.Token1.ToString(), Text(Pool.FeePips), Text(Sells[0]), Text(Sells[1]), Text(Gets[0]), Text(Gets[1]), Text(Space), LogRoot])
            file.WriteLine(line);
    }

    public static ChaosDesk Read(string path)
    {
        string[] lines = File.ReadAllLines(path);
        return new ChaosDesk
        {
            Key = lines[0],
            Endpoint = lines[1],
            ChainId = Number(lines[2]),
            Account = Address.Parse(lines[3]),
            Executor = Address.Parse(lines[4]),
            Pool = new PoolFacts(lines[5], Address.Parse(lines[6]), Address.Parse(lines[7]), Address.Parse(lines[8]), (uint)Number(lines[9])),
            Sells = [Number(lines[10]), Number(lines[11])],
            Gets = [Number(lines[12]), Number(lines[13])],
            Space = Number(lines[14]),
            LogRoot = lines[15],
        };
    }

    private static string Text(ulong number) => number.ToString(CultureInfo.InvariantCulture);

    private static ulong Number(string text) => ulong.Parse(text, CultureInfo.InvariantCulture);
}
