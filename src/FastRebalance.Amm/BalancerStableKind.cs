using FastRebalance.Amm.Abi;
using FastRebalance.Amm.Balancer;
using FastRebalance.Core.Assets;

namespace FastRebalance.Amm;

/// <summary>
/// Composable stable pools of Balancer's V2 vault, and the meta-stable pools of 2021, which have no share token in the vault and another
/// rounding of the invariant.
/// </summary>
public sealed class BalancerStableKind : PoolKind
{
    public override string Name => BalancerStablePool.KindName;

    public override IPoolDescription BeginDescription(PoolSite site) => new BalancerDescription(Name, site.Address, new OwnCalls());

    public override Pool Create(PoolFacts facts, PoolId id, IReadOnlyList<AssetId> assets) => new BalancerStablePool(facts, id, assets);

    private sealed class OwnCalls : BalancerDescription.IOwnCalls
    {
        public IReadOnlyList<AbiFunction> Functions { get; } =
            [VaultCalls.GetAmplification, VaultCalls.GetScalingFactors, VaultCalls.GetBptIndex, VaultCalls.InRecoveryMode];

        public string? WrongWith(ReadOnlySpan<byte[]> answers, out bool isOlder)
        {
            isOlder = answers[2].Length == 0;
            if (!AbiWords.TryReadUInt(answers[0], 2, 64, out UInt256 precision) || precision != StableMath.AmplificationPrecision)
                return $"{VaultCalls.GetAmplification.Signature} did not answer; is it another kind of pool?";
            if (VaultCalls.ReadNumbers(answers[1]) is null)
                return $"{VaultCalls.GetScalingFactors.Signature} did not answer scaling factors";
            return isOlder || answers[3].Length != 0 ? null
                : "it is a phantom pool of early 2022, whose arithmetic is not known here";
        }
    }
}
