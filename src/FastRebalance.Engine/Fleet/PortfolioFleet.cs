using System.Runtime.CompilerServices;
using FastRebalance.Core.Assets;
using FastRebalance.Kernels;

namespace FastRebalance.Engine.Fleet;

/// <summary>
/// Any number of portfolios watched at once. Around each lies a fence of prices inside which no weight can leave its band; per asset the
/// fences' levels are kept in order, so a tick that crosses none costs two compares, whatever the number of portfolios, and one that
/// does costs the portfolios it crosses. Those are tested exactly: the answer is that of testing every portfolio at every tick.
/// </summary>
/// <remarks>
/// One thread owns it. Nothing is allocated after set-up, and no clock, random number or other thread is asked: the same ticks give the
/// same verdicts in the same order. A portfolio that has fired is left alone until <see cref="Settle"/>. Long positions only.
/// A portfolio that stands on the very edge of its band has no fence and is tested at each change of one of its prices.
/// </remarks>
public sealed class PortfolioFleet
{
    /// <summary>Prices beyond these are refused: levels are kept in single precision.</summary>
    public const double LeastPrice = 1e-30;

    /// <inheritdoc cref="LeastPrice"/>
    public const double GreatestPrice = 1e30;

    private const int Lanes = FleetBook.MostHoldings;

    // A fence wider than this is as good as none, and keeps what rounding can do far below the margin that the fence leaves.
    private const double WidestMove = 16;

    // Far enough ahead for memory to answer, near enough to stay in the first cache.
    private const int Ahead = 8;

    private readonly Memory<double> _quantities;
    private readonly Memory<double> _targets;
    private readonly ushort[] _assets;
    private readonly byte[] _holdingCounts;
    private readonly CashTerms[] _cash;
    private readonly State[] _states;
    private readonly double[] _prices;
    private readonly double[] _paces;
    private readonly LevelHeaps _levels;
    private readonly int[] _crossed;
    private readonly FiredPortfolio[] _untold;
    private readonly AssetId _numeraire;
    private int _firstUntold;

    internal PortfolioFleet(FleetBook book, ReadOnlySpan<double> prices, ReadOnlySpan<double> paces)
    {
        Count = book.Count;
        _quantities = book.Quantities;
        _targets = book.Targets;
        _assets = book.Assets;
        _holdingCounts = book.HoldingCounts;
        _cash = book.Cash;
        _numeraire = book.Numeraire;
        _prices = prices.ToArray();
        _paces = new double[prices.Length];
        if (paces.IsEmpty)
            Array.Fill(_paces, 1);
        else
            paces.CopyTo(_paces);
        _states = new State[Count];
        _untold = new FiredPortfolio[Count];
        _crossed = new int[2 * book.Holders.Max()];
        _levels = new LevelHeaps(book.Holders, Count * Lanes);
        Open();
    }

    private enum State : byte
    {
        None = 0,
        Watched,

        /// <summary>Fired, and its verdict waits to be handed out.</summary>
        Untold,

        /// <summary>Fired, and waits to be settled.</summary>
        Told,
    }

    /// <summary>Portfolios.</summary>
    public int Count { get; }

    /// <summary>Verdicts that did not fit a caller's span; the next call hands them out first.</summary>
    public int UntoldCount { get; private set; }

    /// <summary>Portfolios tested since the start: what ticks have cost beyond their two compares.</summary>
    public long Tests { get; private set; }

    /// <summary>Prices that were no usable price, or of no asset of the fleet; nothing changed with them.</summary>
    public long RefusedPrices { get; private set; }

    /// <summary>All that grows with the number of portfolios.</summary>
    public long Bytes => _levels.Bytes
        + (_quantities.Length + _targets.Length + 0L) * sizeof(double)
        + (long)_assets.Length * sizeof(ushort)
        + (long)_cash.Length * Unsafe.SizeOf<CashTerms>()
        + (long)_untold.Length * Unsafe.SizeOf<FiredPortfolio>()
        + _holdingCounts.Length + _states.Length + (long)_crossed.Length * sizeof(int);

