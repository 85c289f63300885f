using FastRebalance.Core.Assets;

namespace FastRebalance.Ethereum.Rpc;

/// <summary>What became of a mined transaction.</summary>
public sealed record Receipt
{
    public required Hash32 TransactionHash { get; init; }

    public required Hash32 BlockHash { get; init; }

    public required ulong BlockNumber { get; init; }

    /// <summary>True when it did what it should, false when it reverted.</summary>
    public required bool Succeeded { get; init; }

    public required ulong GasUsed { get; init; }

    /// <summary>Base fee and tip together, as paid.</summary>
    public required UInt256 EffectiveGasPriceWei { get; init; }

    /// <summary>What a rollup took for the transaction's bytes beside the gas (<c>l1Fee</c>); 0 where it took none, or took it as gas.</summary>
    public UInt256 DataFeeWei { get; init; }

    public required Address From { get; init; }

    /// <summary>Null for a contract creation; then <see cref="ContractAddress"/> is set.</summary>
    public required Address? To { get; init; }

    public required Address? ContractAddress { get; init; }

    public required uint TransactionIndex { get; init; }

    public required IReadOnlyList<LogEntry> Logs { get; init; }
}
