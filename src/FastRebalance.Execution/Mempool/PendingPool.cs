using System.Runtime.InteropServices;
using FastRebalance.Core.Assets;

namespace FastRebalance.Execution.Mempool;

/// <summary>
/// The public pool as far as we have seen it: each transaction once, of one sender and nonce the dearest, in bounded memory. Pure: blocks and time
/// are told. After construction nothing allocates until a sender beyond the capacity is seen. Owned by one thread.
/// </summary>
public sealed class PendingPool
{
    private readonly PendingPoolOptions _options;
    private readonly PendingTransactionView[] _entries;
    private readonly int[] _effectSlots;

    // Who holds each place for effects, so that those that concern us are found without looking at all.
    private readonly int[] _effectOwners;
    private readonly PendingEffect[] _effects;
    private readonly Stack<int> _free;
    private readonly Stack<int> _freeEffects;
    private readonly Dictionary<Hash32, int> _byHash;
    private readonly Dictionary<SenderNonce, int> _byNonce;
    private readonly Dictionary<Address, Account> _accounts;
    private readonly HashSet<Address> _own;
    private readonly HashSet<Hash32> _ownHashes = [];
    private readonly int[] _order;
    private readonly RankedKey[] _ranks;
    private ulong _head;
    private UInt256 _nextBaseFee;
    private ulong _blockGasLimit = ulong.MaxValue;

    /// <param name="options">The room.</param>
    /// <param name="own">Our own accounts.</param>
    public PendingPool(PendingPoolOptions options, IEnumerable<Address> own)
    {
        options.Validate();
        _options = options;
        int capacity = options.Capacity;
        _entries = new PendingTransactionView[capacity];
        _effectSlots = new int[capacity];
        _effectOwners = new int[options.EffectCapacity];
        _effectOwners.AsSpan().Fill(-1);
        _effects = new PendingEffect[options.EffectCapacity * options.EffectsEach];
        _free = new Stack<int>(capacity);
        for (int i = capacity - 1; i >= 0; i--)
            _free.Push(i);
        _freeEffects = new Stack<int>(options.EffectCapacity);
        for (int i = options.EffectCapacity - 1; i >= 0; i--)
            _freeEffects.Push(i);
        _byHash = new Dictionary<Hash32, int>(capacity);
        _byNonce = new Dictionary<SenderNonce, int>(capacity);
        _accounts = new Dictionary<Address, Account>(capacity);
        _order = new int[capacity];
        _ranks = new RankedKey[capacity];
        _own = [.. own];
    }

    public PendingCounters Counters { get; } = new();

    public int Count => _byHash.Count;

    /// <summary>The head as last told.</summary>
    public ulong Head => _head;

    /// <summary>What the next block's base fee will be.</summary>
    public UInt256 NextBaseFeeWei => _nextBaseFee;

    /// <summary>Some account of ours signed something that the submitter does not know. Never goes back to false.</summary>
    public bool HasUnknownOwn => !UnknownOwn.IsZero;

    /// <summary>The hash of the first such transaction.</summary>
    public Hash32 UnknownOwn { get; private set; }

    /// <summary>The submitter is about to release this transaction: its echo is known. Told before the first byte leaves.</summary>
    public void ExpectOwn(in Hash32 hash) => _ownHashes.Add(hash);

    /// <summary>Balance and next nonce of an account, as read from the chain.</summary>
    public void TellAccount(in Address account, ulong nextNonce, in UInt256? balanceWei)
    {
        ref Account known = ref AccountOf(in account);
        known.NextNonce = nextNonce;
        known.IsNonceKnown = true;
        (known.Balance, known.IsBalanceKnown) = (balanceWei.GetValueOrDefault(), balanceWei.HasValue);
    }

