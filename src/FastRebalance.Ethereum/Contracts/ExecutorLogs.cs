using FastRebalance.Core.Assets;
using FastRebalance.Ethereum.Encoding;

namespace FastRebalance.Ethereum.Contracts;

/// <summary>First topics of the executor contract's logs; the second one of each is the decision's id.</summary>
public static class ExecutorLogs
{
    /// <summary>Data: leg, tokenIn, tokenOut, spent, received; a word each.</summary>
    public static readonly Hash32 LegFilled = AbiSignature.EventTopic("LegFilled(uint256,uint256,address,address,uint256,uint256)");

    /// <summary>Third topic: who called. Data: the number of legs.</summary>
    public static readonly Hash32 DecisionFilled = AbiSignature.EventTopic("DecisionFilled(uint256,address,uint256)");

    /// <summary>Of a basket out of and into a lending market. Data: health factor before and after in wad, loans taken for the trade; a word each.</summary>
    public static readonly Hash32 PositionMoved = AbiSignature.EventTopic("PositionMoved(uint256,uint256,uint256,uint256)");
}
