using System.Globalization;
using System.Text;

namespace FastRebalance.Simulation.Tapes;

/// <summary>Times as data files hold them: ISO 8601 (UTC unless it says otherwise), or a count since 1970 whose unit its size tells.</summary>
internal static class TimeText
{
    private const long NsPerSecond = 1_000_000_000;

    // Counts of seconds stay below this until the year 5138; a thousand times as much is milliseconds, and so on.
    private const long MaxSeconds = 100_000_000_000;

    /// <summary>Nanoseconds since 1970; false where the text is no time from 1970 to 2262.</summary>
    public static bool TryParse(ReadOnlySpan<byte> text, out long unixNs)
    {
        if (TryParseCount(text, out unixNs) || TryParsePlainIso(text, out unixNs))
            return true;
        return TryParseAnyIso(text, out unixNs);
    }

    private static bool TryParseCount(ReadOnlySpan<byte> text, out long unixNs)
    {
        unixNs = 0;
        if (text.Length is 0 or > 19)
            return false;
        long count = 0;
        foreach (byte letter in text)
        {
            uint digit = (uint)letter - '0';
            if (digit > 9 || count > (long.MaxValue - digit) / 10)
                return false;
            count = (count * 10) + digit;
        }
        long scale = count < MaxSeconds ? NsPerSecond : count < MaxSeconds * 1_000 ? 1_000_000 : count < MaxSeconds * 1_000_000 ? 1_000 : 1;
        if (count > long.MaxValue / scale)
            return false;
        unixNs = count * scale;
        return true;
    }

    /// <summary>2024-01-31 23:59:00, with a T between and a Z behind or without.</summary>
    private static bool TryParsePlainIso(ReadOnlySpan<byte> text, out long unixNs)
    {
        unixNs = 0;
        if (text.Length == 20 && text[19] == 'Z')
            text = text[..19];
        if (text.Length != 19 || text[4] != '-' || text[7] != '-' || text[10] is not ((byte)' ' or (byte)'T') || text[13] != ':' || text[16] != ':')
            return false;
        int year = Two(text, 0) * 100 + Two(text, 2), month = Two(text, 5), day = Two(text, 8);
        int hour = Two(text, 11), minute = Two(text, 14), second = Two(text, 17);
        bool isDate = year is >= 1970 and < 2262 && month is >= 1 and <= 12 && day >= 1 && day <= DateTime.DaysInMonth(year, month);
        if (!isDate || hour is < 0 or > 23 || minute is < 0 or > 59 || second is < 0 or > 59)
            return false;
        long days = DaysSince1970(year, month, day);
        unixNs = ((((days * 24) + hour) * 60 + minute) * 60 + second) * NsPerSecond;
        return true;
    }

    private static bool TryParseAnyIso(ReadOnlySpan<byte> text, out long unixNs)
    {
        unixNs = 0;
        if (text.Length is < 10 or > 40
            || !DateTimeOffset.TryParse(Encoding.UTF8.GetString(text), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset time)
            || time.Year is < 1970 or >= 2262)
            return false;
        unixNs = (time.UtcTicks - DateTime.UnixEpoch.Ticks) * 100;
        return true;
    }

    private static int Two(ReadOnlySpan<byte> text, int at)
    {
        int tens = text[at] - '0', ones = text[at + 1] - '0';
        return tens is < 0 or > 9 || ones is < 0 or > 9 ? -1_000_000 : (tens * 10) + ones;
    }

    /// <summary>Howard Hinnant's days_from_civil.</summary>
    private static long DaysSince1970(int year, int month, int day)
    {
        int y = month <= 2 ? year - 1 : year;
        int era = y / 400, yearOfEra = y - (era * 400);
        int dayOfYear = ((153 * (month + (month > 2 ? -3 : 9))) + 2) / 5 + day - 1;
        int dayOfEra = (yearOfEra * 365) + (yearOfEra / 4) - (yearOfEra / 100) + dayOfYear;
        return (era * 146_097L) + dayOfEra - 719_468;
    }
}
