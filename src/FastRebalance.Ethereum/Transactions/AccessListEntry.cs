using FastRebalance.Core.Assets;

namespace FastRebalance.Ethereum.Transactions;

/// <summary>One account a transaction declares it will touch, and the slots of it (EIP-2930).</summary>
public readonly struct AccessListEntry(Address address, ReadOnlyMemory<Hash32> storageKeys)
{
    public Address Address { get; } = address;

    public ReadOnlyMemory<Hash32> StorageKeys { get; } = storageKeys;
}
