namespace FastRebalance.Execution.Presigning;

/// <summary>A rung's place on its ladder.</summary>
/// <param name="Slot">From 0 for the lowest nonce.</param>
/// <param name="Fee">Fee level, ascending.</param>
/// <param name="Size">Size bucket, ascending.</param>
/// <param name="Route">Foreseen order, likeliest first.</param>
/// <param name="Limit">Limit bucket, loosest first.</param>
public readonly record struct RungKey(byte Slot, byte Fee, byte Size, byte Route, byte Limit);
