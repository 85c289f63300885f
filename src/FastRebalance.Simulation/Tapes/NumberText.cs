using System.Buffers.Text;

namespace FastRebalance.Simulation.Tapes;

/// <summary>Numbers as data files hold them, from bytes.</summary>
internal static class NumberText
{
    // Below 2^53 an integer is exact as a double, and so are these powers: one division of two exact numbers is rounded once, as the number
    // itself would be (Clinger 1990).
    private const ulong ExactIntegers = 1UL << 53;

    private static readonly double[] s_powers = MakePowers();

    /// <summary>Reads the whole text as the nearest double; false for anything else than a finite decimal number.</summary>
    public static bool TryParse(ReadOnlySpan<byte> text, out double number)
    {
        ulong digits = 0;
        int count = 0, fraction = -1;
        int at = !text.IsEmpty && text[0] == '-' ? 1 : 0;
        for (int i = at; i < text.Length; i++)
        {
            uint digit = (uint)text[i] - '0';
            if (digit <= 9)
            {
                digits = (digits * 10) + digit;
                count++;
                if (fraction >= 0)
                    fraction++;
            }
            else if (text[i] == '.' && fraction < 0)
                fraction = 0;
            else
                return TryParseSlowly(text, out number);
        }
        if (count is 0 or > 18 || digits >= ExactIntegers)
            return TryParseSlowly(text, out number);
        number = fraction > 0 ? digits / s_powers[fraction] : digits;
        if (at == 1)
            number = -number;
        return true;
    }

    private static bool TryParseSlowly(ReadOnlySpan<byte> text, out double number) =>
        Utf8Parser.TryParse(text, out number, out int read) && read == text.Length && double.IsFinite(number);

    private static double[] MakePowers()
    {
        double[] powers = new double[19];
        powers[0] = 1;
        for (int i = 1; i < powers.Length; i++)
            powers[i] = powers[i - 1] * 10;
        return powers;
    }
}
