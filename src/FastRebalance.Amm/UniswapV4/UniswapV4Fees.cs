namespace FastRebalance.Amm.UniswapV4;

/// <summary>The two fees of a pool's <c>slot0</c>.</summary>
/// <param name="LpPips">What liquidity earns, in millionths.</param>
/// <param name="ProtocolPips">What the protocol takes first, in millionths: twelve bits for a sale of currency 0, and twelve above them for one of currency 1.</param>
internal readonly record struct UniswapV4Fees(uint LpPips, uint ProtocolPips)
{
    private const int ProtocolBits = 12;
    private const uint ProtocolMask = (1 << ProtocolBits) - 1;
    private const uint MaxProtocolPips = 1_000;

    public bool ArePossible => LpPips <= PoolFacts.PipsPerUnit && ProtocolPips >> (2 * ProtocolBits) == 0
        && ProtocolOn(sellsAsset0: true) <= MaxProtocolPips && ProtocolOn(sellsAsset0: false) <= MaxProtocolPips;

    /// <summary>Both as one fee, as <c>v4-core/src/libraries/ProtocolFeeLibrary.sol</c> puts them together: the second is taken of what the first leaves.</summary>
    public uint On(bool sellsAsset0)
    {
        ulong protocol = ProtocolOn(sellsAsset0);
        return (uint)(protocol + LpPips - protocol * LpPips / PoolFacts.PipsPerUnit);
    }

    private uint ProtocolOn(bool sellsAsset0) => (sellsAsset0 ? ProtocolPips : ProtocolPips >> ProtocolBits) & ProtocolMask;
}
