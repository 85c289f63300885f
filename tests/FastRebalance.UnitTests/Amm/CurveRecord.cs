using FastRebalance.Amm;
using FastRebalance.Core.Assets;

namespace FastRebalance.UnitTests.Amm;

/// <summary>Makes Curve pools from numbers.</summary>
internal static class CurveRecord
{
    public static CurveStablePool Pool(
        uint precision, UInt256 amplification, UInt256 fee, UInt256 adminFee, UInt256[] balances, UInt256[] rates)
    {
        List<Address> tokens = BalancerRecord.Tokens(balances.Length);
        PoolFacts facts = new(CurveStablePool.KindName, PoolMaker.At, tokens[0], tokens[1], 0)
        {
            FurtherTokens = tokens[2..],
            Parameters = new Dictionary<string, string>
            {
                [FactParameters.Decimals] = string.Join(',', balances.Select(_ => 18)),
                [CurveStablePool.PrecisionFact] = $"{precision}",
            },
        };
        return (CurveStablePool)BalancerRecord.Ready(facts, balances, [fee, adminFee, amplification, .. rates]);
    }
}
