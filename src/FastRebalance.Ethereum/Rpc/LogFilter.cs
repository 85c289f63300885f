using FastRebalance.Core.Assets;

namespace FastRebalance.Ethereum.Rpc;

/// <summary>Which logs a subscription wants.</summary>
/// <param name="Addresses">Any of these contracts; all when empty.</param>
/// <param name="Topic0">Any of these first topics; all when empty.</param>
public sealed record LogFilter(IReadOnlyList<Address> Addresses, IReadOnlyList<Hash32> Topic0)
{
    public LogFilter(IReadOnlyList<Address> addresses) : this(addresses, []) { }
}
