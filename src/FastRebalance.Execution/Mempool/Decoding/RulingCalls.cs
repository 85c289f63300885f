using FastRebalance.Core.Assets;

namespace FastRebalance.Execution.Mempool.Decoding;

/// <summary>
/// What those who rule a contract may do to it: stop it, change its code or its fee, or its price. And Permit2 and the tokens themselves, of whose
/// calls only these matter here.
/// </summary>
internal static class RulingCalls
{
    private static readonly SelectorTable<EffectKind> s_ruling = new(
        ("pause()", EffectKind.Pause),
        ("unpause()", EffectKind.Pause),
        ("setPaused(bool)", EffectKind.Pause),
        ("setPoolPause(bool)", EffectKind.Pause),
        ("enableRecoveryMode()", EffectKind.Pause),
        ("kill_me()", EffectKind.Pause),
        ("blacklist(address)", EffectKind.Pause),
        ("upgradeTo(address)", EffectKind.Upgrade),
        ("upgradeToAndCall(address,bytes)", EffectKind.Upgrade),
        ("upgrade(address,address)", EffectKind.Upgrade),
        ("upgradeAndCall(address,address,bytes)", EffectKind.Upgrade),
        ("changeAdmin(address)", EffectKind.Upgrade),
        ("changeProxyAdmin(address,address)", EffectKind.Upgrade),
        ("setImplementation(address)", EffectKind.Upgrade),
        ("transferOwnership(address)", EffectKind.Upgrade),
        ("setOwner(address)", EffectKind.Upgrade),
        ("setAuthorizer(address)", EffectKind.Upgrade),
        ("proposeAggregator(address)", EffectKind.Upgrade),
        ("confirmAggregator(address)", EffectKind.Upgrade),
        ("setFee(uint256)", EffectKind.FeeChange),
        ("setSwapFee(uint256)", EffectKind.FeeChange),
        ("setSwapFeePercentage(uint256)", EffectKind.FeeChange),
        ("setFeeTo(address)", EffectKind.FeeChange),
        ("setFeeToSetter(address)", EffectKind.FeeChange),
        ("setFeeProtocol(uint8,uint8)", EffectKind.FeeChange),
        ("startAmplificationParameterUpdate(uint256,uint256)", EffectKind.FeeChange),
        ("stopAmplificationParameterUpdate()", EffectKind.FeeChange),
        ("ramp_A(uint256,uint256)", EffectKind.FeeChange),
        ("apply_new_fee()", EffectKind.FeeChange),
        ("transmit(bytes32[3],bytes,bytes32[],bytes32[],bytes32)", EffectKind.OracleUpdate),
        ("transmit(bytes,bytes32[],bytes32[],bytes32)", EffectKind.OracleUpdate),
        ("submit(uint256,int256)", EffectKind.OracleUpdate),
        ("updateAnswer(int256)", EffectKind.OracleUpdate),
        ("setAnswer(int256)", EffectKind.OracleUpdate),
        ("updatePriceFeeds(bytes[])", EffectKind.OracleUpdate),
        ("poke(bytes32)", EffectKind.OracleUpdate));

    /// <summary>False without a verdict where the function is none of these.</summary>
    public static bool TryRead(ref EffectWriter writer, WatchedRole role, PoolId pool, AssetId asset, ReadOnlySpan<byte> input) =>
        s_ruling.TryFind(input, out EffectKind kind)
        && writer.Add(new PendingEffect { Kind = kind, Role = role, Pool = pool, Sell = asset });
}
