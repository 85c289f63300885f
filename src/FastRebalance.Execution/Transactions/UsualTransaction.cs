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

    /// <param name="setup">What is traded, and by which contract; pools that it does not trade through are passed over.</param>
    public static byte[] Bytes(ExecutionSetup setup)
    {
        IReadOnlyList<string> kinds = OrderEncoders.PoolKinds(!setup.Executor.IsZero);
        PoolFacts[] known = [.. setup.Pools.Where(pool => kinds.Contains(pool.Kind))];
        return SignedSize.Pattern(known.Length == 0 ? Noise(BytesWithoutPools) : CallData(setup with { Pools = known }));
    }

    private static byte[] CallData(ExecutionSetup setup)
    {
        OrderLeg[] legs = new OrderLeg[Legs];
        for (int i = 0; i < legs.Length; i++)
            legs[i] = LegThrough(i % setup.Pools.Count, setup.Assets, setup.Pools);
        IOrderEncoder encoder = OrderEncoders.For(setup);
        byte[] data = new byte[encoder.MaxLength(legs.Length)];
        EncodeStatus status = encoder.TryEncode(1, new OrderDeadline(100_000_000, 2_000_000_000), legs, data, out int length);
        return status == EncodeStatus.Encoded ? data[..length] : Noise(BytesWithoutPools);
    }

    // Amounts of ten busy bytes each, as of 18 decimals.
    private static OrderLeg LegThrough(int pool, IReadOnlyList<Address> assets, IReadOnlyList<PoolFacts> pools)
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
