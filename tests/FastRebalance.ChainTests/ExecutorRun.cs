using FastRebalance.Core.Assets;
using FastRebalance.Ethereum.Contracts;
using FastRebalance.Ethereum.Encoding;
using FastRebalance.Ethereum.Rpc;

namespace FastRebalance.ChainTests;

/// <summary>A transaction to the executor: its receipt, what its legs moved by its own logs, and why it failed.</summary>
public sealed class ExecutorRun(Receipt receipt, Address executor, EthCallOutcome asked)
{
    public Receipt Receipt { get; } = receipt;

    public bool Succeeded => Receipt.Succeeded;

    public ulong Gas => Receipt.GasUsed;

    /// <summary>The contract's own words for a failure, by a call on the state before.</summary>
    public string Why => ExecutorArtifact.Leveraged.DescribeError(asked.Data) ?? RevertReason.Decode(asked.Data).ToString();

    /// <summary>What each leg spent and brought.</summary>
    public IReadOnlyList<(UInt256 Spent, UInt256 Received)> Legs { get; } = [.. receipt.Logs
        .Where(log => log.Address == executor && log.Topics.Length > 0 && log.Topics[0] == ExecutorLogs.LegFilled)
        .Select(log => (Word(log.Data, 3), Word(log.Data, 4)))];

    public ExecutorRun MustSucceed()
    {
        Assert.True(Succeeded, Why);
        return this;
    }

    /// <summary>It failed, and the reason begins so.</summary>
    public void MustFail(string why)
    {
        Assert.False(Succeeded, "it went through");
        Assert.StartsWith(why, Why, StringComparison.Ordinal);
    }

    private static UInt256 Word(byte[] data, int index) => UInt256.ReadBigEndian(data.AsSpan(index * 32, 32));
}
