using FastRebalance.Core.Assets;

namespace FastRebalance.Execution.Fees;

/// <summary>Whether an economic trade waits for the base fee to fall. Pure, whole wei.</summary>
public static class GasTiming
{
    /// <summary>Blocks to wait: those after which gas and waiting together cost least. Of equals the fewest, so 0 unless waiting truly saves.</summary>
    /// <param name="trade">What would wait.</param>
    /// <param name="expectedBaseFeesWei">What the coming blocks are expected to ask, the next one first; as long as one is ready to wait.</param>
    public static int BlocksToWait(EconomicTrade trade, ReadOnlySpan<ulong> expectedBaseFeesWei)
    {
        int best = 0;
        UInt256 least = UInt256.MaxValue, waiting = UInt256.Zero;
        for (int i = 0; i < expectedBaseFeesWei.Length; i++)
        {
            UInt256 gas = (UInt128)expectedBaseFeesWei[i] * trade.GasUsed;
            if (gas > UInt256.MaxValue - waiting)
                break;
            if (gas + waiting < least)
            {
                least = gas + waiting;
                best = i;
            }
            if (trade.DelayCostPerBlockWei > UInt256.MaxValue - waiting)
                break;
            waiting += trade.DelayCostPerBlockWei;
        }
        return best;
    }
}
