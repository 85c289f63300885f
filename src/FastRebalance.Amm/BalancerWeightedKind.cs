using FastRebalance.Amm.Abi;
using FastRebalance.Amm.Balancer;
using FastRebalance.Core.Assets;

namespace FastRebalance.Amm;

/// <summary>
/// Weighted pools of Balancer's V2 vault with weights that stay. Those deployed before 2022 have no recovery mode, and their powers no
/// shortcuts.
/// </summary>
public sealed class BalancerWeightedKind : PoolKind
{
    public override string Name => BalancerWeightedPool.KindName;

    public override IPoolDescription BeginDescription(PoolSite site) => new BalancerDescription(Name, site.Address, new OwnCalls());

    public override Pool Create(PoolFacts facts, PoolId id, IReadOnlyList<AssetId> assets) => new BalancerWeightedPool(facts, id, assets);

    private sealed class OwnCalls : BalancerDescription.IOwnCalls
    {
        public IReadOnlyList<AbiFunction> Functions { get; } =
            [VaultCalls.GetNormalizedWeights, VaultCalls.InRecoveryMode, VaultCalls.GetGradualWeightUpdate];

        public string? WrongWith(ReadOnlySpan<byte[]> answers, out bool isOlder)
        {
            isOlder = answers[1].Length == 0;
            if (VaultCalls.ReadNumbers(answers[0]) is null)
                return $"{VaultCalls.GetNormalizedWeights.Signature} did not answer weights; is it another kind of pool?";
            return answers[2].Length == 0 ? null : "its weights move with time, which cannot be quoted exactly";
        }
    }
}