    /// <summary>The last price of an asset.</summary>
    public double PriceOf(AssetId asset) => _prices[asset.Index];

    /// <summary>How far the price of an asset may go, both ends among it, before any portfolio is looked at.</summary>
    public (double Down, double Up) IdleRange(AssetId asset) => _levels.Nearest(asset.Index);

    /// <summary>True while it has fired and is not settled.</summary>
    public bool HasFired(int portfolio) => _states[portfolio] is State.Told or State.Untold;

    /// <summary>
    /// A price has come. Writes the portfolios that have left their bands by it, those that waited from before first, and returns how
    /// many it wrote; what does not fit waits for the next call (<see cref="UntoldCount"/>).
    /// </summary>
    public int OnPrice(AssetId asset, double price, Span<FiredPortfolio> fired)
    {
        int index = asset.Index;
        if (!IsUsable(price) || (uint)index >= (uint)_prices.Length)
            return Refuse(fired);
        _prices[index] = price;
        return _levels.IsInside(index, price) && UntoldCount == 0 ? 0 : Cross(index, price, fired);
    }

    /// <summary>Hands out verdicts that wait, without a price.</summary>
    public int TakeUntold(Span<FiredPortfolio> fired)
    {
        int count = Math.Min(fired.Length, UntoldCount);
        for (int i = 0; i < count; i++)
        {
            fired[i] = _untold[_firstUntold];
            _states[fired[i].Portfolio] = State.Told;
            _firstUntold = _firstUntold + 1 == _untold.Length ? 0 : _firstUntold + 1;
        }
        UntoldCount -= count;
        return count;
    }

    /// <summary>The portfolio's quantities are these now, whether it had fired or not.</summary>
    /// <param name="portfolio">Its place in the fleet.</param>
    /// <param name="quantities">Whole tokens of each holding, in the order in which they were added.</param>
    /// <param name="cash">Numeraire.</param>
    public SettleVerdict Settle(int portfolio, ReadOnlySpan<double> quantities, double cash)
    {
        if ((uint)portfolio >= (uint)Count)
            return SettleVerdict.Unknown;
        if (_states[portfolio] == State.Untold)
            return SettleVerdict.NotToldYet;
        bool areGood = quantities.Length == _holdingCounts[portfolio] && IsQuantity(cash);
        foreach (double quantity in quantities)
            areGood &= IsQuantity(quantity);
        if (!areGood)
            return SettleVerdict.BadQuantities;

        quantities.CopyTo(_quantities.Span[(portfolio * Lanes)..]);
        _cash[portfolio] = _cash[portfolio] with { Held = cash };
        _states[portfolio] = State.Watched;
        int none = 0;
        return Test(portfolio, [], ref none) ? SettleVerdict.FiredAgain : SettleVerdict.Watched;
    }

    internal static bool IsUsable(double price) => price is >= LeastPrice and <= GreatestPrice;

    // Zero, or what a price times it can neither lose nor overflow.
    internal static bool IsQuantity(double quantity) => quantity is 0 or (>= LeastPrice and <= GreatestPrice);

    /// <summary>The plain twin of the test, from the stored quantities at the present prices: whether any weight is outside its band.</summary>
    internal bool IsOutsidePlain(int portfolio)
    {
        ReadOnlySpan<double> quantities = _quantities.Span.Slice(portfolio * Lanes, Lanes);
        ReadOnlySpan<double> targets = _targets.Span.Slice(portfolio * Lanes, Lanes);
        Span<double> values = stackalloc double[Lanes];
        Span<double> sums = stackalloc double[4];
        sums.Clear();
        for (int slot = 0; slot < Lanes; slot++)
            sums[slot & 3] += values[slot] = quantities[slot] * _prices[_assets[portfolio * Lanes + slot]];
        CashTerms cash = _cash[portfolio];
        double total = (sums[0] + sums[2]) + (sums[1] + sums[3]) + cash.Held;
        if (!(total > 0))
            return false;
        bool isOutside = Math.Abs(cash.Held / total - cash.Target) > cash.Band.Around(cash.Target);
        for (int slot = 0; slot < Lanes; slot++)
            isOutside |= Math.Abs(values[slot] / total - targets[slot]) > cash.Band.Around(targets[slot]);
        return isOutside;
    }

