namespace FastRebalance.Routing.Baskets;

/// <summary>A leg as the growths say it, before its amounts are whole units.</summary>
internal struct DraftLeg
{
    public int Edge;
    public int Sell;
    public int Buy;

    /// <summary>Base units.</summary>
    public double AmountIn;

    /// <summary>Share of the portfolio that goes in.</summary>
    public double Share;

    public bool SellsA;
}
