using System.Globalization;
using FastRebalance.Engine.Triggers;

namespace FastRebalance.UnitTests.Engine.Triggers;

public class CronExpressionTests
{
    private const long MinuteNs = 60_000_000_000;

    [Theory]
    [InlineData("0 0 * * *", "2024-02-28 13:05", "2024-02-29 00:00")]
    [InlineData("*/15 * * * *", "2024-02-28 13:05", "2024-02-28 13:15")]
    [InlineData("*/15 * * * *", "2024-02-28 13:15", "2024-02-28 13:30")] // strictly after
    [InlineData("5-59/20 9-17 * * MON-FRI", "2024-03-01 17:45", "2024-03-04 09:05")]
    [InlineData("30 4 1,15 * *", "2024-03-02 00:00", "2024-03-15 04:30")]
    [InlineData("0 12 * jan,Jul *", "2024-02-01 00:00", "2024-07-01 12:00")]
    [InlineData("0 0 29 2 *", "2024-03-01 00:00", "2028-02-29 00:00")]
    [InlineData("0 0 29 2 *", "2096-03-01 00:00", "2104-02-29 00:00")] // 2100 has none
    [InlineData("59 23 31 12 *", "2024-12-31 23:59", "2025-12-31 23:59")]
    [InlineData("0 0 * * 7", "2024-03-01 00:00", "2024-03-03 00:00")]
    [InlineData("0 0 * * sun", "2024-03-01 00:00", "2024-03-03 00:00")]
    [InlineData("0 0 * * 5-7", "2024-03-03 00:00", "2024-03-08 00:00")]
    public void Next_Expression_IsTheDateThatCronGives(string text, string after, string expected)
    {
        Assert.True(CronExpression.TryParse(text, out CronExpression? cron, out string problem), problem);

        Assert.Equal(UnixNs(expected), cron.NextUnixNs(UnixNs(after)));
        Assert.Equal(UnixNs(expected), cron.NextUnixNs(UnixNs(expected) - 1));
    }

    // crontab(5): "30 4 1,15 * 5" would run at 4:30 am on the 1st and 15th of each month, plus every Friday.
    [Theory]
    [InlineData("30 4 1,15 * 5", "2024-03-01", "2024-03-08", "2024-03-15", "2024-03-22", "2024-03-29", "2024-04-01")]
    [InlineData("30 4 */2 * 5", "2024-03-01", "2024-03-15", "2024-03-29", "2024-04-05", "2024-04-19", "2024-05-03")] // a star: both
    [InlineData("30 4 13 * *", "2024-03-13", "2024-04-13", "2024-05-13")]
    public void Next_BothDayFields_EitherMatchesUnlessOneBeginsWithAStar(string text, params string[] days)
    {
        Assert.True(CronExpression.TryParse(text, out CronExpression? cron, out _));
        long at = UnixNs("2024-02-29 12:00");
        foreach (string day in days)
        {
            at = cron.NextUnixNs(at);
            Assert.Equal(UnixNs(day + " 04:30"), at);
        }
    }

    [Fact]
    public void Next_SeededExpressions_IsWhatCountingMinutesFinds()
    {
        Random random = new(41);
        for (int round = 0; round < 200; round++)
        {
            int[] minutes = Some(0, 59, 4), hours = Some(0, 23, 3), days = Some(1, 31, 6), months = Some(1, 12, 6), weekdays = Some(0, 6, 2);
            bool anyDay = random.Next(2) == 0, anyWeekday = random.Next(2) == 0;
            string text = $"{Join(minutes)} {Join(hours)} {(anyDay ? "*" : Join(days))} {Join(months)} {(anyWeekday ? "*" : Join(weekdays))}";
            if (!CronExpression.TryParse(text, out CronExpression? cron, out _))
                continue; // such as the 30th of February alone
            DateTime at = new DateTime(2023, 1, 1).AddMinutes(random.Next(525_600));

            DateTime expected = at;
            do
                expected = expected.AddMinutes(1);
            while (!Matches(expected));
            Assert.Equal(UnixNs(expected), cron.NextUnixNs(UnixNs(at)));

            bool Matches(DateTime t)
            {
                bool day = days.Contains(t.Day), weekday = weekdays.Contains((int)t.DayOfWeek);
                bool matches = anyDay ? anyWeekday || weekday : anyWeekday ? day : day || weekday;
                return matches && minutes.Contains(t.Minute) && hours.Contains(t.Hour) && months.Contains(t.Month);
            }
        }

        int[] Some(int from, int to, int most) => [.. Enumerable.Range(0, 1 + random.Next(most)).Select(_ => random.Next(from, to + 1))];
        static string Join(int[] numbers) => string.Join(',', numbers);
    }

    [Theory]
    [InlineData("", "0 fields; a minute is missing at 1")]
    [InlineData("0 0 * *", "4 fields; a day of the week is missing at 8")]
    [InlineData("0 0 * * * *", "'*' at 11 is a sixth field")]
    [InlineData("60 0 * * *", "'60' at 1 is not a minute (0-59)")]
    [InlineData("0 24 * * *", "'24' at 3 is not an hour (0-23)")]
    [InlineData("0 0 0 * *", "'0' at 5 is not a day of the month (1-31)")]
    [InlineData("0 0 * 13 *", "'13' at 7 is not a month (1-12 or JAN-DEC)")]
    [InlineData("0 0 * * MO", "'MO' at 9 is not a day of the week (0-7 or SUN-SAT)")]
    [InlineData("0,15,x * * * *", "'x' at 6 is not a minute (0-59)")]
    [InlineData("0, * * * *", "'' at 3 is not a minute (0-59)")]
    [InlineData("0 17-9 * * *", "'17-9' at 3 runs backwards")]
    [InlineData("*/0 * * * *", "'0' at 3 is not a step (1-59)")]
    [InlineData("5/15 * * * *", "'5/15' at 1 steps from one number; wanted a range, such as 5-59/15")]
    [InlineData("-1 * * * *", "'' at 1 is not a minute (0-59)")]
    [InlineData("0 0 30 2 *", "a day that never comes")]
    public void TryParse_BadText_NamesWhatAndWhere(string text, string expected)
    {
        Assert.False(CronExpression.TryParse(text, out CronExpression? cron, out string problem));

        Assert.Null(cron);
        Assert.Equal(expected, problem);
    }

    [Fact]
    public void Next_EndOfTime_IsNever()
    {
        Assert.True(CronExpression.TryParse("0 0 1 1 *", out CronExpression? cron, out _));

        Assert.Equal(long.MaxValue, cron.NextUnixNs(long.MaxValue - MinuteNs));
        Assert.Equal(UnixNs("1971-01-01 00:00"), cron.NextUnixNs(0));
        Assert.Equal(0, cron.NextUnixNs(-1));
    }

    [Fact]
    public void Next_ManyTimes_AllocatesNothing()
    {
        Assert.True(CronExpression.TryParse("0 0 29 2 */7", out CronExpression? cron, out _)); // a leap day that is a Sunday: every 28 years
        long at = 0;
        cron.NextUnixNs(at);
        AllocationWatch watch = new();
        while (watch.Next())
            for (int i = 0; i < 100; i++)
                at = cron.NextUnixNs(at % (100L * 365 * 1440 * MinuteNs));
        Assert.Equal(0, watch.LeastBytes);
    }

    private static long UnixNs(string text) => UnixNs(DateTime.Parse(text, CultureInfo.InvariantCulture));

    private static long UnixNs(DateTime time) => (time - DateTime.UnixEpoch).Ticks * 100;
}
