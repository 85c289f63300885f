using FastRebalance.Core.Assets;

namespace FastRebalance.Ethereum.Encoding;

/// <summary>What a contract said when it reverted.</summary>
public readonly record struct RevertReason(RevertKind Kind, string Text, AbiSelector Selector)
{
    private static readonly AbiSelector s_error = AbiSelector.Of("Error(string)");
    private static readonly AbiSelector s_panic = AbiSelector.Of("Panic(uint256)");

    /// <summary>Reads the data of a revert. Never throws: what it cannot read it shows in hexadecimal.</summary>
    public static RevertReason Decode(ReadOnlySpan<byte> data)
    {
        if (data.IsEmpty) return new RevertReason(RevertKind.Empty, "reverted without a reason", default);
        if (!AbiSelector.TryRead(data, out AbiSelector selector)) return new RevertReason(RevertKind.Unreadable, Hex.Encode(data), default);
        AbiReader reader = new(data[AbiSelector.Length..]);
        if (selector == s_error && reader.TryReadString(out string text)) return new RevertReason(RevertKind.Error, text, selector);
        if (selector == s_panic && reader.TryReadUInt256(out UInt256 code)) return new RevertReason(RevertKind.Panic, PanicText(in code), selector);
        return selector == s_error || selector == s_panic
            ? new RevertReason(RevertKind.Unreadable, Hex.Encode(data), selector)
            : new RevertReason(RevertKind.Custom, Hex.Encode(data), selector);
    }

    public override string ToString() => Kind switch
    {
        RevertKind.Error or RevertKind.Empty => Text,
        RevertKind.Panic => $"panic: {Text}",
        RevertKind.Custom => $"custom error {Selector}: {Text}",
        _ => $"unreadable revert data: {Text}",
    };

    // Codes of the Solidity documentation, "Panic via assert and Error via require".
    private static string PanicText(in UInt256 code) => code.CompareTo(0xff) > 0 ? Hex.Quantity(in code) : code.Limb0 switch
    {
        0x00 => "generic (0x00)",
        0x01 => "assertion failed (0x01)",
        0x11 => "arithmetic overflow (0x11)",
        0x12 => "division by zero (0x12)",
        0x21 => "no such enum value (0x21)",
        0x22 => "badly encoded storage bytes (0x22)",
        0x31 => "pop from an empty array (0x31)",
        0x32 => "index out of bounds (0x32)",
        0x41 => "out of memory (0x41)",
        0x51 => "call of an uninitialised function (0x51)",
        _ => Hex.Quantity(in code),
    };
}
