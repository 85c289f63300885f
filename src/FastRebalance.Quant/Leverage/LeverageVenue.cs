namespace FastRebalance.Quant.Leverage;

/// <summary>What one venue takes at once.</summary>
/// <param name="MostUnits">Units of the asset in one slice; above zero.</param>
/// <param name="RipcordMostUnits">The same from the ripcord on; zero where the venue is not to be used then.</param>
public readonly record struct LeverageVenue(double MostUnits, double RipcordMostUnits);
