using System.Text.Json;
using FastRebalance.Core.Assets;
using FastRebalance.Ethereum.Encoding;

namespace FastRebalance.Ethereum.Rpc;

/// <summary>Names the block that a question is asked at. The default value names none and is refused.</summary>
public readonly record struct BlockRef
{
    private enum Form : byte
    {
        None = 0,
        Latest,
        Pending,
        Safe,
        Finalized,
        Earliest,
        Number,
        Hash,
    }

    private readonly Form _form;
    private readonly ulong _number;
    private readonly Hash32 _hash;

    private BlockRef(Form form, ulong number, Hash32 hash)
    {
        _form = form;
        _number = number;
        _hash = hash;
    }

    public static BlockRef Latest => new(Form.Latest, 0, default);

    public static BlockRef Pending => new(Form.Pending, 0, default);

    public static BlockRef Safe => new(Form.Safe, 0, default);

    public static BlockRef Finalized => new(Form.Finalized, 0, default);

    public static BlockRef Earliest => new(Form.Earliest, 0, default);

    public static BlockRef At(ulong number) => new(Form.Number, number, default);

    /// <summary>The one block with this hash: every answer at it belongs to one consistent state.</summary>
    public static BlockRef At(Hash32 hash) => new(Form.Hash, 0, hash);

    public static implicit operator BlockRef(ulong number) => At(number);

    public static implicit operator BlockRef(Hash32 hash) => At(hash);

    public bool IsHash => _form == Form.Hash;

    /// <summary>The tag, the number as a quantity, or the hash.</summary>
    public override string ToString() => _form switch
    {
        Form.Latest => "latest",
        Form.Pending => "pending",
        Form.Safe => "safe",
        Form.Finalized => "finalized",
        Form.Earliest => "earliest",
        Form.Number => Hex.Quantity(_number),
        Form.Hash => _hash.ToString(),
        _ => throw new InvalidOperationException("a block reference was never set: use BlockRef.Latest or BlockRef.At(…)"),
    };

    /// <summary>Writes it as a state method wants it: a hash as the object of EIP-1898, the rest as a string.</summary>
    internal void WriteTo(Utf8JsonWriter writer)
    {
        if (!IsHash)
        {
            writer.WriteStringValue(ToString());
            return;
        }
        writer.WriteStartObject();
        writer.WriteString("blockHash"u8, _hash.ToString());
        writer.WriteEndObject();
    }
}
