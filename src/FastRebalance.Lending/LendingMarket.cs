using System.Diagnostics.CodeAnalysis;
using FastRebalance.Core.Assets;
using FastRebalance.Lending.Logs;

namespace FastRebalance.Lending;

/// <summary>
/// A lending market as it stands: reserves, categories, prices, and the accounts that are followed. Read once from the chain, then kept by its logs,
/// to the unit. Not thread-safe: whoever feeds it owns it.
/// </summary>
/// <remarks>
/// <code>
/// if (market.TryReadLog(log.Address, log.Topics, log.Data, blockTime, ref e)) status = market.Apply(in e);
/// market.Fill(account, now, entries, out int count);                                       // once a block
/// AccountMath.HealthFactor(entries[..count], market.Prices, slot, price, out UInt256 hf);  // at every price
/// </code>
/// </remarks>
public sealed class LendingMarket
{
    /// <summary>Prices: one for each reserve's place, then one for each category that has its own.</summary>
    public const int PriceSlots = AccountConfiguration.MostReserves + 256;

    private readonly LendingReserve?[] _reserves = new LendingReserve?[AccountConfiguration.MostReserves];
    private readonly EModeCategory[] _categories = new EModeCategory[256];
    private readonly UInt256[] _prices = new UInt256[PriceSlots];
    private readonly ulong[] _priceTimes = new ulong[PriceSlots];
    private readonly List<PriceFeed> _feeds = [];
    private readonly Dictionary<Address, LendingAccount> _accounts = [];
    private readonly LogRoles _roles;

    /// <exception cref="ArgumentException">Two reserves have the same place.</exception>
    public LendingMarket(LendingSites sites, IReadOnlyList<LendingReserve> reserves)
    {
        Sites = sites;
        Reserves = reserves;
        _roles = new LogRoles(sites);
        foreach (LendingReserve reserve in reserves)
        {
            if (_reserves[reserve.Id] is { } other)
                throw new ArgumentException($"{reserve.Facts.Asset} and {other.Facts.Asset} both have the place {reserve.Id}");
            _reserves[reserve.Id] = reserve;
            _roles.Add(reserve.Facts);
        }
    }

    public LendingSites Sites { get; }

    /// <summary>In the order they were given in.</summary>
    public IReadOnlyList<LendingReserve> Reserves { get; }

    /// <summary>Base currency per whole token, by slot; zero: not known.</summary>
    public ReadOnlySpan<UInt256> Prices => _prices;

    /// <summary>When each price was told, in seconds since 1970, by slot; zero: its source does not say.</summary>
    public ReadOnlySpan<ulong> PriceTimes => _priceTimes;

    public IReadOnlyList<PriceFeed> Feeds => _feeds;

    public IReadOnlyCollection<LendingAccount> Accounts => _accounts.Values;

    /// <summary>The treasury's share of the premium of flash loans.</summary>
    public uint FlashPremiumToProtocolBps { get; set; }

    /// <summary>False once a log told of something that logs do not tell whole: read the market anew.</summary>
    public bool IsReady { get; private set; } = true;

    /// <summary>Contracts whose logs keep the market. Every one of their logs may be given; those of no concern are named so.</summary>
    public IReadOnlyCollection<Address> LogSites => _roles.Sites;

    public static int SlotOfCategory(byte category) => AccountConfiguration.MostReserves + category;

    public EModeCategory Category(byte category) => _categories[category];

    public void SetCategory(byte category, in EModeCategory terms) => _categories[category] = terms;

    /// <summary>Takes a feed and the price that it answers now; zero where it answers none.</summary>
    /// <param name="feed">Where the price comes from.</param>
    /// <param name="price">What it answers.</param>
    /// <param name="time">When it was told, in seconds; zero where the source does not say.</param>
    public void SetFeed(PriceFeed feed, in UInt256 price, ulong time = 0)
    {
        _feeds.RemoveAll(old => old.Slot == feed.Slot);
        _feeds.Add(feed);
        SetPrice(feed.Slot, in price, time);
        _roles.AddAggregator(feed.Aggregator);
    }

    public bool TryReserve(int id, [NotNullWhen(true)] out LendingReserve? reserve)
    {
        reserve = (uint)id < (uint)_reserves.Length ? _reserves[id] : null;
        return reserve is not null;
    }

    /// <exception cref="KeyNotFoundException">There is no such reserve.</exception>
    public LendingReserve Reserve(int id) =>
        TryReserve(id, out LendingReserve? reserve) ? reserve : throw new KeyNotFoundException($"the market has no reserve at place {id}");

    /// <exception cref="KeyNotFoundException">There is no such reserve.</exception>
    public LendingReserve Reserve(in Address asset)
    {
        foreach (LendingReserve reserve in Reserves)
            if (reserve.Facts.Asset == asset)
                return reserve;
        throw new KeyNotFoundException($"the market has no reserve of {asset}");
    }

