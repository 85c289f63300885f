using FastRebalance.Core.Assets;
using FastRebalance.Kernels;

namespace FastRebalance.Engine.Fleet;

/// <summary>
/// Portfolios before they are watched: set-up adds each, then opens the fleet at the first prices. What the fleet holds is written here
/// once and not copied.
/// </summary>
/// <remarks>
/// Quantities and targets are double: with single precision a weight would be off by a thousandth of a basis point, and the engine that
/// trades would not agree with the fleet on which portfolio is outside.
/// </remarks>
public sealed class FleetBook
{
    /// <summary>The most holdings of one portfolio, cash not counted.</summary>
    public const int MostHoldings = HoldingsKernel.Lanes;

    // Targets are sums of decimal fractions; what is left of 1 after them is cash, or rounding.
    private const double TargetTolerance = 1e-9;

    /// <param name="assetCount">Assets with a price.</param>
    /// <param name="numeraire">Names cash in verdicts; no holding may be of it.</param>
    /// <param name="capacity">Portfolios at most.</param>
    /// <exception cref="ArgumentException">A count is not possible.</exception>
    public FleetBook(int assetCount, AssetId numeraire, int capacity)
    {
        if (assetCount is < 1 or > ushort.MaxValue - 1)
            throw new ArgumentException($"the fleet has {assetCount} assets: wanted is a number from 1 to {ushort.MaxValue - 1}");
        if (capacity is < 1 or > int.MaxValue / (4 * MostHoldings))
            throw new ArgumentException($"the fleet has room for {capacity} portfolios: wanted is 1 to {int.MaxValue / (4 * MostHoldings)}");
        Numeraire = numeraire;
        Holders = new int[assetCount];
        Quantities = CacheLines.Allocate<double>(capacity * MostHoldings);
        Targets = CacheLines.Allocate<double>(capacity * MostHoldings);
        Assets = new ushort[capacity * MostHoldings];
        HoldingCounts = new byte[capacity];
        Cash = new CashTerms[capacity];
    }

    /// <summary>Portfolios added.</summary>
    public int Count { get; private set; }

    internal AssetId Numeraire { get; }

    /// <summary>Portfolios that hold each asset.</summary>
    internal int[] Holders { get; }

    internal Memory<double> Quantities { get; }

    internal Memory<double> Targets { get; }

    internal ushort[] Assets { get; }

    internal byte[] HoldingCounts { get; }

    internal CashTerms[] Cash { get; }

    internal bool IsOpened { get; private set; }

    /// <summary>Adds a portfolio; its place in the fleet is returned. What the targets leave of 1 is the target of cash.</summary>
    /// <param name="assets">Its holdings, at most <see cref="MostHoldings"/>; none twice.</param>
    /// <param name="quantities">Whole tokens of each; long only.</param>
    /// <param name="targets">Fractions of the portfolio, of each; 0 for one to be held no longer.</param>
    /// <param name="cash">Numeraire held.</param>
    /// <param name="band">Of each weight, cash among them.</param>
    /// <exception cref="ArgumentException">Something of it cannot be; the message says what would.</exception>
    /// <exception cref="InvalidOperationException">The book is full or already open.</exception>
    public int Add(
        ReadOnlySpan<AssetId> assets, ReadOnlySpan<double> quantities, ReadOnlySpan<double> targets, double cash, WeightBand band)
    {
        if (IsOpened || Count == Cash.Length)
            throw new InvalidOperationException(IsOpened ? "the fleet is open already" : $"the book has room for {Cash.Length} portfolios");
        double cashTarget = Check(assets, quantities, targets, cash, band);
        int portfolio = Count++;
        int first = portfolio * MostHoldings;
        for (int slot = 0; slot < assets.Length; slot++)
        {
            Assets[first + slot] = (ushort)assets[slot].Index;
            Holders[assets[slot].Index]++;
        }
        quantities.CopyTo(Quantities.Span[first..]);
        targets.CopyTo(Targets.Span[first..]);
        HoldingCounts[portfolio] = (byte)assets.Length;
        Cash[portfolio] = new CashTerms(cash, cashTarget, band);
        return portfolio;
    }

    /// <summary>Opens the fleet: from here on it watches. Portfolios that are outside their bands already have fired.</summary>
    /// <param name="prices">Numeraire per whole token of every asset.</param>
    /// <param name="paces">How far an asset moves compared with the others, its volatility say; empty for one pace for all.</param>
    /// <exception cref="ArgumentException">A price or a pace is missing or cannot be.</exception>
    /// <exception cref="InvalidOperationException">It is open already.</exception>
    public PortfolioFleet Open(ReadOnlySpan<double> prices, ReadOnlySpan<double> paces = default)
    {
        if (IsOpened)
            throw new InvalidOperationException("the fleet is open already");
        if (prices.Length != Holders.Length || (!paces.IsEmpty && paces.Length != Holders.Length))
            throw new ArgumentException($"{Holders.Length} prices and as many paces or none: found {prices.Length} and {paces.Length}");
        foreach (double price in prices)
            if (!PortfolioFleet.IsUsable(price))
                throw new ArgumentException($"a price is {price}: wanted is one from {PortfolioFleet.LeastPrice} to {PortfolioFleet.GreatestPrice}");
        foreach (double pace in paces)
            if (!(pace is >= 1e-6 and <= 1e6))
                throw new ArgumentException($"a pace is {pace}: wanted is one from 1e-6 to 1e6");
        IsOpened = true;
        return new PortfolioFleet(this, prices, paces);
    }

    private double Check(
        ReadOnlySpan<AssetId> assets, ReadOnlySpan<double> quantities, ReadOnlySpan<double> targets, double cash, WeightBand band)
    {
        if (assets.Length is < 1 or > MostHoldings || quantities.Length != assets.Length || targets.Length != assets.Length)
            throw new ArgumentException(
                $"1 to {MostHoldings} assets and as many quantities and targets: found {assets.Length}, {quantities.Length} and {targets.Length}");
        double sum = 0;
        for (int i = 0; i < assets.Length; i++)
        {
            if ((uint)assets[i].Index >= (uint)Holders.Length || assets[i] == Numeraire || assets[..i].Contains(assets[i]))
                throw new ArgumentException($"a holding is of {assets[i]}: wanted is a priced asset, each once");
            if (!PortfolioFleet.IsQuantity(quantities[i]) || !(targets[i] is >= 0 and <= 1))
                throw new ArgumentException($"{assets[i]} has {quantities[i]} tokens and a target of {targets[i]}: wanted are 0 or 1e-30 to 1e30, and 0 to 1");
            sum += targets[i];
        }
        if (!PortfolioFleet.IsQuantity(cash) || !band.IsUsable)
            throw new ArgumentException($"there are {cash} cash and {band}: wanted are 0 or 1e-30 to 1e30, and bands above zero");
        if (sum > 1 + TargetTolerance)
            throw new ArgumentException($"the targets come to {sum}: wanted is at most 1");
        return 1 - sum > TargetTolerance ? 1 - sum : 0;
    }
}
