using FastRebalance.Core.Assets;

namespace FastRebalance.Lending;

/// <summary>The contracts of a market.</summary>
public sealed record LendingSites(Address AddressesProvider, Address Pool, Address Configurator, Address Oracle);