    /// <summary>Takes one transaction.</summary>
    /// <param name="transaction">As the node tells it; block and time are set here.</param>
    /// <param name="effects">What it does to us.</param>
    /// <param name="nowNs">Monotonic time.</param>
    public PendingStatus Add(in PendingTransactionView transaction, ReadOnlySpan<PendingEffect> effects, long nowNs)
    {
        Counters.Seen++;
        if (_byHash.ContainsKey(transaction.Hash))
        {
            Counters.Duplicates++;
            return PendingStatus.Duplicate;
        }
        PendingTransactionView entry = transaction;
        (entry.SeenAtBlock, entry.SeenNs) = (_head, nowNs);
        entry.IsOwn = _own.Contains(entry.Sender);
        bool isUnknownOwn = entry.IsOwn && !_ownHashes.Contains(entry.Hash);
        if (isUnknownOwn)
            NoteUnknown(in entry.Hash);
        PendingStatus status = Keep(in entry, effects);
        return isUnknownOwn ? PendingStatus.UnknownOwnTransaction : status;
    }

    /// <summary>A block came: what it holds is consumed, and what is too old is forgotten.</summary>
    /// <param name="number">Its number.</param>
    /// <param name="nextBaseFeeWei">Of the block after it.</param>
    /// <param name="gasLimit">Of a block.</param>
    /// <param name="mined">Its transactions, in order.</param>
    public void OnBlock(ulong number, in UInt256 nextBaseFeeWei, ulong gasLimit, ReadOnlySpan<MinedTransaction> mined)
    {
        (_head, _nextBaseFee, _blockGasLimit) = (number, nextBaseFeeWei, gasLimit);
        int found = 0;
        foreach (ref readonly MinedTransaction transaction in mined)
        {
            Counters.Mined++;
            found += _byHash.ContainsKey(transaction.Hash) ? 1 : 0;
            if (_own.Contains(transaction.Sender) && !_ownHashes.Contains(transaction.Hash))
                NoteUnknown(transaction.Hash);
            Consume(in transaction);
        }
        Counters.MinedSeen += found;
        if (mined.Length > 0)
            Counters.LastCoverage = found / (double)mined.Length;
        Expire();
    }

    /// <summary>
    /// A reorganisation or a restart: what is known of nonces is no longer true. What was mined is not put back; nodes push it again.
    /// </summary>
    public void ForgetAccounts() => _accounts.Clear();

    public bool TryGet(in Hash32 hash, out PendingTransactionView transaction)
    {
        bool found = _byHash.TryGetValue(hash, out int slot);
        transaction = found ? _entries[slot] : default;
        return found;
    }

    /// <summary>The effects kept of a transaction.</summary>
    public ReadOnlySpan<PendingEffect> EffectsOf(in Hash32 hash) => _byHash.TryGetValue(hash, out int slot) ? EffectsAt(slot) : default;

    /// <summary>Whether the transaction could be in the next block.</summary>
    public Executability Judge(in PendingTransactionView transaction)
    {
        if (transaction.MaxFeePerGasWei < _nextBaseFee)
            return Executability.FeeBelowBase;
        if (transaction.GasLimit > _blockGasLimit)
            return Executability.TooMuchGas;
        if (!_accounts.TryGetValue(transaction.Sender, out Account account))
            return _options.TrustsPromotion ? Executability.Executable : Executability.NonceUnknown;
        if (!account.IsNonceKnown && !_options.TrustsPromotion)
            return Executability.NonceUnknown;
        ulong next = account.IsNonceKnown ? account.NextNonce : account.LowestNonce;
        if (transaction.Nonce < next)
            return Executability.NonceUsed;
        if (transaction.Nonce - next > (ulong)_options.MaxChain)
            return Executability.NonceGap;
        UInt256 cost = UInt256.Zero;
        for (ulong nonce = next; nonce <= transaction.Nonce; nonce++)
        {
            if (!_byNonce.TryGetValue(new SenderNonce(transaction.Sender, nonce), out int slot))
                return Executability.NonceGap;
            ref readonly PendingTransactionView earlier = ref _entries[slot];
            if (earlier.MaxFeePerGasWei < _nextBaseFee)
                return Executability.NonceGap;
            if (!TryAddCost(in earlier, ref cost))
                return Executability.TooExpensive;
            if (nonce == ulong.MaxValue)
                break;
        }
        return account.IsBalanceKnown && cost > account.Balance ? Executability.TooExpensive : Executability.Executable;
    }