    /// <summary>Whole tokens of each holding, as last settled.</summary>
    internal ReadOnlySpan<double> QuantitiesOf(int portfolio) => _quantities.Span.Slice(portfolio * Lanes, _holdingCounts[portfolio]);

    /// <summary>The target of each holding.</summary>
    internal ReadOnlySpan<double> TargetsOf(int portfolio) => _targets.Span.Slice(portfolio * Lanes, _holdingCounts[portfolio]);

    /// <summary>The asset of each holding, by its place.</summary>
    internal ReadOnlySpan<ushort> AssetsOf(int portfolio) => _assets.AsSpan(portfolio * Lanes, _holdingCounts[portfolio]);

    private void Open()
    {
        Span<double> levels = stackalloc double[2 * Lanes];
        int none = 0;
        for (int portfolio = 0; portfolio < Count; portfolio++)
        {
            _states[portfolio] = State.Watched;
            levels.Fill(double.PositiveInfinity);
            if (!Judge(portfolio, [], ref none, out double reach, out int held))
                Draw(portfolio, reach, held, levels);
            for (int slot = 0; slot < _holdingCounts[portfolio]; slot++)
                for (int side = 0; side < 2; side++)
                    _levels.Append(2 * _assets[portfolio * Lanes + slot] + side, portfolio * Lanes + slot, levels[2 * slot + side]);
        }
        _levels.Build();
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private int Refuse(Span<FiredPortfolio> fired)
    {
        RefusedPrices++;
        return TakeUntold(fired);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private int Cross(int asset, double price, Span<FiredPortfolio> fired)
    {
        int count = TakeUntold(fired);
        int up = _levels.Crossed(2 * asset, price, _crossed);
        int all = up + _levels.Crossed(2 * asset + 1, -price, _crossed.AsSpan(up));
        for (int i = 0; i < Math.Min(Ahead, all); i++)
            Prefetch(_crossed[i]);
        for (int i = 0; i < all; i++)
        {
            if (i + Ahead < all)
                Prefetch(_crossed[i + Ahead]);
            int entry = _crossed[i];
            int portfolio = entry / Lanes;
            // One that has fired is not looked at: its level, once met, goes out of the way.
            if (_states[portfolio] != State.Watched || Test(portfolio, fired, ref count))
                _levels.File(
                    i < up ? 2 * asset : 2 * asset + 1, entry, double.PositiveInfinity, i < up ? price : -price);
        }
        return count;
    }

    private void Prefetch(int entry)
    {
        int portfolio = entry / Lanes;
        CacheLines.Prefetch(in _quantities.Span[portfolio * Lanes]);
        CacheLines.Prefetch(in _targets.Span[portfolio * Lanes]);
        CacheLines.Prefetch(in _assets[portfolio * Lanes]);
        CacheLines.Prefetch(in _cash[portfolio]);
        CacheLines.Prefetch(in _states[portfolio]);
        _levels.PrefetchPlaces(portfolio * Lanes);
    }

    /// <summary>True when it has fired; otherwise it has a new fence.</summary>
    private bool Test(int portfolio, Span<FiredPortfolio> fired, ref int count)
    {
        if (Judge(portfolio, fired, ref count, out double reach, out int held))
            return true;
        Span<double> levels = stackalloc double[2 * Lanes];
        Draw(portfolio, reach, held, levels);
        int first = portfolio * Lanes;
        int holdings = _holdingCounts[portfolio];
        for (int slot = 0; slot < holdings; slot++)
        {
            _levels.Prefetch(2 * _assets[first + slot], first + slot);
            _levels.Prefetch(2 * _assets[first + slot] + 1, first + slot);
        }
        for (int slot = 0; slot < holdings; slot++)
        {
            int asset = _assets[first + slot];
            _levels.File(2 * asset, first + slot, levels[2 * slot], _prices[asset]);
            _levels.File(2 * asset + 1, first + slot, levels[2 * slot + 1], -_prices[asset]);
        }
        return false;
    }

    /// <summary>The exact test. True when it has fired; otherwise how far its prices may move, and which holdings are worth something.</summary>
    private bool Judge(int portfolio, Span<FiredPortfolio> fired, ref int count, out double reach, out int held)
    {
        Tests++;
        Span<double> values = stackalloc double[Lanes], prices = stackalloc double[Lanes], paces = stackalloc double[Lanes];
        int first = portfolio * Lanes;
        for (int slot = 0; slot < Lanes; slot++)
        {
            int asset = _assets[first + slot]; // 0 where there is no holding: its quantity is 0 as well
            prices[slot] = _prices[asset];
            paces[slot] = _paces[asset];
        }
        ref readonly CashTerms cash = ref _cash[portfolio];
        ReadOnlySpan<double> targets = _targets.Span.Slice(first, Lanes);
        double total = ValuationKernel.Measure(_quantities.Span.Slice(first, Lanes), prices, values) + cash.Held;
        int outside = HoldingsKernel.Outside(values, cash.Held, total, targets, cash.Target, cash.Band);
        held = 0;
        reach = 0;
        if (outside != 0)
        {
            Fire(Worst(portfolio, outside, values, total), fired, ref count);
            return true;
        }
        for (int slot = 0; slot < Lanes; slot++)
            if (values[slot] > 0) // what is worth nothing moves nothing, whatever its price
                held |= 1 << slot;
        reach = HoldingsKernel.Reach(values, cash.Held, total, targets, cash.Target, cash.Band, paces);
        return false;
    }

    private FiredPortfolio Worst(int portfolio, int outside, ReadOnlySpan<double> values, double total)
    {
        int first = portfolio * Lanes;
        AssetId worst = AssetId.None;
        double greatest = 0;
        for (int slot = 0; slot < Lanes; slot++)
        {
            double drift = values[slot] / total - _targets.Span[first + slot];
            if ((outside & (1 << slot)) == 0 || !(Math.Abs(drift) > Math.Abs(greatest)))
                continue;
            worst = AssetId.FromIndex(_assets[first + slot]);
            greatest = drift;
        }
        double ofCash = _cash[portfolio].Held / total - _cash[portfolio].Target;
        return (outside & HoldingsKernel.CashBit) != 0 && Math.Abs(ofCash) > Math.Abs(greatest)
            ? new FiredPortfolio(portfolio, _numeraire, ofCash)
            : new FiredPortfolio(portfolio, worst, greatest);
    }

    private void Fire(FiredPortfolio verdict, Span<FiredPortfolio> fired, ref int count)
    {
        if (UntoldCount == 0 && count < fired.Length)
        {
            fired[count++] = verdict;
            _states[verdict.Portfolio] = State.Told;
            return;
        }
        int place = _firstUntold + UntoldCount++;
        _untold[place >= _untold.Length ? place - _untold.Length : place] = verdict;
        _states[verdict.Portfolio] = State.Untold;
    }

    /// <summary>The levels of the fence: upward and downward of each place, downward with its sign turned.</summary>
    private void Draw(int portfolio, double reach, int held, Span<double> levels)
    {
        for (int slot = 0; slot < Lanes; slot++)
        {
            int asset = _assets[portfolio * Lanes + slot];
            double price = _prices[asset];
            bool matters = (held & (1 << slot)) != 0 && reach < double.PositiveInfinity;
            double move = Math.Min(reach * _paces[asset], WidestMove);
            levels[2 * slot] = matters ? price * (1 + move) : double.PositiveInfinity;
            levels[2 * slot + 1] = matters && move < 1 ? -(price * (1 - move)) : double.PositiveInfinity;
        }
    }
}
