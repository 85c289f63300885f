using FastRebalance.Core.Results;

namespace FastRebalance.Execution.Presigning;

/// <summary>
/// Which fee level a tier fires at, chosen by the account thread at each head: one word, so that the trigger thread reads a whole choice. A
/// default one allows none.
/// </summary>
public readonly record struct FeeLevels
{
    // Per tier, from the lowest bits: wanted + 1 and most + 1; 0 is none.
    private readonly uint _word;

    private FeeLevels(uint word) => _word = word;

    internal uint Word => _word;

    internal static FeeLevels FromWord(uint word) => new(word);

    /// <summary>The same with a tier's choice set.</summary>
    /// <param name="tier">Economic or safety.</param>
    /// <param name="wanted">The level to fire at.</param>
    /// <param name="most">The highest that may be taken where the wanted one is not there; at least the wanted.</param>
    public FeeLevels With(PolicyTier tier, int wanted, int most)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(wanted);
        ArgumentOutOfRangeException.ThrowIfLessThan(most, wanted);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(most, byte.MaxValue - 1);
        int shift = ShiftOf(tier);
        return new FeeLevels((_word & ~(0xffffu << shift)) | ((uint)(((most + 1) << 8) | (wanted + 1)) << shift));
    }

    /// <summary>The tier's choice.</summary>
    /// <returns>False where the tier may not fire.</returns>
    public bool TryGet(PolicyTier tier, out int wanted, out int most)
    {
        wanted = most = -1;
        if (tier is not (PolicyTier.Economic or PolicyTier.Safety))
            return false;
        uint both = _word >> ShiftOf(tier);
        wanted = (int)(both & 0xff) - 1;
        most = (int)((both >> 8) & 0xff) - 1;
        return wanted >= 0;
    }

    private static int ShiftOf(PolicyTier tier) => tier switch
    {
        PolicyTier.Economic => 0,
        PolicyTier.Safety => 16,
        _ => throw new ArgumentOutOfRangeException(nameof(tier), tier, "fees are chosen for the economic and the safety tier"),
    };
}
