namespace FastRebalance.Engine;

/// <summary>
/// The largest value that a portfolio has had, and the most that it has lost from it since an operator last resumed trading. A pure
/// function of the passes that valued the portfolio: one a block at least, and every one whose prices had left the fence.
/// </summary>
/// <remarks>
/// Money that comes or goes from outside is no gain and no loss: when holdings change while no order was under way, the peak is scaled
/// by what the change did to the value, so that the drawdown stays as it was. What changes while an order is under way is put down to the
/// order, and the value is taken up again once it has ended. A deposit in the very block of a trade is taken for gain; a resume begins
/// anew from the value that is there.
/// </remarks>
public sealed class HighWaterMark(int assetCount)
{
    private readonly double[] _quantities = new double[assetCount];
    private ulong _orders;
    private long _resumes;
    private bool _orderWasOut;

    /// <summary>0 before the first pass that valued the portfolio.</summary>
    public double PeakNumeraire { get; private set; }

    /// <summary>Most that was lost from the peak since the last resume, as a fraction of it: it grows and does not shrink.</summary>
    public double WorstDrawdown { get; private set; }

    /// <summary>Takes a pass in that was valued.</summary>
    public void See(RebalanceCycle cycle)
    {
        double value = cycle.TotalNumeraire;
        if (!(value > 0) || !double.IsFinite(value))
            return;
        MarketState market = cycle.Market;
        if (market.Orders.IsInFlight)
        {
            _orderWasOut = true; // it is valued at the least that it must bring, which is no loss yet
            return;
        }
        if (PeakNumeraire == 0 || market.Resumes != _resumes)
            (PeakNumeraire, WorstDrawdown) = (value, 0);
        else if (!_orderWasOut && market.Orders.Count == _orders)
            TakeFlow(market, value);
        Remember(market);
        PeakNumeraire = Math.Max(PeakNumeraire, value);
        WorstDrawdown = Math.Max(WorstDrawdown, 1 - (value / PeakNumeraire));
    }

    private void TakeFlow(MarketState market, double value)
    {
        if (market.Quantities.SequenceEqual(_quantities))
            return;
        double withoutFlow = 0;
        for (int i = 0; i < _quantities.Length; i++)
            withoutFlow += _quantities[i] * market.Prices[i];
        PeakNumeraire = withoutFlow > 0 ? PeakNumeraire * value / withoutFlow : value;
    }

    private void Remember(MarketState market)
    {
        market.Quantities.CopyTo(_quantities);
        _orders = market.Orders.Count;
        _orderWasOut = false;
        _resumes = market.Resumes;
    }
}
