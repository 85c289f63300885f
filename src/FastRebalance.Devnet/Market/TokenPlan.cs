namespace FastRebalance.Devnet.Market;

/// <summary>A token to deploy and the price, in USDC per whole token, at which all its pools start.</summary>
internal sealed record TokenPlan(string Symbol, string Name, int Decimals, double StartPrice)
{
    /// <summary>Base units, rounded down to what a double holds, of so much value in USDC.</summary>
    public double BaseUnitsOf(double valueUsdc) => valueUsdc / StartPrice * Math.Pow(10, Decimals);
}