    /// <summary>
    /// The executable transactions with effects, the best paid first and one sender's in the order of its nonces: the order in which an honest
    /// block would hold them.
    /// </summary>
    /// <returns>How many were written.</returns>
    public int WriteExecutable(Span<Hash32> hashes)
    {
        int count = 0;
        foreach (int i in _effectOwners)
        {
            if (i < 0)
                continue;
            ref readonly PendingTransactionView entry = ref _entries[i];
            if (Judge(in entry) != Executability.Executable)
                continue;
            _ranks[count] = new RankedKey(Saturated(entry.EffectiveTipWei(in _nextBaseFee)), entry.SeenNs, i);
            _order[count++] = i;
        }
        Array.Sort(_ranks, _order, 0, count);
        int written = Math.Min(count, hashes.Length);
        PutNoncesInOrder(written);
        for (int i = 0; i < written; i++)
            hashes[i] = _entries[_order[i]].Hash;
        Counters.DroppedWork += count - written;
        return written;
    }

    // A sender's earlier nonce goes before its later one whatever each pays: the later one moves back to where the earlier one stands.
    private void PutNoncesInOrder(int count)
    {
        for (int i = 1; i < count; i++)
            for (int j = 0; j < i; j++)
            {
                ref readonly PendingTransactionView before = ref _entries[_order[j]];
                ref readonly PendingTransactionView after = ref _entries[_order[i]];
                if (before.Nonce > after.Nonce && before.Sender == after.Sender)
                    (_order[i], _order[j]) = (_order[j], _order[i]);
            }
    }

    private PendingStatus Keep(in PendingTransactionView entry, ReadOnlySpan<PendingEffect> effects)
    {
        if (_accounts.TryGetValue(entry.Sender, out Account known) && known.IsNonceKnown && entry.Nonce < known.NextNonce)
        {
            Counters.Stale++;
            return PendingStatus.Stale;
        }
        PendingStatus status = PendingStatus.Added;
        SenderNonce key = new(entry.Sender, entry.Nonce);
        if (_byNonce.TryGetValue(key, out int rival))
        {
            if (_entries[rival].MaxFeePerGasWei >= entry.MaxFeePerGasWei)
            {
                Counters.Underpriced++;
                return PendingStatus.Underpriced;
            }
            Release(rival);
            Counters.Replaced++;
            status = PendingStatus.Replaced;
        }
        if (_free.Count == 0)
            DropCheapest();
        int slot = _free.Pop();
        _entries[slot] = entry;
        _entries[slot].EffectCount = 0;
        _effectSlots[slot] = -1;
        _byHash.Add(entry.Hash, slot);
        _byNonce.Add(key, slot);
        ref Account account = ref AccountOf(entry.Sender);
        account.LowestNonce = account.HasPending ? Math.Min(account.LowestNonce, entry.Nonce) : entry.Nonce;
        account.HasPending = true;
        StoreEffects(slot, effects);
        return status;
    }

    private void StoreEffects(int slot, ReadOnlySpan<PendingEffect> effects)
    {
        if (effects.IsEmpty)
            return;
        if (_freeEffects.Count == 0)
            DropCheapestEffects();
        int place = _freeEffects.Pop();
        int count = Math.Min(effects.Length, _options.EffectsEach);
        effects[..count].CopyTo(_effects.AsSpan(place * _options.EffectsEach));
        if (count < effects.Length)
            _effects[place * _options.EffectsEach + count - 1].Flags |= EffectFlags.AmountUnknown;
        (_effectSlots[slot], _effectOwners[place]) = (place, slot);
        _entries[slot].EffectCount = (byte)count;
    }

    private ReadOnlySpan<PendingEffect> EffectsAt(int slot) =>
        _effectSlots[slot] < 0 ? default : _effects.AsSpan(_effectSlots[slot] * _options.EffectsEach, _entries[slot].EffectCount);

    private void Consume(in MinedTransaction transaction)
    {
        ref Account account = ref AccountOf(transaction.Sender);
        ulong from = account.IsNonceKnown ? account.NextNonce : account.HasPending ? account.LowestNonce : transaction.Nonce;
        account.NextNonce = Math.Max(account.NextNonce, transaction.Nonce + 1);
        account.IsNonceKnown = true;
        account.IsBalanceKnown = false; // it paid for something, and maybe got something
        for (ulong nonce = from; nonce <= transaction.Nonce && nonce - from <= 1024; nonce++)
            if (_byNonce.TryGetValue(new SenderNonce(transaction.Sender, nonce), out int slot))
                Release(slot);
    }

