using System.Buffers.Binary;
using FastRebalance.Core.Assets;

namespace FastRebalance.Amm.Abi;

/// <summary>A contract's read function: its selector beside the signature that it is the hash of, and a test recomputes it.</summary>
internal sealed record AbiFunction(string Signature, uint Selector)
{
    private const int SelectorLength = 4;

    public byte[] Call()
    {
        byte[] data = new byte[SelectorLength];
        BinaryPrimitives.WriteUInt32BigEndian(data, Selector);
        return data;
    }

    /// <summary>A call with one signed argument, sign-extended to the whole word.</summary>
    public byte[] Call(int argument)
    {
        byte[] data = new byte[SelectorLength + AbiWords.WordLength];
        BinaryPrimitives.WriteUInt32BigEndian(data, Selector);
        data.AsSpan(SelectorLength).Fill(argument < 0 ? (byte)0xff : (byte)0);
        BinaryPrimitives.WriteInt32BigEndian(data.AsSpan(SelectorLength + AbiWords.WordLength - sizeof(int)), argument);
        return data;
    }

    /// <summary>A call with one unsigned argument, or one that is written as such: a hash.</summary>
    public byte[] Call(in UInt256 argument)
    {
        byte[] data = new byte[SelectorLength + AbiWords.WordLength];
        BinaryPrimitives.WriteUInt32BigEndian(data, Selector);
        argument.WriteBigEndian(data.AsSpan(SelectorLength));
        return data;
    }
}

/// <summary>A contract's event: the first topic beside the signature that it is the hash of, and a test recomputes it.</summary>
internal sealed record AbiEvent(string Signature, Hash32 Topic)
{
    public AbiEvent(string signature, string topic)
        : this(signature, Hash32.Parse(topic))
    {
    }
}
