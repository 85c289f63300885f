using FastRebalance.Core.Assets;

namespace FastRebalance.Ethereum.Chains;

/// <summary>The prices of an OP-stack chain at one head. Whole numbers; the L1 fee rounds down as the chain's own does, the operator fee up.</summary>
/// <param name="isFjord">Bytes are counted as FastLZ would pack them; otherwise, as since Ecotone, 4 for a zero and 16 for any other.</param>
/// <param name="l1BaseFeeWei">Base fee of L1.</param>
/// <param name="baseFeeScalar">Its weight, in millionths.</param>
/// <param name="blobBaseFeeWei">Base fee of L1's blobs.</param>
/// <param name="blobBaseFeeScalar">Its weight, in millionths.</param>
internal sealed class OpStackDataFeeTerms(
    bool isFjord, UInt256 l1BaseFeeWei, UInt256 baseFeeScalar, UInt256 blobBaseFeeWei, UInt256 blobBaseFeeScalar) : IDataFeeTerms
{
    // Fjord: the size as a straight line through the FastLZ length, in millionths of a byte, and at least 100 bytes.
    private const long Intercept = -42_585_600;
    private const long PerFastLzByte = 836_500;
    private const long LeastSize = 100_000_000;

    private static readonly UInt256 FjordDivisor = UInt256.PowerOfTen(12);
    private static readonly UInt256 EcotoneDivisor = 16_000_000;
    private static readonly UInt256 Million = 1_000_000;

    // A price of 2^96 wei is past every coin there is; above it the products below could wrap.
    private static readonly UInt256 TooDear = UInt256.One << 96;

    private readonly UInt256 _perByte = 16 * baseFeeScalar * l1BaseFeeWei + blobBaseFeeScalar * blobBaseFeeWei;

    public UInt256 OperatorConstantWei { get; init; }

    public UInt256 OperatorWeiPerMillionGas { get; init; }

    /// <summary>False where a number is so large that a product could wrap.</summary>
    public static bool AreSound(in UInt256 l1BaseFee, in UInt256 scalar, in UInt256 blobBaseFee, in UInt256 blobScalar, in UInt256 operatorFee) =>
        l1BaseFee < TooDear && blobBaseFee < TooDear && operatorFee < TooDear && scalar <= uint.MaxValue && blobScalar <= uint.MaxValue;

    public UInt256 FeeWei(ReadOnlySpan<byte> signed, ulong gas) => L1FeeWei(signed) + OperatorFeeWei(gas);

    public UInt256 L1FeeWei(ReadOnlySpan<byte> signed) => isFjord ? FjordFeeWei(FastLzLength.Of(signed)) : EcotoneFeeWei(CallDataGas(signed));

    public UInt256 FjordFeeWei(int fastLzLength) =>
        (UInt256)(ulong)Math.Max(LeastSize, Intercept + PerFastLzByte * fastLzLength) * _perByte / FjordDivisor;

    public UInt256 EcotoneFeeWei(ulong callDataGas) => (UInt256)callDataGas * _perByte / EcotoneDivisor;

    public UInt256 OperatorFeeWei(ulong gas) =>
        OperatorConstantWei + ((UInt256)gas * OperatorWeiPerMillionGas + (Million - 1)) / Million;

    private static ulong CallDataGas(ReadOnlySpan<byte> signed)
    {
        ulong zeros = (ulong)signed.Count((byte)0);
        return 4 * zeros + 16 * ((ulong)signed.Length - zeros);
    }
}
