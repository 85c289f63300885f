using FastRebalance.Core.Assets;
using FastRebalance.Ethereum.Transactions;
using FastRebalance.Native;

namespace FastRebalance.NethereumTests;

/// <summary>Keys and transactions drawn from a seed.</summary>
internal static class Samples
{
    public static byte[] Key(Random random)
    {
        byte[] key = new byte[PrivateKey.Length];
        random.NextBytes(key);
        key[0] &= 0x7f; // below the curve's order
        return key;
    }

    public static TransactionFields Transaction(Random random, TransactionKind kind, bool hasAccessList = false)
    {
        byte[] data = new byte[random.Next(4) == 0 ? 0 : random.Next(300)], address = new byte[Address.Length];
        random.NextBytes(data);
        random.NextBytes(address);
        UInt256 cap = (UInt256)(ulong)random.NextInt64() * (ulong)random.Next(1, 100);
        return new TransactionFields
        {
            Kind = kind,
            ChainId = (ulong)random.NextInt64(1, random.Next(2) == 0 ? 300 : 1L << 40),
            Nonce = random.Next(3) == 0 ? 0 : (ulong)random.NextInt64(),
            MaxFeePerGasWei = cap,
            MaxPriorityFeePerGasWei = kind == TransactionKind.DynamicFee ? random.Next(3) == 0 ? 0 : cap >> 3 : 0,
            GasLimit = (ulong)random.Next(21_000, 30_000_000),
            To = random.Next(8) == 0 ? null : new Address(address),
            ValueWei = random.Next(3) == 0 ? 0 : cap << random.Next(100),
            Data = data,
            AccessList = hasAccessList ? AccessList(random) : default,
        };
    }

    private static AccessListEntry[] AccessList(Random random)
    {
        byte[] address = new byte[Address.Length];
        AccessListEntry[] list = new AccessListEntry[random.Next(1, 4)];
        for (int i = 0; i < list.Length; i++)
        {
            random.NextBytes(address);
            Hash32[] slots = new Hash32[random.Next(3)];
            for (int k = 0; k < slots.Length; k++)
            {
                byte[] slot = new byte[Hash32.Length];
                random.NextBytes(slot);
                slots[k] = new Hash32(slot);
            }
            list[i] = new AccessListEntry(new Address(address), slots);
        }
        return list;
    }
}
