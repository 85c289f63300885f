using FastRebalance.Core.Assets;
using FastRebalance.Ethereum.Transactions;

namespace FastRebalance.Execution.Transactions;

/// <summary>
/// What is worth declaring beforehand (EIP-2930). A declared account costs 2400 and a declared slot 1900 and each first use then 100, where
/// an undeclared account costs 2600 and a slot 2100: a hundred is saved by each that is really used. The account that is called is warm
/// anyway, so declaring it is worth its 2400 only with more than two dozen slots.
/// </summary>
internal static class AccessLists
{
    private const int GasSavedEach = 100;
    private const int AccountGas = 2_400;

    /// <param name="touched">What the call touches.</param>
    /// <param name="target">The account that is called.</param>
    /// <returns>What to declare, and how much gas that should save.</returns>
    public static (AccessListEntry[] Entries, int GasSaved) Worth(ReadOnlySpan<AccessListEntry> touched, Address target)
    {
        List<AccessListEntry> kept = [];
        int saved = 0;
        foreach (ref readonly AccessListEntry entry in touched)
        {
            int slots = entry.StorageKeys.Length * GasSavedEach;
            int gain = entry.Address == target ? slots - AccountGas : slots + GasSavedEach;
            if (gain <= 0)
                continue;
            kept.Add(entry);
            saved += gain;
        }
        return ([.. kept], saved);
    }
}
