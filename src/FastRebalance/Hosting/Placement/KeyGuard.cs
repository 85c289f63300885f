using FastRebalance.Configuration;
using FastRebalance.Ethereum.Signers;
using FastRebalance.Ethereum.Transactions;
using FastRebalance.Native.Machine;

namespace FastRebalance.Hosting.Placement;

/// <summary>
/// Keeps a key that this process holds from being written to a disk: by the swap, by a core file, by whoever attaches. What the system
/// refuses is told as a warning and stops nothing. A remote signer's key is not here, so there is nothing to keep.
/// </summary>
/// <remarks>
/// Forbidding dumps is for the rest of the process's life, and the price is stated: dotnet-dump, createdump and gdb then need root, while
/// counters and traces go on. <c>account.allowDumps</c> takes the other choice.
/// </remarks>
public static class KeyGuard
{
    /// <summary>The name of the warning that the key's page may be swapped out.</summary>
    public const string NotLocked = "key-not-locked";

    /// <summary>The name of the warning that core files and debuggers can reach the key.</summary>
    public const string DumpsAllowed = "key-dumps-allowed";

    /// <summary>Forbids dumps where nobody asked for them.</summary>
    /// <returns>What was had: one row each for the lock and the dumps; none for a remote signer.</returns>
    public static IReadOnlyList<MemoryResult> Protect(IAccountSigner signer, AccountSection account) => signer is not TransactionSigner local
        ? []
        : [
            new MemoryResult("key", local.KeyLock, HugeBytes: 0),
            new MemoryResult("dumps", account.AllowDumps ? MemoryStatus.SwitchedOff : CoreDumps.TryForbid(), HugeBytes: 0),
        ];

    /// <summary>A sentence for each protection that is not there, led by the warning's name.</summary>
    public static IEnumerable<string> Warnings(IEnumerable<MemoryResult> results)
    {
        foreach (MemoryResult result in results)
            if (result is { What: "key", Status: not MemoryStatus.Locked })
                yield return $"{NotLocked}: the page with the key may be swapped out: {MemoryPlacement.Explain(result.Status)}; {MemoryPlacement.Remedy(result.Status)}";
            else if (result is { What: "dumps", Status: MemoryStatus.SwitchedOff })
                yield return $"{DumpsAllowed}: account.allowDumps lets core files and debuggers into a process that holds a key";
            else if (result is { What: "dumps", Status: not MemoryStatus.Advised })
                yield return $"{DumpsAllowed}: {MemoryPlacement.Explain(result.Status)}; set ulimit -c 0, and use a machine that nobody else may look into";
    }
}
