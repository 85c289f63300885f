using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using FastRebalance.Amm.Abi;
using FastRebalance.Core.Assets;
using FastRebalance.Core.Hashing;

namespace FastRebalance.Amm.UniswapV4;

/// <summary>What names a pool inside the manager: five words, whose hash is the pool's id.</summary>
/// <param name="Currency0">Zero for the chain's own currency.</param>
/// <param name="Currency1">Above the first.</param>
/// <param name="Fee">In millionths, or <see cref="DynamicFee"/>.</param>
/// <param name="TickSpacing">Distance of usable ticks.</param>
/// <param name="Hooks">Zero for none.</param>
internal sealed record UniswapV4Key(Address Currency0, Address Currency1, uint Fee, int TickSpacing, Address Hooks)
{
    public const int MaxTickSpacing = 32_767;

    /// <summary>Stands for a fee that the hook may set anew at any time.</summary>
    public const uint DynamicFee = 0x800000;

    public const string Currency0Name = "currency0";
    public const string Currency1Name = "currency1";
    public const string FeeName = "fee";
    public const string TickSpacingName = "tickSpacing";
    public const string HooksName = "hooks";
    public const string NativeName = "native";
    public const string HarmlessHooksName = "harmlessHooks";

    private const int Words = 5;

    /// <summary>Low bits of the hook's address, as <c>v4-core/src/libraries/Hooks.sol</c> reads them: with any of these a swap is no longer the pool's own arithmetic.</summary>
    private static readonly (int Bit, string Name)[] SwapPermissions =
        [(1 << 7, "beforeSwap"), (1 << 6, "afterSwap"), (1 << 3, "beforeSwapReturnsDelta"), (1 << 2, "afterSwapReturnsDelta")];

    public Hash32 Id { get; } = HashOf(Currency0, Currency1, Fee, TickSpacing, Hooks);

    /// <summary>The token that stands for each currency: the wrapped one for the chain's own.</summary>
    public Address Token0 { get; private init; }

    public uint StaticFee => Fee == DynamicFee ? 0 : Fee;

    /// <param name="parameters">As configured, or as <see cref="PoolFacts.Parameters"/> keeps them.</param>
    /// <param name="key">Checked.</param>
    /// <param name="failure">What is wrong, in a sentence that names the field.</param>
    public static bool TryRead(
        IReadOnlyDictionary<string, string> parameters, [NotNullWhen(true)] out UniswapV4Key? key, [NotNullWhen(false)] out string? failure)
    {
        key = null;
        Address hooks = default;
        if (!TryAddress(parameters, Currency0Name, out Address currency0) || !TryAddress(parameters, Currency1Name, out Address currency1))
            failure = $"{Currency0Name} and {Currency1Name} must be addresses";
        else if (currency0.Span.SequenceCompareTo(currency1.Span) >= 0)
            failure = $"{Currency0Name} must be the lower address of the two";
        else if (!TryNumber(parameters, FeeName, out uint fee) || (fee >= PoolFacts.PipsPerUnit && fee != DynamicFee))
            failure = $"{FeeName} must be millionths below {PoolFacts.PipsPerUnit}, or {DynamicFee} for a dynamic fee";
        else if (!TryNumber(parameters, TickSpacingName, out uint spacing) || spacing is 0 or > MaxTickSpacing)
            failure = $"{TickSpacingName} must be within 1..{MaxTickSpacing}";
        else if (parameters.ContainsKey(HooksName) && !TryAddress(parameters, HooksName, out hooks))
            failure = $"{HooksName} must be an address, or be left out";
        else if (PermissionsOf(hooks) is { Length: > 0 } permissions && !IsHarmless(parameters, hooks))
            failure = $"its hooks {hooks} may change what a swap pays ({permissions}); only where they are known not to, "
                + $"list them under {HarmlessHooksName}";
        else if (!TryNative(parameters, currency0, out Address token0))
            failure = $"{Currency0Name} is the chain's own currency: {NativeName} must name the wrapped token that stands for it";
        else
        {
            failure = null;
            key = new UniswapV4Key(currency0, currency1, fee, (int)spacing, hooks) { Token0 = token0 };
        }
        return failure is null;
    }

    private static bool TryNative(IReadOnlyDictionary<string, string> parameters, Address currency0, out Address token0)
    {
        token0 = currency0;
        return !currency0.IsZero || (TryAddress(parameters, NativeName, out token0) && !token0.IsZero);
    }

    private static string PermissionsOf(Address hooks)
    {
        int flags = BinaryPrimitives.ReadUInt16BigEndian(hooks.Span[^sizeof(ushort)..]);
        return string.Join(", ", SwapPermissions.Where(permission => (flags & permission.Bit) != 0).Select(permission => permission.Name));
    }

    private static bool IsHarmless(IReadOnlyDictionary<string, string> parameters, Address hooks) =>
        parameters.TryGetValue(HarmlessHooksName, out string? listed)
        && listed.Split([',', ' '], StringSplitOptions.RemoveEmptyEntries)
            .Any(text => Address.TryParse(text, out Address address) && address == hooks);

    private static bool TryAddress(IReadOnlyDictionary<string, string> parameters, string name, out Address address)
    {
        address = default;
        return parameters.TryGetValue(name, out string? text) && Address.TryParse(text, out address);
    }

    private static bool TryNumber(IReadOnlyDictionary<string, string> parameters, string name, out uint number)
    {
        number = 0;
        return parameters.TryGetValue(name, out string? text)
            && uint.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);
    }

    private static Hash32 HashOf(Address currency0, Address currency1, uint fee, int tickSpacing, Address hooks)
    {
        Span<byte> words = stackalloc byte[Words * AbiWords.WordLength];
        words.Clear();
        currency0.Span.CopyTo(words[12..]);
        currency1.Span.CopyTo(words[(AbiWords.WordLength + 12)..]);
        BinaryPrimitives.WriteUInt32BigEndian(words[(3 * AbiWords.WordLength - sizeof(uint))..], fee);
        BinaryPrimitives.WriteInt32BigEndian(words[(4 * AbiWords.WordLength - sizeof(int))..], tickSpacing);
        hooks.Span.CopyTo(words[(4 * AbiWords.WordLength + 12)..]);
        return Keccak256.Hash(words);
    }
}
