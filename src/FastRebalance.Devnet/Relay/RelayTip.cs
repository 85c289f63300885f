using FastRebalance.Core.Assets;
using FastRebalance.Ethereum.Transactions;

namespace FastRebalance.Devnet.Relay;

/// <summary>What a transaction leaves to the block's builder.</summary>
internal static class RelayTip
{
    /// <summary>The tip that it offers at most; of a kind without tips its whole price.</summary>
    public static UInt256 MostOf(RelayTransaction transaction) =>
        transaction.Fields.Kind is TransactionKind.Legacy or TransactionKind.AccessList
            ? transaction.Fields.MaxFeePerGasWei : transaction.Fields.MaxPriorityFeePerGasWei;

    /// <summary>The tip per gas at a base fee; zero below it.</summary>
    public static UInt256 At(RelayTransaction transaction, ulong baseFeeWei)
    {
        UInt256 cap = transaction.Fields.MaxFeePerGasWei;
        if (cap <= baseFeeWei)
            return UInt256.Zero;
        UInt256 room = cap - baseFeeWei, tip = MostOf(transaction);
        return tip < room ? tip : room;
    }
}
