using System.Buffers;
using FastRebalance.Core.Assets;

namespace FastRebalance.Ethereum.Rpc;

/// <summary>
/// The two hexadecimal forms of the Ethereum JSON-RPC specification, read strictly. A quantity is <c>0x</c> and lower-case
/// digits without leading zeros (zero is <c>0x0</c>); data is <c>0x</c> and an even number of digits. Nothing malformed is
/// ever read as zero.
/// </summary>
public static class RpcHex
{
    private const int QuantityDigits = 64;

    public static bool TryReadQuantity(ReadOnlySpan<byte> text, out UInt256 value)
    {
        value = default;
        if (text.Length is < 3 or > 2 + QuantityDigits || text[0] != '0' || text[1] != 'x' || (text[2] == '0' && text.Length > 3))
            return false;
        ReadOnlySpan<byte> digits = text[2..];
        Span<ulong> limbs = stackalloc ulong[4];
        limbs.Clear();
        for (int i = 0; i < digits.Length; i++)
        {
            int digit = LowerDigit(digits[i]);
            if (digit < 0)
                return false;
            int place = digits.Length - 1 - i;
            limbs[place >> 4] |= (ulong)digit << ((place & 15) * 4);
        }
        value = new UInt256(limbs[0], limbs[1], limbs[2], limbs[3]);
        return true;
    }

    /// <summary>As above; false also when the number needs more than 64 bits.</summary>
    public static bool TryReadQuantity(ReadOnlySpan<byte> text, out ulong value)
    {
        bool read = TryReadQuantity(text, out UInt256 wide) && (wide.Limb1 | wide.Limb2 | wide.Limb3) == 0;
        value = read ? wide.Limb0 : 0;
        return read;
    }

    /// <summary>Reads data of any length, in any letter case.</summary>
    public static bool TryReadData(ReadOnlySpan<byte> text, out byte[] data)
    {
        data = [];
        if (text.Length < 2 || (text.Length & 1) != 0 || text[0] != '0' || text[1] != 'x')
            return false;
        if (text.Length == 2)
            return true;
        byte[] bytes = GC.AllocateUninitializedArray<byte>((text.Length - 2) / 2);
        if (!TryReadFixed(text, bytes))
            return false;
        data = bytes;
        return true;
    }

    public static bool TryReadData(string text, out byte[] data) => TryReadData(System.Text.Encoding.UTF8.GetBytes(text), out data);

    /// <summary>Reads exactly as many bytes as <paramref name="destination"/> holds.</summary>
    public static bool TryReadFixed(ReadOnlySpan<byte> text, Span<byte> destination) =>
        text.Length == 2 + 2 * destination.Length && text[0] == '0' && text[1] == 'x'
        && Convert.FromHexString(text[2..], destination, out _, out int written) == OperationStatus.Done
        && written == destination.Length;

    /// <summary>The number as a quantity, with <c>0x</c>.</summary>
    public static string Quantity(in UInt256 value)
    {
        Span<byte> bytes = stackalloc byte[UInt256.ByteLength];
        value.WriteBigEndian(bytes);
        ReadOnlySpan<char> digits = Convert.ToHexStringLower(bytes).AsSpan().TrimStart('0');
        return digits.Length == 0 ? "0x0" : string.Concat("0x", digits);
    }

    public static string Quantity(ulong value) => "0x" + value.ToString("x", System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>The bytes as data, with <c>0x</c>.</summary>
    public static string Data(ReadOnlySpan<byte> bytes) => "0x" + Convert.ToHexStringLower(bytes);

    private static int LowerDigit(byte digit) => digit switch
    {
        >= (byte)'0' and <= (byte)'9' => digit - '0',
        >= (byte)'a' and <= (byte)'f' => digit - 'a' + 10,
        _ => -1,
    };
}
