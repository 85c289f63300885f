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
    [InlineData("future transaction tries to replace pending", AnswerClass.PoolFull)]
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
    // nethermind
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
    // OpenEthereum
    [InlineData("Transaction with the same hash was already imported.", AnswerClass.Known)]
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
    // nobody
    [InlineData("the flux capacitor is empty", AnswerClass.Other)]
    [InlineData("nonce", AnswerClass.Other)]
    [InlineData("", AnswerClass.Other)]
    public void Classify_ClientsWords(string text, AnswerClass expected) => Assert.Equal(expected, NodeAnswers.Classify(text));
}
