using FastRebalance.Amm;
using FastRebalance.Core.Assets;
using FastRebalance.Ethereum.Chains;
using FastRebalance.Ethereum.Contracts;
using FastRebalance.Execution.Fees;

namespace FastRebalance.Execution;

/// <summary>What the execution room is told once, at set-up. Every index is the one that the engine's ids carry.</summary>
public sealed record ExecutionSetup
{
    /// <summary>The chain's own id; node and signer must agree with it.</summary>
    public required ulong ChainId { get; init; }

    /// <summary>The desk's account: it pays the gas, holds the assets and receives what is bought.</summary>
    public required Address Account { get; init; }

    /// <summary>Uniswap's SwapRouter02; it runs the orders where there is no executor.</summary>
    public Address Router { get; init; }

    /// <summary>The desk's own executor contract, which runs the orders; zero for none.</summary>
    public Address Executor { get; init; }

    /// <summary>Whose tokens the executor trades; zero for the account itself. A router trades the account's.</summary>
    public Address Vault { get; init; }

    /// <summary>Permit2, where the executor takes tokens through its allowance instead of their own; zero where it does not.</summary>
    public Address Permit2 { get; init; }

    public bool UsesPermit2 => !Permit2.IsZero;

    /// <summary>Least share of a single-pool leg that the executor must sell before its limit stops it, else the order reverts.</summary>
    public uint MinFillBps { get; init; } = 5_000;

    /// <summary>What the vault's owner allowed, where the executor trusts the account with that and no more; null for limits of its own.</summary>
    public SignedIntent? Intent { get; init; }

    /// <summary>The lending market that the executor trades out of and into; null for what the vault holds alone.</summary>
    public LendingSetup? Lending { get; init; }

    /// <summary>Tells this desk's decisions from another's on the same executor, and from those of an older journal of its own.</summary>
    public ulong DecisionSpace { get; init; }

    /// <summary>
    /// Tells the desk's senders apart, 0 to <see cref="LastLane"/>: what two of them sign ahead under the same nonce is not the same decision.
    /// </summary>
    public byte Lane { get; init; }

    public const byte LastLane = 127;

    /// <summary>Time from one block to the next, by which a deadline in seconds becomes one in blocks.</summary>
    public TimeSpan BlockTime { get; init; } = TimeSpan.FromSeconds(12);

    /// <summary>The contract that transactions go to.</summary>
    public Address Target => Executor.IsZero ? Router : Executor;

    /// <summary>Who holds what is traded.</summary>
    public Address Holder => Vault.IsZero ? Account : Vault;

    /// <summary>Token contracts by <see cref="AssetId.Index"/>.</summary>
    public required IReadOnlyList<Address> Assets { get; init; }

    /// <summary>Pools by <see cref="PoolId.Index"/>.</summary>
    public required IReadOnlyList<PoolFacts> Pools { get; init; }

    /// <summary>No order is signed for more per gas than this. A cancel may go to twice as much: it burns 21000 gas, not an order's.</summary>
    public required ulong MaxFeePerGasWei { get; init; }

    public FeeOptions Fees { get; init; } = new();

    /// <summary>What the chain charges for a transaction's bytes; null where nothing.</summary>
    public IDataFee? DataFee { get; init; }

    /// <summary>An order is not sent while the newest head is older than this by the wall clock.</summary>
    public TimeSpan MaxHeadAge { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Everything up to the signature, and nothing sent.</summary>
    public bool DryRun { get; init; }

    /// <summary>Transactions declare what they touch (EIP-2930), where the node tells it and that saves gas.</summary>
    public bool DeclaresAccess { get; init; } = true;

    /// <summary>Largest gas limit of one transaction. The default is the protocol's own cap of 2^24 (EIP-7825).</summary>
    public ulong MaxGasLimit { get; init; } = 1 << 24;

    /// <summary>Blocks on top of an order's block before it is reported final and followed no longer.</summary>
    public int FinalDepth { get; init; } = 12;

    /// <summary>Blocks on top of the one that made an order impossible before it is reported dropped and another may be sized.</summary>
    public int ReleaseDepth { get; init; } = 2;

    /// <summary>Heads without inclusion after which an order is priced anew.</summary>
    public int RepriceAfterHeads { get; init; } = 3;

    /// <summary>Heads in a row without a trace of the order in the node's pool after which the same bytes are sent again.</summary>
    public int ResendAfterHeads { get; init; } = 2;

    /// <summary>How long one channel may take to answer; after it the outcome counts as unknown.</summary>
    public TimeSpan SubmitTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Transactions that may wait for one channel's answer; a further one is not sent there, and goes to the other channels all the same.</summary>
    public int MaxPerChannel { get; init; } = 4;

    /// <summary>How long the start waits for transactions of this account that an earlier run left in the pool.</summary>
    public TimeSpan PendingPatience { get; init; } = TimeSpan.FromSeconds(60);

    /// <exception cref="ArgumentException">A value makes no sense; the message names it and says what would.</exception>
    internal void Validate()
    {
        Require(ChainId != 0, "ChainId is 0: set it to the id that the node reports");
        Require(!Account.IsZero, "Account is the zero address: set it to the signer's");
        Require(!Target.IsZero, "neither an executor nor a router is named: set Router to the chain's SwapRouter02, or Executor to a deployed executor");
        Require(Vault.IsZero || !Executor.IsZero, "a vault is named and no executor: a router trades the account's own tokens only");
        Require(MinFillBps is > 0 and <= 10_000, $"MinFillBps is {MinFillBps}: 1 to 10000 make sense");
        Require(Lending is null || !Executor.IsZero, "a lending market is named and no executor: a router trades what the account holds only");
        Require(Lending is null || !UsesPermit2, "a lending market is named and Permit2: what is bought goes there by the tokens' own allowances");
        Require(Lending is null || Intent is null, "a lending market is named and an intent: an intent allows swaps, not debt; the account must be trusted in full");
        Lending?.Validate(Assets.Count);
        Require(BlockTime > TimeSpan.Zero, $"BlockTime is {BlockTime}: it must be longer than zero");
        Require(Lane <= LastLane, $"Lane is {Lane}: 0 to {LastLane} make sense");
        Require(Assets.Count > 0, "Assets is empty: name the tokens that are traded");
        Require(MaxFeePerGasWei > 0, "MaxFeePerGasWei is 0: nothing could ever be sent");
        Require(MaxHeadAge > TimeSpan.Zero, $"MaxHeadAge is {MaxHeadAge}: it must be longer than zero");
        Require(MaxGasLimit >= 100_000, $"MaxGasLimit is {MaxGasLimit}: no swap fits it");
        Require(FinalDepth >= 1, $"FinalDepth is {FinalDepth}: at least one block on top is wanted");
        Require(ReleaseDepth >= 0, $"ReleaseDepth is {ReleaseDepth}: it cannot be negative");
        Require(RepriceAfterHeads >= 1, $"RepriceAfterHeads is {RepriceAfterHeads}: it must be at least 1");
        Require(ResendAfterHeads >= 1, $"ResendAfterHeads is {ResendAfterHeads}: it must be at least 1");
        Require(SubmitTimeout > TimeSpan.Zero, $"SubmitTimeout is {SubmitTimeout}: it must be longer than zero");
        Require(MaxPerChannel >= 1, $"MaxPerChannel is {MaxPerChannel}: it must be at least 1");
    }

    private static void Require(bool holds, string message)
    {
        if (!holds)
            throw new ArgumentException(message);
    }
}
