using FastRebalance.Core.Assets;
using FastRebalance.Ethereum.Encoding;
using FastRebalance.Ethereum.Transactions;

namespace FastRebalance.Devnet.Relay;

/// <summary>A signed transaction as the relay holds it.</summary>
internal sealed record RelayTransaction(byte[] Raw, Hash32 Hash, Address Sender, TransactionFields Fields)
{
    /// <exception cref="RelayRefusal">It is no signed transaction.</exception>
    public static RelayTransaction Read(string? text)
    {
        if (text is null || !Hex.TryDecode(text, out byte[] raw))
            throw new RelayRefusal("a transaction is 0x and hexadecimal digits");
        if (!TransactionDecoder.Decode(raw, out SignedTransaction signed).IsValid || !signed.TryRecoverSender(out Address sender))
            throw new RelayRefusal("a transaction cannot be decoded");
        return new RelayTransaction(raw, signed.Hash, sender, signed.Fields);
    }
}
