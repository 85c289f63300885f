namespace FastRebalance.Ethereum.Chains;

/// <summary>A kind of chain, by name and by the ids of the chains that are of it.</summary>
public interface IChainProfile
{
    /// <summary>The name in configurations and reports.</summary>
    string Name { get; }

    /// <summary>Chains that are known to be of this kind.</summary>
    IReadOnlyList<ulong> ChainIds { get; }

    ChainRules Rules { get; }
}
