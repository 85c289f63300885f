using System.IO.Compression;
using FastRebalance.Core.Assets;
using FastRebalance.Ethereum.Encoding;
using FastRebalance.Ethereum.Rpc;

namespace FastRebalance.Ethereum.Chains;

/// <summary>
/// What Arbitrum charges for L1 (nitro, arbos/l1pricing): the transaction packed by Brotli at its quickest, 16 units a byte, at the price per unit
/// that ArbGasInfo tells. It is taken as gas, so the node's gas estimates hold it, and what is worked out here is for plans that estimate by themselves.
/// </summary>
public sealed class ArbitrumDataFee : IDataFee
{
    private static readonly Address GasInfo = Address.Parse("0x000000000000000000000000000000000000006c");

    // As for OP-stack chains: above it products could wrap.
    private static readonly UInt256 TooDear = UInt256.One << 96;

    public bool IsInGasEstimate => true;

    public IReadOnlyList<EthCall> Questions { get; } = [new(GasInfo, Question("getL1BaseFeeEstimate()"))];

    public bool TryRead(IReadOnlyList<EthCallOutcome> answers, out IDataFeeTerms? terms)
    {
        terms = null;
        if (answers.Count != 1 || !answers[0].Success)
            return false;
        AbiReader reader = new(answers[0].Data);
        if (!reader.TryReadUInt256(out UInt256 price) || price >= TooDear)
            return false;
        terms = new Terms(price);
        return true;
    }

    private static byte[] Question(string signature)
    {
        byte[] data = new byte[AbiSelector.Length];
        AbiWriter writer = new(data);
        writer.BeginCall(AbiSelector.Of(signature), 0);
        return writer.TryFinish(out _) ? data : throw new InvalidOperationException("a selector does not fit four bytes");
    }

    internal sealed class Terms(UInt256 weiPerUnit) : IDataFeeTerms
    {
        private const int Quickest = 0;
        private const int WindowBits = 22;
        private const ulong UnitsPerByte = 16;

        // The node adds these when it estimates, for what a transaction may yet grow by: 16 bytes, and one percent.
        private const ulong SpareUnits = 16 * UnitsPerByte;
        private const ulong WithSpareBps = 10_100;
        private const ulong WholeBps = 10_000;

        // Rounded up.
        public UInt256 FeeWei(ReadOnlySpan<byte> signed, ulong gas) =>
            (weiPerUnit * (Units(signed) + SpareUnits) * WithSpareBps + (WholeBps - 1)) / WholeBps;

        public static ulong Units(ReadOnlySpan<byte> signed)
        {
            byte[] packed = new byte[BrotliEncoder.GetMaxCompressedLength(signed.Length)];
            return BrotliEncoder.TryCompress(signed, packed, out int length, Quickest, WindowBits)
                ? (ulong)length * UnitsPerByte
                : (ulong)packed.Length * UnitsPerByte;
        }
    }
}
