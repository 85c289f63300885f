using FastRebalance.Amm;
using FastRebalance.Core.Assets;
using FastRebalance.Core.Events;
using FastRebalance.Core.Hashing;

namespace FastRebalance.Execution.Transactions;

/// <summary>The bytes of a rebalance of two legs, as they would be signed: what a rollup's fee for bytes is estimated by before there is an order.</summary>
public static class UsualTransaction
{
    /// <summary>Gas that goes with it: two legs of one pool each, on the dear side.</summary>
    public const ulong Gas = 300_000;

    private const int Legs = 2;

    // Where no pool is one of the router's: about what two legs take, of bytes that no packing makes shorter.
    private const int BytesWithoutPools = 768;

    /// <param name="account">Receives what is bought.</param>
    /// <param name="assets">Token contracts by asset index.</param>
    /// <param name="pools">Pools by pool index; those that the router does not trade through are passed over.</param>
    public static byte[] Bytes(Address account, IReadOnlyList<Address> assets, IReadOnlyList<PoolFacts> pools)
    {
        PoolFacts[] known = [.. pools.Where(pool => pool.Kind is UniswapV2Pool.KindName or UniswapV3Pool.KindName)];
        return SignedSize.Pattern(known.Length == 0 ? Noise(BytesWithoutPools) : CallData(account, assets, known));
    }

    private static byte[] CallData(Address account, IReadOnlyList<Address> assets, PoolFacts[] pools)
    {
        OrderLeg[] legs = new OrderLeg[Legs];
        for (int i = 0; i < legs.Length; i++)
            legs[i] = LegThrough(i % pools.Length, assets, pools);
        byte[] data = new byte[SwapRouter02Encoder.MaxLength(legs.Length)];
        EncodeStatus status = new SwapRouter02Encoder(account, assets, pools).TryEncode(2_000_000_000, legs, data, out int length);
        return status == EncodeStatus.Encoded ? data[..length] : Noise(BytesWithoutPools);
    }

    // Amounts of ten busy bytes each, as of 18 decimals.
    private static OrderLeg LegThrough(int pool, IReadOnlyList<Address> assets, PoolFacts[] pools)
    {
        byte[] amounts = Noise(20);
        return new OrderLeg
        {
            AmountIn = UInt256.ReadBigEndian([.. new byte[22], .. amounts[..10]]),
            ExpectedOut = UInt256.MaxValue >> 1,
            MinimumOut = UInt256.ReadBigEndian([.. new byte[22], .. amounts[10..]]),
            Sell = IndexOf(assets, pools[pool].Token0),
            Buy = IndexOf(assets, pools[pool].Token1),
            Pool0 = PoolId.FromIndex(pool),
        };
    }

    private static AssetId IndexOf(IReadOnlyList<Address> assets, Address token)
    {
        for (int i = 0; i < assets.Count; i++)
            if (assets[i] == token)
                return AssetId.FromIndex(i);
        return AssetId.None;
    }

    private static byte[] Noise(int length)
    {
        byte[] noise = new byte[length];
        Hash32 block = Keccak256.Hash("usual"u8);
        for (int at = 0; at < length; at += Hash32.Length)
        {
            block.Span[..Math.Min(Hash32.Length, length - at)].CopyTo(noise.AsSpan(at));
            block = Keccak256.Hash(block.Span);
        }
        return noise;
    }
}