    private void Expire()
    {
        for (int slot = 0; slot < _entries.Length; slot++)
            if (!_entries[slot].Hash.IsZero && _head - _entries[slot].SeenAtBlock > _options.MaxAgeBlocks && _head > _entries[slot].SeenAtBlock)
            {
                Release(slot);
                Counters.Expired++;
            }
    }

    /// <summary>Makes room for a sixteenth at once, so that the look over all is paid for by many arrivals.</summary>
    private void DropCheapest()
    {
        int count = 0;
        for (int i = 0; i < _entries.Length; i++)
            if (!_entries[i].Hash.IsZero)
            {
                _ranks[count] = RankOf(i);
                _order[count++] = i;
            }
        Array.Sort(_ranks, _order, 0, count);
        int dropped = Math.Max(1, count / 16);
        for (int i = count - dropped; i < count; i++)
            Release(_order[i]);
        Counters.Dropped += dropped;
    }

    private void DropCheapestEffects()
    {
        int cheapest = -1;
        foreach (int i in _effectOwners)
            if (i >= 0 && (cheapest < 0 || RankOf(i).CompareTo(RankOf(cheapest)) > 0))
                cheapest = i;
        Release(cheapest);
        Counters.Dropped++;
    }

    // What touches us is worth more than what does not, ours the most, and then what pays more.
    private RankedKey RankOf(int slot)
    {
        ref readonly PendingTransactionView entry = ref _entries[slot];
        ulong tip = Saturated(entry.EffectiveTipWei(in _nextBaseFee)) >> 2;
        ulong rank = entry.IsOwn ? 3UL : entry.EffectCount > 0 ? 2UL : 0UL;
        return new RankedKey(rank << 62 | tip, entry.SeenNs, slot);
    }

    private void Release(int slot)
    {
        ref PendingTransactionView entry = ref _entries[slot];
        _byHash.Remove(entry.Hash);
        _byNonce.Remove(new SenderNonce(entry.Sender, entry.Nonce));
        if (_effectSlots[slot] >= 0)
        {
            _effectOwners[_effectSlots[slot]] = -1;
            _freeEffects.Push(_effectSlots[slot]);
        }
        _effectSlots[slot] = -1;
        entry = default;
        _free.Push(slot);
    }

    private void NoteUnknown(in Hash32 hash)
    {
        Counters.UnknownOwn++;
        if (UnknownOwn.IsZero)
            UnknownOwn = hash;
    }

    private ref Account AccountOf(in Address address)
    {
        // Senders are forgotten all at once rather than one by one: what is lost is learnt again from the next block of each.
        if (_accounts.Count >= _options.Capacity && !_accounts.ContainsKey(address))
            _accounts.Clear();
        return ref CollectionsMarshal.GetValueRefOrAddDefault(_accounts, address, out _);
    }

    private static bool TryAddCost(in PendingTransactionView entry, ref UInt256 cost) =>
        UInt256.TryMultiply(entry.MaxFeePerGasWei, entry.GasLimit, out UInt256 gas)
        && UInt256.TryAdd(cost, gas, out cost) && UInt256.TryAdd(cost, entry.ValueWei, out cost);

    private static ulong Saturated(in UInt256 value) => value.FitsUInt64 ? value.Limb0 : ulong.MaxValue;

    private readonly record struct SenderNonce(Address Sender, ulong Nonce);

    private struct Account
    {
        public UInt256 Balance;
        public ulong NextNonce;
        public ulong LowestNonce;
        public bool IsNonceKnown;
        public bool IsBalanceKnown;
        public bool HasPending;
    }

    /// <summary>Sorts the dearest first, then the earliest.</summary>
    private readonly record struct RankedKey(ulong Value, long SeenNs, int Slot) : IComparable<RankedKey>
    {
        public int CompareTo(RankedKey other) =>
            Value != other.Value ? other.Value.CompareTo(Value)
            : SeenNs != other.SeenNs ? SeenNs.CompareTo(other.SeenNs)
            : Slot.CompareTo(other.Slot);
    }
}
