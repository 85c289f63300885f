namespace FastRebalance.Quant.Leverage;

/// <summary>An action with its size.</summary>
/// <param name="Action">What to do.</param>
/// <param name="Units">Of the asset to buy now, negative to sell; zero where the action does not trade.</param>
/// <param name="TotalUnits">What the whole way would take.</param>
/// <param name="Goal">Leverage at the end of that way.</param>
/// <param name="Slippage">Share that may be lost on it.</param>
public readonly record struct LeverageDecision(
    LeverageAction Action, double Units = 0, double TotalUnits = 0, double Goal = double.NaN, double Slippage = 0)
{
    /// <summary>This trade goes all the way.</summary>
    public bool IsWhole => Units == TotalUnits;
}
