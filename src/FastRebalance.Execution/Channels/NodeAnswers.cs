namespace FastRebalance.Execution.Channels;

/// <summary>
/// Turns what clients say to a refused transaction into one of few classes. A table, read from the top: an entry fits where the
/// text starts with its words, or has them after a colon, or, where it says so, holds them anywhere. Clients append
/// details, so nothing is anchored at the end; "nonce" alone is never enough.
/// </summary>
/// <remarks>
/// Texts are those of go-ethereum (core/error.go, core/txpool/errors.go, internal/ethapi/errors.go), reth (RpcPoolError),
/// nethermind (AcceptTxResult), besu, erigon (txpoolcfg), OpenEthereum, nitro, and the development nodes anvil, hardhat and ganache.
/// </remarks>
public static class NodeAnswers
{
    private enum Fit : byte
    {
        None = 0,
        Start,
        Anywhere,
    }

    private static readonly (string Words, Fit Fit, AnswerClass Class)[] Table =
    [
        ("already known", Fit.Start, AnswerClass.Known),
        ("alreadyknown", Fit.Start, AnswerClass.Known),
        ("known transaction", Fit.Start, AnswerClass.Known),
        ("existing txn with same hash", Fit.Anywhere, AnswerClass.Known),
        ("transaction with the same hash was already imported", Fit.Anywhere, AnswerClass.Known),
        ("transaction already imported", Fit.Start, AnswerClass.Known),

        ("replacement transaction underpriced", Fit.Anywhere, AnswerClass.ReplacementUnderpriced),
        ("replacementnotallowed", Fit.Start, AnswerClass.ReplacementUnderpriced),
        ("could not replace existing tx", Fit.Anywhere, AnswerClass.ReplacementUnderpriced),
        ("there is another tx which has the same nonce", Fit.Anywhere, AnswerClass.ReplacementUnderpriced),
        ("too low gas price to replace", Fit.Anywhere, AnswerClass.ReplacementUnderpriced),
        ("there is another transaction with same nonce in the queue", Fit.Anywhere, AnswerClass.ReplacementUnderpriced),

        ("nonce too low", Fit.Anywhere, AnswerClass.NonceTooLow),
        ("oldnonce", Fit.Start, AnswerClass.NonceTooLow),
        ("the tx doesn't have the correct nonce", Fit.Anywhere, AnswerClass.NonceTooLow),
        ("transaction nonce is too low", Fit.Anywhere, AnswerClass.NonceTooLow),
        // Nitro says this of a nonce on either side; the chain is asked in both cases.
        ("invalid transaction nonce", Fit.Anywhere, AnswerClass.NonceTooLow),

        ("nonce too high", Fit.Anywhere, AnswerClass.NonceTooHigh),
        ("nonce gap", Fit.Start, AnswerClass.NonceTooHigh),
        ("noncegap", Fit.Start, AnswerClass.NonceTooHigh),
        ("transaction nonce is too high", Fit.Anywhere, AnswerClass.NonceTooHigh),

        ("future transaction tries to replace pending", Fit.Anywhere, AnswerClass.PoolFull),
        ("txpool is full", Fit.Anywhere, AnswerClass.PoolFull),
        ("transaction pool is full", Fit.Anywhere, AnswerClass.PoolFull),
        ("sequencer pending tx pool full", Fit.Anywhere, AnswerClass.PoolFull),
        ("queue full", Fit.Anywhere, AnswerClass.PoolFull),

        ("insufficient funds", Fit.Anywhere, AnswerClass.InsufficientFunds),
        ("insufficientfunds", Fit.Start, AnswerClass.InsufficientFunds),
        ("transaction would cause overdraft", Fit.Anywhere, AnswerClass.InsufficientFunds),
        ("upfront cost exceeds account balance", Fit.Anywhere, AnswerClass.InsufficientFunds),
        ("sender doesn't have enough funds", Fit.Anywhere, AnswerClass.InsufficientFunds),

        ("exceeds the configured cap", Fit.Anywhere, AnswerClass.FeeCap),

        ("transaction underpriced", Fit.Anywhere, AnswerClass.Underpriced),
        ("transaction gas price below minimum", Fit.Anywhere, AnswerClass.Underpriced),
        ("max fee per gas less than block base fee", Fit.Anywhere, AnswerClass.Underpriced),
        ("max fee per gas below block base fee", Fit.Anywhere, AnswerClass.Underpriced),
        ("gas tip cap", Fit.Start, AnswerClass.Underpriced),
        ("feetoolow", Fit.Start, AnswerClass.Underpriced),
        ("gas price too low", Fit.Anywhere, AnswerClass.Underpriced),
        ("gas price below configured minimum", Fit.Anywhere, AnswerClass.Underpriced),
        ("is too low for the next block, which has a baseFeePerGas", Fit.Anywhere, AnswerClass.Underpriced),

        ("address already reserved", Fit.Anywhere, AnswerClass.Reserved),
        ("in-flight transaction limit reached for delegated accounts", Fit.Anywhere, AnswerClass.Reserved),
        ("gapped-nonce tx from delegated accounts", Fit.Anywhere, AnswerClass.Reserved),

        ("invalid sender", Fit.Anywhere, AnswerClass.Fatal),
        ("invalid signature", Fit.Anywhere, AnswerClass.Fatal),
        ("invalid chain id", Fit.Anywhere, AnswerClass.Fatal),
        ("chain id mismatch", Fit.Anywhere, AnswerClass.Fatal),
        ("oversized data", Fit.Anywhere, AnswerClass.Fatal),
        ("exceeds block gas limit", Fit.Anywhere, AnswerClass.Fatal),
        ("intrinsic gas too low", Fit.Anywhere, AnswerClass.Fatal),
        ("insufficient gas for floor data gas cost", Fit.Anywhere, AnswerClass.Fatal),
        ("transaction gas limit too high", Fit.Anywhere, AnswerClass.Fatal),
        ("max priority fee per gas higher than max fee per gas", Fit.Anywhere, AnswerClass.Fatal),
        ("only replay-protected (eip-155) transactions allowed", Fit.Anywhere, AnswerClass.Fatal),
        ("transaction type not supported", Fit.Anywhere, AnswerClass.Fatal),
        ("sender not an eoa", Fit.Anywhere, AnswerClass.Fatal),
    ];

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
