using FastRebalance.Core.Assets;

namespace FastRebalance.Execution.Channels;

/// <summary>
/// What a relay holds of ours, by nonce: an uuid for each block that a nonce was offered for, so that a higher offer takes the place of a lower one,
/// and the transactions it keeps by itself. An uuid that was cancelled is gone for good: builders ignore whatever comes under it later. Any thread.
/// </summary>
internal sealed class RelaySlots
{
    private readonly Lock _guard = new();
    private readonly Dictionary<ulong, Slot> _slots = [];

    /// <summary>The uuid of a nonce's bundle for a block: the one in use, or a fresh one.</summary>
    public Guid UuidFor(ulong nonce, in Hash32 hash, ulong block)
    {
        lock (_guard)
        {
            Slot slot = SlotOf(nonce, in hash, block);
            if (!slot.Bundles.TryGetValue(block, out Bundle? bundle))
                slot.Bundles.Add(block, bundle = new Bundle(Guid.NewGuid()));
            return bundle.Uuid;
        }
    }

    /// <summary>The relay may hold the transaction by itself until a block.</summary>
    public void HoldPrivately(ulong nonce, in Hash32 hash, ulong maxBlock)
    {
        lock (_guard)
            SlotOf(nonce, in hash, maxBlock).Private[hash] = new Kept(maxBlock);
    }

    /// <summary>The relay has said that it has this transaction: under an uuid for a block, or by itself.</summary>
    public void Acknowledge(Guid? uuid, in Hash32 hash)
    {
        lock (_guard)
        {
            if (uuid is { } named && Find(named) is { } bundle)
                bundle.Acknowledged = hash;
            if (uuid is null && FindKept(in hash) is { } kept)
                kept.IsAcknowledged = true;
        }
    }

    public bool IsAcknowledged(ulong nonce, in Hash32 hash, ulong block)
    {
        lock (_guard)
            return _slots.TryGetValue(nonce, out Slot? slot) && slot.Bundles.TryGetValue(block, out Bundle? bundle) && bundle.Acknowledged == hash;
    }

    /// <summary>Not cancelled, and its block not past.</summary>
    public bool IsLive(Guid uuid)
    {
        lock (_guard)
            return Find(uuid) is not null;
    }

    /// <summary>The relay was given the transaction to keep, and not told to drop it.</summary>
    public bool HoldsPrivately(in Hash32 hash)
    {
        lock (_guard)
            return FindKept(in hash) is not null;
    }

    /// <summary>The same, and it has said so.</summary>
    public bool IsKept(in Hash32 hash)
    {
        lock (_guard)
            return FindKept(in hash) is { IsAcknowledged: true };
    }

    /// <summary>Gives up everything of the nonce that a transaction was offered at. Its uuids never come back.</summary>
    /// <returns>False where the transaction is not known.</returns>
    public bool TryTakeAll(in Hash32 hash, out Guid[] uuids, out Hash32[] kept)
    {
        lock (_guard)
        {
            foreach ((ulong nonce, Slot slot) in _slots)
            {
                if (!slot.Hashes.Contains(hash))
                    continue;
                uuids = [.. slot.Bundles.Values.Select(static bundle => bundle.Uuid)];
                kept = [.. slot.Private.Keys];
                _slots.Remove(nonce);
                return true;
            }
        }
        uuids = [];
        kept = [];
        return false;
    }

    /// <summary>Forgets what was for blocks that are there: the relay has dropped it by itself.</summary>
    public void Pass(ulong head)
    {
        lock (_guard)
            foreach (ulong nonce in _slots.Keys.ToArray())
            {
                Slot slot = _slots[nonce];
                foreach (ulong block in slot.Bundles.Keys.Where(block => block <= head).ToArray())
                    slot.Bundles.Remove(block);
                foreach (Hash32 hash in slot.Private.Where(kept => kept.Value.MaxBlock <= head).Select(static kept => kept.Key).ToArray())
                    slot.Private.Remove(hash);
                if (slot.LastBlock <= head)
                    _slots.Remove(nonce);
            }
    }

    private Slot SlotOf(ulong nonce, in Hash32 hash, ulong block)
    {
        if (!_slots.TryGetValue(nonce, out Slot? slot))
            _slots.Add(nonce, slot = new Slot());
        slot.Hashes.Add(hash);
        slot.LastBlock = Math.Max(slot.LastBlock, block);
        return slot;
    }

    private Bundle? Find(Guid uuid)
    {
        foreach (Slot slot in _slots.Values)
            foreach (Bundle bundle in slot.Bundles.Values)
                if (bundle.Uuid == uuid)
                    return bundle;
        return null;
    }

    private Kept? FindKept(in Hash32 hash)
    {
        foreach (Slot slot in _slots.Values)
            if (slot.Private.TryGetValue(hash, out Kept? kept))
                return kept;
        return null;
    }

    private sealed class Slot
    {
        public HashSet<Hash32> Hashes { get; } = [];

        public Dictionary<ulong, Bundle> Bundles { get; } = [];

        public Dictionary<Hash32, Kept> Private { get; } = [];

        public ulong LastBlock { get; set; }
    }

    private sealed class Bundle(Guid uuid)
    {
        public Guid Uuid { get; } = uuid;

        public Hash32 Acknowledged { get; set; }
    }

    private sealed class Kept(ulong maxBlock)
    {
        public ulong MaxBlock { get; } = maxBlock;

        public bool IsAcknowledged { get; set; }
    }
}
