using FastRebalance.Amm.Abi;
using FastRebalance.Core.Assets;

namespace FastRebalance.Amm.Balancer;

/// <summary>What Balancer's V2 vault and its pools are asked and what they log.</summary>
internal static class VaultCalls
{
    public static readonly AbiFunction GetPoolId = new("getPoolId()", 0x38fff2d0);
    public static readonly AbiFunction GetVault = new("getVault()", 0x8d928af8);
    public static readonly AbiFunction GetPoolTokens = new("getPoolTokens(bytes32)", 0xf94d4668);
    public static readonly AbiFunction GetSwapFee = new("getSwapFeePercentage()", 0x55c67628);
    public static readonly AbiFunction GetPausedState = new("getPausedState()", 0x1c0de051);
    public static readonly AbiFunction InRecoveryMode = new("inRecoveryMode()", 0xb35056b8);
    public static readonly AbiFunction GetNormalizedWeights = new("getNormalizedWeights()", 0xf89f27ed);
    public static readonly AbiFunction GetGradualWeightUpdate = new("getGradualWeightUpdateParams()", 0x7beed220);
    public static readonly AbiFunction GetAmplification = new("getAmplificationParameter()", 0x6daccffa);
    public static readonly AbiFunction GetScalingFactors = new("getScalingFactors()", 0x1dd746ea);
    public static readonly AbiFunction GetBptIndex = new("getBptIndex()", 0x82687a56);
    public static readonly AbiFunction Decimals = new("decimals()", 0x313ce567);
    public static readonly AbiFunction Swap =
        new("swap((bytes32,uint8,address,address,uint256,bytes),(address,bool,address,bool),uint256,uint256)", 0x52bbbe29);

    public static readonly AbiEvent Swapped = new(
        "Swap(bytes32,address,address,uint256,uint256)", "0x2170c741c41531aec20e7c107c24eecfdd15e69c9bb0a8dd37b1840b9e0b207b");
    public static readonly AbiEvent BalanceChanged = new(
        "PoolBalanceChanged(bytes32,address,address[],int256[],uint256[])", "0xe5ce249087ce04f05a957192435400fd97868dba0e6a4b4c049abf8af80dae78");
    public static readonly AbiEvent BalanceManaged = new(
        "PoolBalanceManaged(bytes32,address,address,int256,int256)", "0x6edcaf6241105b4c94c2efdbf3a6b12458eb3d07be3a0e81d24b13c44045fe7a");
    public static readonly AbiEvent SwapFeeChanged = new(
        "SwapFeePercentageChanged(uint256)", "0xa9ba3ffe0b6c366b81232caab38605a0699ad5398d6cce76f91ee809e322dafc");
    public static readonly AbiEvent PausedStateChanged = new(
        "PausedStateChanged(bool)", "0x9e3a5e37224532dea67b89face185703738a228a6e8a23dee546960180d3be64");
    public static readonly AbiEvent AmplificationUpdateStarted = new(
        "AmpUpdateStarted(uint256,uint256,uint256,uint256)", "0x1835882ee7a34ac194f717a35e09bb1d24c82a3b9d854ab6c9749525b714cdf2");
    public static readonly AbiEvent AmplificationUpdateStopped = new(
        "AmpUpdateStopped(uint256)", "0xa0d01593e47e69d07e0ccd87bece09411e07dd1ed40ca8f2e7af2976542a0233");
    public static readonly AbiEvent TokenRateUpdated = new(
        "TokenRateCacheUpdated(uint256,uint256)", "0xb77a83204ca282e08dc3a65b0a1ca32ea4e6875c38ef0bf5bf75e52a67354fac");
    public static readonly AbiEvent OlderTokenRateUpdated = new(
        "TokenRateCacheUpdated(address,uint256)", "0xcfed57d90913b5ee1895919dcccaff83a9f7a842d912ef137272e5fc6123aa86");
    public static readonly AbiEvent PriceRateUpdated = new(
        "PriceRateCacheUpdated(address,uint256)", "0xc1a224b14823b63c7711127f125fbf592434682f38881ebb61408747a303affc");

    /// <summary>Balances are kept in 112 bits; a swap that would outgrow them reverts.</summary>
    public static readonly UInt256 MostBalance = UInt256.WrappingSubtract(UInt256.One << 112, UInt256.One);

    /// <summary>Reads tokens and balances as <c>getPoolTokens</c> answers them, without the pool's own share token.</summary>
    /// <returns>Null for a malformed answer.</returns>
    public static List<(Address Token, UInt256 Balance)>? ReadTokens(byte[] answer, Address pool)
    {
        const int Most = Pool.MaxAssets + 1;
        if (!AbiWords.TryReadArray(answer, 0, Most, out int token, out int count)
            || !AbiWords.TryReadArray(answer, 1, Most, out int balance, out int balances) || count != balances)
            return null;
        List<(Address, UInt256)> tokens = [];
        for (int i = 0; i < count; i++)
        {
            if (!AbiWords.TryReadAddress(answer, token + i, out Address address)
                || !AbiWords.TryReadUInt(answer, balance + i, 112, out UInt256 units))
                return null;
            if (address != pool)
                tokens.Add((address, units));
        }
        return tokens;
    }

    /// <summary>Reads an answer that is one array of numbers; null for a malformed one.</summary>
    public static UInt256[]? ReadNumbers(byte[] answer)
    {
        if (!AbiWords.TryReadArray(answer, 0, Pool.MaxAssets + 1, out int first, out int length))
            return null;
        UInt256[] numbers = new UInt256[length];
        for (int i = 0; i < length; i++)
            AbiWords.TryReadUInt(answer, first + i, 256, out numbers[i]);
        return numbers;
    }
}
