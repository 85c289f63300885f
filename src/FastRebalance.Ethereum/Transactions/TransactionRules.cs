using FastRebalance.Core.Assets;

namespace FastRebalance.Ethereum.Transactions;

/// <summary>
/// What a block of the chain demands of a transaction whatever the state is: chain, nonce, fees, gas. Constants of Shanghai and
/// Cancun (EIPs 2028, 2930, 3860), and of Prague for authorizations (EIP-7702); <see cref="FloorGas"/> is the further demand since Prague (EIP-7623).
/// </summary>
public static class TransactionRules
{
    public const int MaxInitCodeLength = 49_152;

    private const ulong BaseGas = 21_000;
    private const ulong CreationGas = 32_000;
    private const ulong ZeroByteGas = 4;
    private const ulong OtherByteGas = 16;
    private const ulong InitCodeWordGas = 2;
    private const ulong AccessListAddressGas = 2_400;
    private const ulong AccessListSlotGas = 1_900;
    private const ulong AuthorizationGas = 25_000;
    private const ulong FloorGasPerToken = 10;
    private const ulong TokensPerOtherByte = 4;

    /// <summary>Judges the fields for a chain. A legacy transaction without replay protection belongs to every chain.</summary>
    public static TransactionVerdict Check(in TransactionFields fields, ulong chainId)
    {
        if (fields.ChainId is { } own && own != chainId) return new(TransactionStatus.WrongChain, TransactionField.ChainId);
        if (fields.Nonce == ulong.MaxValue) return new(TransactionStatus.NonceExhausted, TransactionField.Nonce);
        if (fields.MaxPriorityFeePerGasWei > fields.MaxFeePerGasWei)
            return new(TransactionStatus.TipAboveMaxFee, TransactionField.MaxPriorityFeePerGas);
        if (!ProductFits(in fields.MaxFeePerGasWei, fields.GasLimit)) return new(TransactionStatus.FeeOverflow, TransactionField.MaxFeePerGas);
        if (fields.CreatesContract && fields.Data.Length > MaxInitCodeLength)
            return new(TransactionStatus.InitCodeTooLong, TransactionField.Data);
        if (fields.GasLimit < IntrinsicGas(in fields)) return new(TransactionStatus.IntrinsicGasTooLow, TransactionField.GasLimit);
        return TransactionVerdict.Valid;
    }

    /// <summary>Gas a transaction costs before its first instruction runs.</summary>
    public static ulong IntrinsicGas(in TransactionFields fields)
    {
        CountBytes(fields.Data.Span, out ulong zeros, out ulong others);
        ulong gas = BaseGas + zeros * ZeroByteGas + others * OtherByteGas;
        if (fields.CreatesContract)
            gas += CreationGas + InitCodeWordGas * (((ulong)fields.Data.Length + 31) / 32);
        foreach (ref readonly AccessListEntry entry in fields.AccessList.Span)
            gas += AccessListAddressGas + AccessListSlotGas * (ulong)entry.StorageKeys.Length;
        return gas + AuthorizationGas * (ulong)fields.AuthorizationList.Length;
    }

    /// <summary>Gas a transaction with this data pays at least, and its limit must cover, since Prague.</summary>
    public static ulong FloorGas(ReadOnlySpan<byte> data)
    {
        CountBytes(data, out ulong zeros, out ulong others);
        return BaseGas + FloorGasPerToken * (zeros + others * TokensPerOtherByte);
    }

    private static void CountBytes(ReadOnlySpan<byte> data, out ulong zeros, out ulong others)
    {
        zeros = (ulong)data.Count((byte)0);
        others = (ulong)data.Length - zeros;
    }

    // Schoolbook, limb by limb: only whether a carry is left at the top matters.
    private static bool ProductFits(in UInt256 price, ulong gas)
    {
        UInt128 carry = (UInt128)price.Limb0 * gas >> 64;
        carry = ((UInt128)price.Limb1 * gas + carry) >> 64;
        carry = ((UInt128)price.Limb2 * gas + carry) >> 64;
        return ((UInt128)price.Limb3 * gas + carry) >> 64 == 0;
    }
}
