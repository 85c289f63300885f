using System.Diagnostics.CodeAnalysis;
using System.Numerics;

namespace FastRebalance.Engine.Triggers;

/// <summary>
/// Points in time as crontab(5) writes them: minute, hour, day of the month, month and day of the week, in UTC. A field is <c>*</c>, a
/// number, a range <c>1-5</c>, either of the two with a step <c>*/15</c>, or a list of these; months and days have names, and Sunday is 0
/// and 7. As in Vixie's cron, a day matches when either day field does, or, where one of them begins with a star, when both do.
/// </summary>
public sealed class CronExpression
{
    private const long NanosecondsPerMinute = 60_000_000_000;
    private const long LastMinute = long.MaxValue / NanosecondsPerMinute;
    private const int MinutesPerDay = 1440;

    // The calendar repeats after so many months: what does not come about in them never does.
    private const int MonthsPerCycle = 400 * 12;

    private static readonly Field[] s_fields =
    [
        new("a minute", 0, 59, []),
        new("an hour", 0, 23, []),
        new("a day of the month", 1, 31, []),
        new("a month", 1, 12, ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"]),
        new("a day of the week", 0, 7, ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"]),
    ];

    private readonly ulong _minutes;
    private readonly ulong _hours;
    private readonly ulong _days;
    private readonly ulong _months;
    private readonly ulong _weekdays;
    private readonly bool _needsBothDays;

    private CronExpression(ReadOnlySpan<ulong> sets, bool needsBothDays)
    {
        _minutes = sets[0];
        _hours = sets[1];
        _days = sets[2];
        _months = sets[3];
        _weekdays = (sets[4] | (sets[4] >> 7)) & 0x7F;
        _needsBothDays = needsBothDays;
    }

    /// <param name="text">Five fields with blanks between.</param>
    /// <param name="cron">Null where the text is none, or names a day that never comes.</param>
    /// <param name="problem">What is wrong, with its place from 1; empty where nothing is.</param>
    public static bool TryParse(string text, [NotNullWhen(true)] out CronExpression? cron, out string problem)
    {
        cron = null;
        problem = "";
        Span<ulong> sets = stackalloc ulong[s_fields.Length];
        bool needsBothDays = false;
        int at = 0, fields = 0;
        while (NextWord(text, ref at, out int start))
        {
            if (fields == s_fields.Length)
                problem = $"'{text[start..at]}' at {start + 1} is a sixth field";
            else
                s_fields[fields].TryRead(text.AsSpan(start, at - start), start, out sets[fields], out problem);
            if (problem.Length > 0)
                return false;
            needsBothDays |= fields is 2 or 4 && text[start] == '*';
            fields++;
        }
        if (fields < s_fields.Length)
        {
            problem = $"{fields} fields; {s_fields[fields].Name} is missing at {text.Length + 1}";
            return false;
        }
        CronExpression read = new(sets, needsBothDays);
        if (read.NextMinute(0) < 0)
        {
            problem = "a day that never comes";
            return false;
        }
        cron = read;
        return true;
    }

    /// <summary>The first point after this time, both in nanoseconds since 1970; <see cref="long.MaxValue"/> where time ends before it.</summary>
    public long NextUnixNs(long afterUnixNs)
    {
        long minute = NextMinute(afterUnixNs < 0 ? 0 : (afterUnixNs / NanosecondsPerMinute) + 1);
        return minute is >= 0 and <= LastMinute ? minute * NanosecondsPerMinute : long.MaxValue;
    }

    /// <summary>The first minute that matches, from this one on; -1 where none does. Whole months and days are passed over at once.</summary>
    private long NextMinute(long minute)
    {
        DateTime from = DateTime.UnixEpoch.AddMinutes(minute);
        int year = from.Year, month = from.Month, day = from.Day, minuteOfDay = (from.Hour * 60) + from.Minute;
        for (int passed = 0; passed <= MonthsPerCycle && year <= 9999; passed++)
        {
            ulong days = (_months >> month & 1) == 0 ? 0 : DaysOf(year, month) & (ulong.MaxValue << day);
            for (; days != 0; days &= days - 1)
            {
                int candidate = BitOperations.TrailingZeroCount(days);
                int time = NextTime(candidate == day ? minuteOfDay : 0);
                if (time < MinutesPerDay)
                    return ((new DateTime(year, month, candidate) - DateTime.UnixEpoch).Days * (long)MinutesPerDay) + time;
            }
            (year, month) = month == 12 ? (year + 1, 1) : (year, month + 1);
            (day, minuteOfDay) = (1, 0);
        }
        return -1;
    }

    /// <summary>The first minute of a day that matches, from this one on; <see cref="MinutesPerDay"/> where none does.</summary>
    private int NextTime(int minuteOfDay)
    {
        int hour = minuteOfDay / 60;
        ulong minutes = _minutes & (ulong.MaxValue << (minuteOfDay % 60));
        if ((_hours >> hour & 1) != 0 && minutes != 0)
            return (hour * 60) + BitOperations.TrailingZeroCount(minutes);
        ulong hours = _hours & (ulong.MaxValue << (hour + 1));
        return hours == 0 ? MinutesPerDay : (BitOperations.TrailingZeroCount(hours) * 60) + BitOperations.TrailingZeroCount(_minutes);
    }

    /// <summary>The days of a month that match: bit 1 is the first.</summary>
    private ulong DaysOf(int year, int month)
    {
        const ulong everySeventh = 1 | 1 << 7 | 1 << 14 | 1 << 21 | 1 << 28;
        int first = (int)new DateTime(year, month, 1).DayOfWeek;
        ulong week = ((_weekdays >> first) | (_weekdays << (7 - first))) & 0x7F;
        ulong weekdays = (week * everySeventh) << 1;
        ulong all = (2UL << DateTime.DaysInMonth(year, month)) - 2;
        return all & (_needsBothDays ? weekdays & _days : weekdays | _days);
    }

    private static bool NextWord(string text, ref int at, out int start)
    {
        while (at < text.Length && char.IsWhiteSpace(text[at]))
            at++;
        start = at;
        while (at < text.Length && !char.IsWhiteSpace(text[at]))
            at++;
        return at > start;
    }

    /// <summary>One of the five: what it is called, and what it may hold.</summary>
    private sealed record Field(string Name, int From, int To, string[] Names)
    {
        private string Wanted => Names.Length == 0 ? $"{From}-{To}" : $"{From}-{To} or {Names[0]}-{Names[^1]}";

        /// <param name="word">The whole field.</param>
        /// <param name="at">Where it stands in the expression, from 0.</param>
        /// <param name="set">One bit for each number that matches.</param>
        /// <param name="problem">Empty where nothing is wrong.</param>
        public bool TryRead(ReadOnlySpan<char> word, int at, out ulong set, out string problem)
        {
            set = 0;
            int start = 0;
            while (true)
            {
                int comma = word[start..].IndexOf(',');
                int end = comma < 0 ? word.Length : start + comma;
                if (!TryReadPart(word[start..end], at + start, ref set, out problem))
                    return false;
                if (comma < 0)
                    return true;
                start = end + 1;
            }
        }

        private bool TryReadPart(ReadOnlySpan<char> part, int at, ref ulong set, out string problem)
        {
            int slash = part.IndexOf('/');
            ReadOnlySpan<char> range = slash < 0 ? part : part[..slash];
            int dash = range.IndexOf('-');
            int from = From, to = Names.Length == 7 ? 6 : To, step = 1;
            if (range is not "*")
            {
                ReadOnlySpan<char> first = dash < 0 ? range : range[..dash];
                if (!TryReadNumber(first, at, out from, out problem))
                    return false;
                to = from;
                if (dash >= 0 && !TryReadNumber(range[(dash + 1)..], at + dash + 1, out to, out problem))
                    return false;
                if (to < from)
                    return Wrong($"'{range}' at {at + 1} runs backwards", out problem);
            }
            if (slash >= 0)
            {
                ReadOnlySpan<char> text = part[(slash + 1)..];
                if (dash < 0 && range is not "*")
                    return Wrong($"'{part}' at {at + 1} steps from one number; wanted a range, such as {range}-{To}/{text}", out problem);
                if (!TryReadDigits(text, out step) || step == 0 || step > To)
                    return Wrong($"'{text}' at {at + slash + 2} is not a step (1-{To})", out problem);
            }
            for (int number = from; number <= to; number += step)
                set |= 1UL << number;
            problem = "";
            return true;
        }

        private bool TryReadNumber(ReadOnlySpan<char> text, int at, out int number, out string problem)
        {
            problem = "";
            for (int i = 0; i < Names.Length; i++)
            {
                if (!text.Equals(Names[i], StringComparison.OrdinalIgnoreCase))
                    continue;
                number = i + From;
                return true;
            }
            return (TryReadDigits(text, out number) && number >= From && number <= To)
                || Wrong($"'{text}' at {at + 1} is not {Name} ({Wanted})", out problem);
        }

        private static bool TryReadDigits(ReadOnlySpan<char> text, out int number)
        {
            number = 0;
            if (text.Length is 0 or > 2)
                return false;
            foreach (char digit in text)
            {
                if (!char.IsAsciiDigit(digit))
                    return false;
                number = (number * 10) + digit - '0';
            }
            return true;
        }

        private static bool Wrong(string what, out string problem)
        {
            problem = what;
            return false;
        }
    }
}
