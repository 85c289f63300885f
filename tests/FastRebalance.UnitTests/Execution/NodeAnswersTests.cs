using FastRebalance.Execution.Channels;

namespace FastRebalance.UnitTests.Execution;

public sealed class NodeAnswersTests
{
    [Theory]
    // go-ethereum
    [InlineData("already known", AnswerClass.Known)]
    [InlineData("nonce too low: next nonce 9, tx nonce 7", AnswerClass.NonceTooLow)]
    [InlineData("nonce too high: address 0x00, tx: 9 state: 7", AnswerClass.NonceTooHigh)]
    [InlineData("replacement transaction underpriced", AnswerClass.ReplacementUnderpriced)]
    [InlineData("transaction underpriced: gas tip cap 0, minimum needed 1", AnswerClass.Underpriced)]
    [InlineData("max fee per gas less than block base fee: address 0x00, maxFeePerGas: 1, baseFee: 2", AnswerClass.Underpriced)]
    [InlineData("insufficient funds for gas * price + value: balance 1, tx cost 2, overshot 1", AnswerClass.InsufficientFunds)]
    [InlineData("tx fee (1.20 ether) exceeds the configured cap (1.00 ether)", AnswerClass.FeeCap)]
    [InlineData("txpool is full", AnswerClass.PoolFull)]
    [InlineData("future transaction tries to replace pending", AnswerClass.FutureReplace)]
    [InlineData("transaction gas price below minimum: gas tip cap 1, minimum needed 2", AnswerClass.Underpriced)]
    [InlineData("gas tip cap 1, minimum needed 2", AnswerClass.Underpriced)]
    [InlineData("insufficient funds for gas * price + value: balance 1, queued cost 2, tx cost 3, overshot 4", AnswerClass.InsufficientFunds)]
    [InlineData("max priority fee per gas higher than max fee per gas: maxPriorityFeePerGas: 2, maxFeePerGas: 1", AnswerClass.Fatal)]
    [InlineData("sender not an eoa: address 0x00, codehash: 0x01", AnswerClass.Fatal)]
    [InlineData("address already reserved", AnswerClass.Reserved)]
    [InlineData("in-flight transaction limit reached for delegated accounts", AnswerClass.Reserved)]
    [InlineData("gapped-nonce tx from delegated accounts", AnswerClass.Reserved)]
    [InlineData("invalid sender", AnswerClass.Fatal)]
    [InlineData("invalid chain id for signer: have 1 want 5", AnswerClass.Fatal)]
    [InlineData("oversized data: transaction size 140000, limit 131072", AnswerClass.Fatal)]
    [InlineData("exceeds block gas limit", AnswerClass.Fatal)]
    [InlineData("intrinsic gas too low: gas 20000, minimum needed 21000", AnswerClass.Fatal)]
    [InlineData("insufficient gas for floor data gas cost: gas 1, minimum needed 2", AnswerClass.Fatal)]
    [InlineData("transaction gas limit too high (cap: 16777216, tx: 20000000)", AnswerClass.Fatal)]
    [InlineData("only replay-protected (EIP-155) transactions allowed over RPC", AnswerClass.Fatal)]
    // reth
    [InlineData("nonce too low: next nonce 3, tx nonce 1", AnswerClass.NonceTooLow)]
    [InlineData("tx fee (2000000000000000000 wei) exceeds the configured cap (1000000000000000000 wei)", AnswerClass.FeeCap)]
    [InlineData("transaction would cause overdraft", AnswerClass.InsufficientFunds)]
    // nethermind
    [InlineData("(new) already known", AnswerClass.Known)]
    [InlineData("FeeTooLowToCompete", AnswerClass.Underpriced)]
    [InlineData("AlreadyKnown", AnswerClass.Known)]
    [InlineData("OldNonce, Current nonce: 4, nonce of rejected tx: 3", AnswerClass.NonceTooLow)]
    [InlineData("NonceGap, Future nonce. Expected nonce: 4", AnswerClass.NonceTooHigh)]
    [InlineData("ReplacementNotAllowed", AnswerClass.ReplacementUnderpriced)]
    [InlineData("FeeTooLow, MaxFeePerGas too low", AnswerClass.Underpriced)]
    [InlineData("InsufficientFunds, Account balance: 0", AnswerClass.InsufficientFunds)]
    // besu
    [InlineData("Known transaction", AnswerClass.Known)]
    [InlineData("Nonce too low", AnswerClass.NonceTooLow)]
    [InlineData("Upfront cost exceeds account balance", AnswerClass.InsufficientFunds)]
    [InlineData("Gas price below configured minimum gas price", AnswerClass.Underpriced)]
    // erigon
    [InlineData("existing txn with same hash", AnswerClass.Known)]
    [InlineData("could not replace existing tx", AnswerClass.ReplacementUnderpriced)]
    [InlineData("queue full", AnswerClass.PoolFull)]
    // klaytn
    [InlineData("there is another tx which has the same nonce in the tx pool", AnswerClass.ReplacementUnderpriced)]
    // OpenEthereum
    [InlineData("Transaction gas price is too low. There is another transaction with same nonce in the queue. Try increasing", AnswerClass.ReplacementUnderpriced)]
    [InlineData("Transaction nonce is too low. Try incrementing the nonce.", AnswerClass.NonceTooLow)]
    // hardhat 2.29.1 and anvil 1.7.1, word for word as they answered
    [InlineData("Transaction nonce too low. Expected nonce to be at least 1 but got 0.", AnswerClass.NonceTooLow)]
    [InlineData("Trying to send a raw transaction with an invalid chainId. The expected chainId is 31337", AnswerClass.Fatal)]
    [InlineData("Transaction requires at least 21000 gas but got 20999", AnswerClass.Fatal)]
    [InlineData("Transaction gas limit is 100000000 and exceeds transaction gas cap of 16777216", AnswerClass.Fatal)]
    [InlineData("intrinsic gas too high -- tx.gas_limit > env.block.gas_limit", AnswerClass.Fatal)]
    [InlineData("Transaction with the same hash was already imported.", AnswerClass.Known)]
    // OP stack
    [InlineData("L2 gas price too low", AnswerClass.Underpriced)]
    [InlineData("gas price too low: 1 wei, use at least tx.gasPrice = 2 wei", AnswerClass.Underpriced)]
    // nitro
    [InlineData("invalid transaction nonce", AnswerClass.NonceTooLow)]
    [InlineData("sequencer pending tx pool full, please try again", AnswerClass.PoolFull)]
    // avalanche and others that wrap
    [InlineData("failed to send: nonce too low: address 0x00 current nonce (9) > tx nonce (7)", AnswerClass.NonceTooLow)]
    [InlineData("err: already known", AnswerClass.Known)]
    // anvil, hardhat, ganache
    [InlineData("transaction already imported", AnswerClass.Known)]
    [InlineData("max fee per gas less than block base fee", AnswerClass.Underpriced)]
    [InlineData("Insufficient funds for gas * price + value", AnswerClass.InsufficientFunds)]
    [InlineData("Nonce too low. Expected nonce to be 5 but got 3.", AnswerClass.NonceTooLow)]
    [InlineData("Replacement transaction underpriced. A gasPrice/maxFeePerGas of at least 2 is necessary", AnswerClass.ReplacementUnderpriced)]
    [InlineData("Sender doesn't have enough funds to send tx. The max upfront cost is: 5", AnswerClass.InsufficientFunds)]
    [InlineData("the tx doesn't have the correct nonce. account has nonce of: 5 tx has nonce of: 3", AnswerClass.NonceTooLow)]
    [InlineData("Transaction gas limit is 30000001 and exceeds block gas limit of 30000000", AnswerClass.Fatal)]
    [InlineData("Transaction maxFeePerGas (1) is too low for the next block, which has a baseFeePerGas of 2", AnswerClass.Underpriced)]
    // A contract's words are not the pool's, and a word inside a sentence is no prefix.
    [InlineData("execution reverted: nonce too low", AnswerClass.Reverted)]
    [InlineData("execution reverted", AnswerClass.Reverted)]
    [InlineData("VM execution error.", AnswerClass.Reverted)]
    [InlineData("could not look up whether nonce too low", AnswerClass.Other)]
    [InlineData("the pool is healthy, already known peers: 5", AnswerClass.Other)]
    [InlineData("no insufficient funds here", AnswerClass.Other)]
    // nobody
    [InlineData("the flux capacitor is empty", AnswerClass.Other)]
    [InlineData("nonce", AnswerClass.Other)]
    [InlineData("", AnswerClass.Other)]
    public void Classify_ClientsWords_MeanWhatTheyMean(string text, AnswerClass expected) => Assert.Equal(expected, NodeAnswers.Classify(text));

    // An entry that an earlier one hides would never be found.
    [Fact]
    public void Classify_EveryEntrysOwnWords_FindThatEntry() =>
        Assert.All(NodeAnswers.Entries, entry => Assert.Equal((entry.Words, entry.Class), (entry.Words, NodeAnswers.Classify(entry.Words))));

    [Fact]
    public void Classify_EveryEntryBehindAnotherTextAndWithDetailsBehind_FindsThatEntry() =>
        Assert.All(NodeAnswers.Entries, entry =>
            Assert.Equal((entry.Words, entry.Class), (entry.Words, NodeAnswers.Classify($"rpc failed: {entry.Words.ToUpperInvariant()}: 1, 2"))));
}
