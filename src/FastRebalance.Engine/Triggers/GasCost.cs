namespace FastRebalance.Engine.Triggers;

/// <summary>What a rebalance would cost in gas at this block, before its route is known.</summary>
internal static class GasCost
{
    /// <summary>Two legs of one pool each, on the dear side.</summary>
    public const double UsualUnits = 300_000;

    public const string UnitsWanted = "units of gas from 21000 to 30000000";

    public static bool AreUnits(double units) => units is >= 21_000 and <= 30_000_000;

    /// <summary>At the base fee and the usual tip, with a rollup's fee for bytes; 0 while the native coin's price is unknown.</summary>
    public static double Numeraire(MarketState market, double units) =>
        units * market.WeiPerGas * market.NumerairePerWei;
}
