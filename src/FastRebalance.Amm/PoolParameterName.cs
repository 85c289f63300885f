namespace FastRebalance.Amm;

/// <summary>A field beside a pool's address in the configuration.</summary>
/// <param name="Name">The field, such as <c>hooks</c>.</param>
/// <param name="Wanted">What is right there, for the message to whoever wrote something else.</param>
/// <param name="IsRequired">The pool cannot be found without it.</param>
public sealed record PoolParameterName(string Name, string Wanted, bool IsRequired);
