namespace FastRebalance.Execution.Channels;

/// <summary>
/// Turns what clients say to a refused transaction into one of few classes. A table, read from the top: an entry fits where the
/// text begins with its words, or has them after the colon of a client that wraps another's text. Clients append details, so nothing is anchored
/// at the end; a word in the middle of a sentence, such as "nonce", is never enough. The few entries that begin with a number say so.
/// </summary>
/// <remarks>
/// Texts are those of go-ethereum (core/error.go, core/txpool/errors.go, internal/ethapi/errors.go), reth (RpcPoolError),
/// nethermind (AcceptTxResult), besu, erigon (txpoolcfg), OpenEthereum, klaytn, avalanche, nitro, and the development nodes anvil, hardhat and
/// ganache.
/// </remarks>
public static class NodeAnswers
{
    private enum Fit : byte
    {
        None = 0,
        Start,

        /// <summary>The words come after a figure or a name: they are long enough to mean one thing alone.</summary>
        Anywhere,
    }

    private static readonly (string Words, Fit Fit, AnswerClass Class)[] Table =
    [
        // What a contract says while a sequencer tries the transaction is not the pool's word, whatever it says.
        ("execution reverted", Fit.Start, AnswerClass.Reverted),
        ("vm execution error", Fit.Start, AnswerClass.Reverted),

        ("already known", Fit.Start, AnswerClass.Known),
        ("(new) already known", Fit.Start, AnswerClass.Known),
        ("alreadyknown", Fit.Start, AnswerClass.Known),
        ("known transaction", Fit.Start, AnswerClass.Known),
        ("existing txn with same hash", Fit.Start, AnswerClass.Known),
        ("existing tx with same hash", Fit.Start, AnswerClass.Known),
        ("transaction with the same hash was already imported", Fit.Start, AnswerClass.Known),
        ("transaction already imported", Fit.Start, AnswerClass.Known),

        ("replacement transaction underpriced", Fit.Start, AnswerClass.ReplacementUnderpriced),
        ("replacementnotallowed", Fit.Start, AnswerClass.ReplacementUnderpriced),
        ("could not replace existing tx", Fit.Start, AnswerClass.ReplacementUnderpriced),
        ("there is another tx which has the same nonce", Fit.Start, AnswerClass.ReplacementUnderpriced),
        ("transaction gas price is too low. there is another transaction with same nonce in the queue", Fit.Start, AnswerClass.ReplacementUnderpriced),
        ("there is another transaction with same nonce in the queue", Fit.Start, AnswerClass.ReplacementUnderpriced),
        ("too low gas price to replace", Fit.Start, AnswerClass.ReplacementUnderpriced),

        ("nonce too low", Fit.Start, AnswerClass.NonceTooLow),
        ("oldnonce", Fit.Start, AnswerClass.NonceTooLow),
        ("transaction nonce is too low", Fit.Start, AnswerClass.NonceTooLow),
        ("transaction nonce too low", Fit.Start, AnswerClass.NonceTooLow),
        ("the tx doesn't have the correct nonce", Fit.Start, AnswerClass.NonceTooLow),
        // Nitro says this of a nonce on either side; the chain is asked in both cases.
        ("invalid transaction nonce", Fit.Start, AnswerClass.NonceTooLow),

        ("nonce too high", Fit.Start, AnswerClass.NonceTooHigh),
        ("nonce gap", Fit.Start, AnswerClass.NonceTooHigh),
        ("noncegap", Fit.Start, AnswerClass.NonceTooHigh),
        ("transaction nonce is too high", Fit.Start, AnswerClass.NonceTooHigh),
        ("transaction nonce is too distant", Fit.Start, AnswerClass.NonceTooHigh),

        ("future transaction tries to replace pending", Fit.Start, AnswerClass.FutureReplace),

        ("txpool is full", Fit.Start, AnswerClass.PoolFull),
        ("transaction pool is full", Fit.Start, AnswerClass.PoolFull),
        ("sequencer pending tx pool full", Fit.Start, AnswerClass.PoolFull),
        ("queue full", Fit.Start, AnswerClass.PoolFull),

        ("insufficient funds", Fit.Start, AnswerClass.InsufficientFunds),
        ("insufficientfunds", Fit.Start, AnswerClass.InsufficientFunds),
        ("transaction would cause overdraft", Fit.Start, AnswerClass.InsufficientFunds),
        ("upfront cost exceeds account balance", Fit.Start, AnswerClass.InsufficientFunds),
        ("sender doesn't have enough funds", Fit.Start, AnswerClass.InsufficientFunds),

        // After the amount.
        ("exceeds the configured cap", Fit.Anywhere, AnswerClass.FeeCap),

        ("transaction underpriced", Fit.Start, AnswerClass.Underpriced),
        ("transaction gas price below minimum", Fit.Start, AnswerClass.Underpriced),
        ("max fee per gas less than block base fee", Fit.Start, AnswerClass.Underpriced),
        ("max fee per gas below block base fee", Fit.Start, AnswerClass.Underpriced),
        ("gas tip cap", Fit.Start, AnswerClass.Underpriced),
        ("feetoolow", Fit.Start, AnswerClass.Underpriced),
        ("l2 gas price too low", Fit.Start, AnswerClass.Underpriced),
        ("gas price too low", Fit.Start, AnswerClass.Underpriced),
        ("gas price below configured minimum", Fit.Start, AnswerClass.Underpriced),
        // After the fee.
        ("is too low for the next block, which has a baseFeePerGas", Fit.Anywhere, AnswerClass.Underpriced),

        ("address already reserved", Fit.Start, AnswerClass.Reserved),
        ("in-flight transaction limit reached for delegated accounts", Fit.Start, AnswerClass.Reserved),
        ("gapped-nonce tx from delegated accounts", Fit.Start, AnswerClass.Reserved),

        ("invalid sender", Fit.Start, AnswerClass.Fatal),
        ("invalid signature", Fit.Start, AnswerClass.Fatal),
        ("invalid chain id", Fit.Start, AnswerClass.Fatal),
        ("chain id mismatch", Fit.Start, AnswerClass.Fatal),
        ("oversized data", Fit.Start, AnswerClass.Fatal),
        ("exceeds block gas limit", Fit.Start, AnswerClass.Fatal),
        ("intrinsic gas too low", Fit.Start, AnswerClass.Fatal),
        ("insufficient gas for floor data gas cost", Fit.Start, AnswerClass.Fatal),
        ("transaction gas limit too high", Fit.Start, AnswerClass.Fatal),
        ("max priority fee per gas higher than max fee per gas", Fit.Start, AnswerClass.Fatal),
        ("only replay-protected (eip-155) transactions allowed", Fit.Start, AnswerClass.Fatal),
        ("transaction type not supported", Fit.Start, AnswerClass.Fatal),
        ("sender not an eoa", Fit.Start, AnswerClass.Fatal),
        ("trying to send a raw transaction with an invalid chainid", Fit.Start, AnswerClass.Fatal),
        ("transaction requires at least", Fit.Start, AnswerClass.Fatal),
        ("intrinsic gas too high", Fit.Start, AnswerClass.Fatal),
        // After the limit.
        ("and exceeds block gas limit", Fit.Anywhere, AnswerClass.Fatal),
        ("and exceeds transaction gas cap", Fit.Anywhere, AnswerClass.Fatal),
    ];

    /// <summary>The table's words and what they mean, from the top.</summary>
    internal static IEnumerable<(string Words, AnswerClass Class)> Entries => Table.Select(static entry => (entry.Words, entry.Class));

    /// <summary>The class of an error's text; <see cref="AnswerClass.Other"/> where no entry fits.</summary>
    public static AnswerClass Classify(string text)
    {
        foreach ((string words, Fit fit, AnswerClass answer) in Table)
            if (Fits(text, words, fit))
                return answer;
        return AnswerClass.Other;
    }

    private static bool Fits(string text, string words, Fit fit) => fit == Fit.Anywhere
        ? text.Contains(words, StringComparison.OrdinalIgnoreCase)
        : text.StartsWith(words, StringComparison.OrdinalIgnoreCase) || text.Contains(": " + words, StringComparison.OrdinalIgnoreCase);
}
