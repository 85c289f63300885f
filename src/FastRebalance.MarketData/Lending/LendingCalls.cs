using FastRebalance.Core.Assets;
using FastRebalance.Ethereum.Encoding;
using FastRebalance.Ethereum.Rpc;

namespace FastRebalance.MarketData.Lending;

/// <summary>Questions to the contracts of a lending market: no argument, an address, or a number.</summary>
internal static class LendingCalls
{
    public static readonly AbiSelector GetPool = AbiSelector.Of("getPool()");
    public static readonly AbiSelector GetConfigurator = AbiSelector.Of("getPoolConfigurator()");
    public static readonly AbiSelector GetOracle = AbiSelector.Of("getPriceOracle()");
    public static readonly AbiSelector ReservesList = AbiSelector.Of("getReservesList()");
    public static readonly AbiSelector FlashPremiumToProtocol = AbiSelector.Of("FLASHLOAN_PREMIUM_TO_PROTOCOL()");
    public static readonly AbiSelector ReserveData = AbiSelector.Of("getReserveData(address)");
    public static readonly AbiSelector Category = AbiSelector.Of("getEModeCategoryData(uint8)");
    public static readonly AbiSelector UserConfiguration = AbiSelector.Of("getUserConfiguration(address)");
    public static readonly AbiSelector UserEMode = AbiSelector.Of("getUserEMode(address)");
    public static readonly AbiSelector ScaledTotalSupply = AbiSelector.Of("scaledTotalSupply()");
    public static readonly AbiSelector ScaledBalanceOf = AbiSelector.Of("scaledBalanceOf(address)");
    public static readonly AbiSelector TotalSupply = AbiSelector.Of("totalSupply()");
    public static readonly AbiSelector BalanceOf = AbiSelector.Of("balanceOf(address)");
    public static readonly AbiSelector OptimalUsage = AbiSelector.Of("OPTIMAL_USAGE_RATIO()");
    public static readonly AbiSelector BaseRate = AbiSelector.Of("getBaseVariableBorrowRate()");
    public static readonly AbiSelector Slope1 = AbiSelector.Of("getVariableRateSlope1()");
    public static readonly AbiSelector Slope2 = AbiSelector.Of("getVariableRateSlope2()");
    public static readonly AbiSelector SourceOfAsset = AbiSelector.Of("getSourceOfAsset(address)");
    public static readonly AbiSelector LatestAnswer = AbiSelector.Of("latestAnswer()");
    public static readonly AbiSelector LatestTimestamp = AbiSelector.Of("latestTimestamp()");
    public static readonly AbiSelector AccountData = AbiSelector.Of("getUserAccountData(address)");
    public static readonly AbiSelector AssetPrice = AbiSelector.Of("getAssetPrice(address)");
    public static readonly AbiSelector Aggregator = AbiSelector.Of("aggregator()");

    public static EthCall Of(in Address to, AbiSelector selector) => Write(in to, selector, 0, UInt256.Zero);

    public static EthCall Of(in Address to, AbiSelector selector, in Address argument)
    {
        Span<byte> word = stackalloc byte[AbiWriter.WordLength];
        word.Clear();
        argument.Span.CopyTo(word[^Address.Length..]);
        return Write(in to, selector, 1, UInt256.ReadBigEndian(word));
    }

    public static EthCall Of(in Address to, AbiSelector selector, ulong argument) => Write(in to, selector, 1, argument);

    private static EthCall Write(in Address to, AbiSelector selector, int words, in UInt256 argument)
    {
        byte[] data = new byte[AbiSelector.Length + words * AbiWriter.WordLength];
        AbiWriter writer = new(data);
        writer.BeginCall(selector, words);
        if (words > 0)
            writer.WriteUInt256(in argument);
        return writer.TryFinish(out _) ? new EthCall(to, data) : throw new InvalidOperationException("a call was not written whole");
    }
}