    /// <summary>The account, followed from now on; it is ready once it was <see cref="LendingAccount.Reset"/> to what the chain holds.</summary>
    public LendingAccount Follow(in Address address)
    {
        if (!_accounts.TryGetValue(address, out LendingAccount? account))
            _accounts.Add(address, account = new LendingAccount(address));
        return account;
    }

    /// <summary>Writes an account's entries with the interest up to a time. Prices may change afterwards: they are not in them.</summary>
    /// <param name="account">One of this market's.</param>
    /// <param name="time">Of the block that is asked about; not before the last update of a reserve that it uses.</param>
    /// <param name="entries">Room: <see cref="AccountConfiguration.MostReserves"/> always suffice.</param>
    /// <param name="count">Entries written.</param>
    public LendingStatus Fill(LendingAccount account, ulong time, Span<AccountEntry> entries, out int count)
    {
        count = 0;
        if (!IsReady || !account.IsReady)
            return LendingStatus.NotReady;
        UInt256 bits = account.Configuration.Data;
        while (!bits.IsZero)
        {
            int id = bits.TrailingZeroCount / 2;
            bits &= ~((UInt256)3 << (2 * id));
            if (_reserves[id] is not { } reserve)
                continue;
            if (count == entries.Length)
                return LendingStatus.NoRoom;
            LendingStatus status = FillOne(account, reserve, time, ref entries[count++]);
            if (status != LendingStatus.Exact)
                return status;
        }
        return LendingStatus.Exact;
    }

    /// <summary>Reads a log into an event; false where it is of no concern or malformed, which the event's kind then tells.</summary>
    /// <param name="emitter">The contract that wrote it.</param>
    /// <param name="topics">As logged.</param>
    /// <param name="data">As logged.</param>
    /// <param name="blockTime">Of the log's block, in seconds.</param>
    /// <param name="e">What it says.</param>
    public bool TryReadLog(in Address emitter, ReadOnlySpan<Hash32> topics, ReadOnlySpan<byte> data, ulong blockTime, ref LendingEvent e) =>
        LendingLogReader.TryRead(_roles, in emitter, topics, data, blockTime, ref e);

    /// <summary>Takes an event into the state. Events of one block go in in the order of their logs; none may be left out.</summary>
    public LendingLogStatus Apply(in LendingEvent e)
    {
        LendingLogStatus status = EventApplier.Apply(this, in e);
        if (status == LendingLogStatus.NeedsReading)
            IsReady = false;
        return status;
    }

    /// <summary>What holds for an account in a reserve, by the efficiency category that both are in.</summary>
    public AccountTerms TermsOf(LendingAccount account, LendingReserve reserve)
    {
        ReserveConfiguration own = reserve.State.Configuration;
        byte category = account.EModeCategory;
        bool isIn = category != 0 && own.EModeCategory == category;
        ref readonly EModeCategory terms = ref _categories[category];
        // A reserve without a threshold of its own counts for nothing, whatever the category says.
        bool counts = own.LiquidationThresholdBps != 0;
        return new AccountTerms(
            isIn && !terms.PriceSource.IsZero ? SlotOfCategory(category) : reserve.Id,
            counts,
            !counts || own.LtvBps == 0 ? 0 : isIn ? terms.LtvBps : own.LtvBps,
            !counts ? 0 : isIn ? terms.LiquidationThresholdBps : own.LiquidationThresholdBps,
            !counts ? 0 : isIn ? terms.LiquidationBonusBps : own.LiquidationBonusBps);
    }

    internal void SetPrice(int slot, in UInt256 price, ulong time)
    {
        _prices[slot] = price;
        _priceTimes[slot] = time;
    }

    internal LendingAccount? Find(in Address address) => _accounts.GetValueOrDefault(address);

    private LendingStatus FillOne(LendingAccount account, LendingReserve reserve, ulong time, ref AccountEntry entry)
    {
        ref readonly ReserveState state = ref reserve.State;
        AccountTerms terms = TermsOf(account, reserve);
        entry = default;
        entry.Reserve = reserve.Id;
        entry.Unit = reserve.Unit;
        entry.PriceSlot = terms.PriceSlot;
        if (account.Configuration.IsCollateral(reserve.Id) && terms.CanBeCollateral)
        {
            entry.IsCollateral = true;
            entry.LtvBps = terms.LtvBps;
            entry.LiquidationThresholdBps = terms.LiquidationThresholdBps;
            LendingStatus status = state.IncomeAt(time, out UInt256 income);
            if (status != LendingStatus.Exact)
                return status;
            if (!WadRay.TryRayMul(account.ScaledSupply[reserve.Id], in income, out entry.Collateral))
                return LendingStatus.Overflow;
        }
        if (account.Configuration.IsBorrowing(reserve.Id) && account.ScaledDebt[reserve.Id] != 0)
        {
            LendingStatus status = state.DebtIndexAt(time, out UInt256 index);
            if (status != LendingStatus.Exact)
                return status;
            if (!WadRay.TryRayMul(account.ScaledDebt[reserve.Id], in index, out entry.Debt))
                return LendingStatus.Overflow;
        }
        return LendingStatus.Exact;
    }
}
