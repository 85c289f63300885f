using FastRebalance.Ethereum.Chains;

namespace FastRebalance.Composition;

/// <summary>Every kind of chain by name. To add one: a file in <c>Ethereum/Chains</c> and a line here.</summary>
public static class ChainProfiles
{
    private static readonly IChainProfile[] Known =
    [
        new MainnetProfile(),
        new OpStackProfile(),
        new ArbitrumProfile(),
        new PolygonProfile(),
        new DevnetProfile(),
    ];

    /// <summary>What serves where no profile knows the chain.</summary>
    public static IChainProfile Unknown { get; } = new UnknownChainProfile();

    public static IReadOnlyList<IChainProfile> All => Known;

    public static string NamesText => string.Join(", ", Known.Select(static profile => profile.Name));

    /// <summary>The profile of this name; null where there is none.</summary>
    public static IChainProfile? ByName(string name) => Array.Find(Known, profile => profile.Name == name);

    /// <summary>The profile of this chain, or <see cref="Unknown"/>.</summary>
    public static IChainProfile ById(ulong chainId) => Array.Find(Known, profile => profile.ChainIds.Contains(chainId)) ?? Unknown;
}
