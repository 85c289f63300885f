using FastRebalance.Core.Assets;

namespace FastRebalance.Devnet.Relay;

/// <summary>
/// What the relay was given, under the rules that builders keep: an uuid belongs to its signer, a later bundle takes the place of an earlier one of the same uuid,
/// and one that was cancelled is over for good. Any thread.
/// </summary>
internal sealed class RelayBook
{
    public const int MostTransactions = 100;
    public const int MostBytes = 300_000;
    public const ulong MostBlocksAhead = 25;

    private readonly Lock _guard = new();
    private readonly List<RelayBundle> _held = [];
    private readonly HashSet<(Address, string)> _cancelled = [];

    public int Count
    {
        get
        {
            lock (_guard)
                return _held.Count;
        }
    }

    /// <exception cref="RelayRefusal">A rule speaks against it.</exception>
    public void Add(RelayBundle bundle, ulong head)
    {
        if (bundle.Transactions.Count is 0 or > MostTransactions)
            throw new RelayRefusal($"a bundle has 1 to {MostTransactions} transactions, found {bundle.Transactions.Count}");
        if (bundle.Transactions.Sum(static transaction => transaction.Raw.Length) > MostBytes)
            throw new RelayRefusal($"a bundle has at most {MostBytes} bytes");
        if (bundle.ToBlock <= head)
            throw new RelayRefusal($"block {bundle.ToBlock} is there already: the head is {head}");
        if (bundle.IsPrivateTransaction && bundle.ToBlock > head + MostBlocksAhead)
            throw new RelayRefusal($"a private transaction is kept for at most {MostBlocksAhead} blocks");
        lock (_guard)
        {
            if (bundle.Uuid is { } uuid && _cancelled.Contains((bundle.Signer, uuid)))
                throw new RelayRefusal($"the bundle {uuid} was cancelled, and a cancelled replacementUuid is over for good");
            _held.RemoveAll(held => bundle.Uuid is null
                ? held.Uuid is null && held.Signer == bundle.Signer && held.ToBlock == bundle.ToBlock && held.Hash == bundle.Hash
                : held.Uuid == bundle.Uuid && held.Signer == bundle.Signer);
            _held.Add(bundle);
        }
    }

    /// <summary>Ends an uuid, whether anything is held under it or not.</summary>
    /// <returns>Hashes of the bundles that are dropped by it.</returns>
    public Hash32[] CancelBundle(Address signer, string uuid)
    {
        lock (_guard)
        {
            _cancelled.Add((signer, uuid));
            return Remove(held => held.Uuid == uuid && held.Signer == signer);
        }
    }

    /// <returns>False where the signer has no such transaction here.</returns>
    public bool CancelTransaction(Address signer, Hash32 hash)
    {
        lock (_guard)
            return Remove(held => held.IsPrivateTransaction && held.Signer == signer && held.Transactions[0].Hash == hash).Length > 0;
    }

    /// <summary>What may be in a block, in the order it came.</summary>
    public RelayBundle[] For(ulong block)
    {
        lock (_guard)
            return [.. _held.Where(held => held.FromBlock <= block && block <= held.ToBlock)];
    }

    public void Remove(RelayBundle bundle)
    {
        lock (_guard)
            _held.Remove(bundle);
    }

    /// <summary>Drops what was for this block or an earlier one.</summary>
    public RelayBundle[] Pass(ulong block)
    {
        lock (_guard)
        {
            RelayBundle[] lapsed = [.. _held.Where(held => held.ToBlock <= block)];
            _held.RemoveAll(held => held.ToBlock <= block);
            return lapsed;
        }
    }

    private Hash32[] Remove(Predicate<RelayBundle> which)
    {
        Hash32[] removed = [.. _held.Where(held => which(held)).Select(static held => held.Hash)];
        _held.RemoveAll(which);
        return removed;
    }
}
