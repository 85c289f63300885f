using FastRebalance.Core.Assets;

namespace FastRebalance.Devnet.Lending;

/// <summary>The lending market as it stands on the chain.</summary>
internal sealed record LendingContracts
{
    public required Address AddressesProvider { get; init; }

    public required Address Pool { get; init; }

    public required Address PoolConfigurator { get; init; }

    public required Address AclManager { get; init; }

    public required Address Oracle { get; init; }

    public required Address DataProvider { get; init; }

    public required IReadOnlyList<DevnetReserve> Reserves { get; init; }

    /// <summary>By the names of the manifest.</summary>
    public IReadOnlyDictionary<string, Address> ByName() => new Dictionary<string, Address>
    {
        ["aavePoolAddressesProvider"] = AddressesProvider,
        ["aavePool"] = Pool,
        ["aavePoolConfigurator"] = PoolConfigurator,
        ["aaveAclManager"] = AclManager,
        ["aaveOracle"] = Oracle,
        ["aaveProtocolDataProvider"] = DataProvider,
    };
}
