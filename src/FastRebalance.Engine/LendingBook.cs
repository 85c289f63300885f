using FastRebalance.Core.Assets;
using FastRebalance.Core.Events;

namespace FastRebalance.Engine;

/// <summary>
/// What the account has in a lending market and owes it, and what the market asks for: as of the newest block, interest in. Engine thread
/// only; allocates nothing after construction.
/// </summary>
/// <remarks>
/// Health here is in doubles, for deciding; the exact figure, in the market's own roundings, is the feed's and the contract's. Assets that the
/// market does not know have neither terms nor a position, and do not count.
/// </remarks>
public sealed class LendingBook
{
    private readonly LendingTerms[] _terms;
    private readonly LendingPosition[] _positions;
    private readonly double[] _unitsPerToken;

    internal LendingBook(double[] unitsPerToken)
    {
        _unitsPerToken = unitsPerToken;
        _terms = new LendingTerms[unitsPerToken.Length];
        _positions = new LendingPosition[unitsPerToken.Length];
    }

    /// <summary>The market has told a position, or terms: there is one to look at.</summary>
    public bool IsTold { get; private set; }

    /// <summary>Block of the newest position told.</summary>
    public ulong Block { get; private set; }

    /// <summary>What the market asks of an asset; nothing set where it does not know it.</summary>
    public ref readonly LendingTerms TermsOf(AssetId asset) => ref _terms[asset.Index];

    public ref readonly LendingPosition PositionOf(AssetId asset) => ref _positions[asset.Index];

    /// <summary>Whole tokens supplied.</summary>
    public double SuppliedTokens(AssetId asset) => (double)_positions[asset.Index].Supplied / _unitsPerToken[asset.Index];

    /// <summary>Whole tokens owed.</summary>
    public double BorrowedTokens(AssetId asset) => (double)_positions[asset.Index].Borrowed / _unitsPerToken[asset.Index];

    /// <summary>Share of collateral that counts against debt, as a fraction.</summary>
    public double ThresholdOf(AssetId asset) => new Bps(_terms[asset.Index].LiquidationThresholdBps).Fraction;

    /// <summary>Share of collateral that new debt may be taken out against, as a fraction.</summary>
    public double LoanToValueOf(AssetId asset) => new Bps(_terms[asset.Index].LoanToValueBps).Fraction;

    /// <summary>The market's own price of one asset in whole tokens of another; 0 while either is unknown.</summary>
    public double OracleRatio(AssetId asset, AssetId quote) => _terms[quote.Index].OraclePrice is var unit and > 0
        ? (double)_terms[asset.Index].OraclePrice / unit
        : 0;

    /// <summary>The health factor at the market's own prices; infinite without debt, NaN where a price that counts is missing.</summary>
    public double OracleHealth() => Health(default);

    /// <summary>The health factor at other prices; infinite without debt.</summary>
    /// <param name="prices">Numeraire per whole token, by asset; empty for the market's own.</param>
    public double Health(ReadOnlySpan<double> prices)
    {
        double weighted = 0, debt = 0;
        for (int i = 0; i < _positions.Length; i++)
        {
            ref readonly LendingPosition position = ref _positions[i];
            if (position.Supplied.IsZero && position.Borrowed.IsZero)
                continue;
            double price = prices.IsEmpty ? _terms[i].OraclePrice : prices[i];
            if (!(price > 0))
                return double.NaN;
            if (position.IsCollateral)
                weighted += (double)position.Supplied / _unitsPerToken[i] * price * _terms[i].LiquidationThresholdBps / Bps.PerUnit;
            debt += (double)position.Borrowed / _unitsPerToken[i] * price;
        }
        return debt > 0 ? weighted / debt : double.PositiveInfinity;
    }

    /// <summary>
    /// The health factor at the market's own prices once these are bought, below zero sold: what is bought repays and is then supplied, what is
    /// sold comes out of what is supplied and then is owed. NaN where a price that counts is missing.
    /// </summary>
    /// <param name="tokens">Whole tokens by asset.</param>
    public double OracleHealthAfter(ReadOnlySpan<double> tokens)
    {
        double weighted = 0, debt = 0;
        for (int i = 0; i < _positions.Length; i++)
        {
            AssetId asset = AssetId.FromIndex(i);
            double supplied = SuppliedTokens(asset), borrowed = BorrowedTokens(asset), change = tokens[i];
            if (supplied == 0 && borrowed == 0 && change == 0)
                continue;
            bool counts = _positions[i].IsCollateral || _positions[i].Supplied.IsZero; // a first supply counts from then on
            if (_terms[i].OraclePrice == 0)
                return double.NaN;
            double repaid = Math.Clamp(change, 0, borrowed), withdrawn = Math.Clamp(-change, 0, supplied);
            supplied += Math.Max(0, change - repaid) - withdrawn;
            borrowed += Math.Max(0, -change - withdrawn) - repaid;
            weighted += counts ? supplied * _terms[i].OraclePrice * ThresholdOf(asset) : 0;
            debt += borrowed * _terms[i].OraclePrice;
        }
        return debt > 0 ? weighted / debt : double.PositiveInfinity;
    }

    /// <summary>
    /// The price of one asset, all others kept, at which health is <paramref name="health"/>; 0 where it does not depend on it, or no price does.
    /// </summary>
    /// <param name="asset">Whose price moves.</param>
    /// <param name="prices">Numeraire per whole token, by asset.</param>
    /// <param name="health">Such as 1, where it may be liquidated.</param>
    public double PriceAtHealth(AssetId asset, ReadOnlySpan<double> prices, double health)
    {
        double weighted = 0, debt = 0;
        for (int i = 0; i < _positions.Length; i++)
        {
            if (i == asset.Index)
                continue;
            if (_positions[i].IsCollateral)
                weighted += (double)_positions[i].Supplied / _unitsPerToken[i] * prices[i] * _terms[i].LiquidationThresholdBps / Bps.PerUnit;
            debt += (double)_positions[i].Borrowed / _unitsPerToken[i] * prices[i];
        }
        double perPrice = (_positions[asset.Index].IsCollateral ? SuppliedTokens(asset) * ThresholdOf(asset) : 0) - (health * BorrowedTokens(asset));
        double price = ((health * debt) - weighted) / perPrice;
        return price > 0 && double.IsFinite(price) ? price : 0;
    }

    /// <summary>
    /// Base units of an asset that an order may sell: what is supplied of it comes out first, then debt is taken on. What is outside the market
    /// does not count.
    /// </summary>
    /// <param name="asset">What is sold.</param>
    /// <param name="mayBorrow">Whether debt may be taken on for it.</param>
    public UInt256 Sellable(AssetId asset, bool mayBorrow)
    {
        UInt256 supplied = _positions[asset.Index].Supplied;
        return !mayBorrow ? supplied
            : UInt256.TryAdd(in supplied, in _terms[asset.Index].Borrowable, out UInt256 all) ? all : UInt256.MaxValue;
    }

    internal void Take(int asset, in LendingTerms terms)
    {
        _terms[asset] = terms;
        IsTold = true;
    }

    internal void Take(int asset, in LendingPosition position, ulong block)
    {
        _positions[asset] = position;
        Block = block;
        IsTold = true;
    }

    /// <summary>Whole tokens supplied less those owed.</summary>
    internal double NetTokens(int asset) =>
        ((double)_positions[asset].Supplied - (double)_positions[asset].Borrowed) / _unitsPerToken[asset];
}
