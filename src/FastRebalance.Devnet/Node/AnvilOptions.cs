using System.Globalization;

namespace FastRebalance.Devnet.Node;

/// <summary>How the node is run: port 0 takes a free one, a null block time mines a block for each transaction.</summary>
internal sealed record AnvilOptions(ulong Seed, ulong ChainId, int Port, TimeSpan? BlockTime, string? SocketPath)
{
    // Enough states for calls at recent blocks and for deep reorgs in tests; without a bound the node grows by some 50 kB per block.
    private const int KeptStates = 128;
    private const int KeptBlocksWithTransactions = 2048;

    public const int AccountCount = 10;

    public IEnumerable<string> Arguments()
    {
        List<string> words =
        [
            "--host", "127.0.0.1",
            "--port", Text(Port),
            "--chain-id", Text(ChainId),
            "--accounts", Text(AccountCount),
            "--mnemonic-seed-unsafe", Text(Seed),
            "--prune-history", Text(KeptStates),
            "--transaction-block-keeper", Text(KeptBlocksWithTransactions),
            // Its order by fees drops a sender's later nonce for good when that one bids more than the one before it.
            "--order", "fifo",
        ];
        if (SocketPath is not null)
            words.AddRange(["--ipc", SocketPath]);
        if (BlockTime is { } time)
            words.AddRange(["--block-time", Text(time.TotalSeconds)]);
        return words;
    }

    private static string Text(IFormattable value) => value.ToString(null, CultureInfo.InvariantCulture);
}
