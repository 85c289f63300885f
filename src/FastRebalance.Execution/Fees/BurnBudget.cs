using FastRebalance.Core.Assets;

namespace FastRebalance.Execution.Fees;

/// <summary>
/// Counts gas that was really paid, by the hour and by the day (UTC) of the event clock, and says whether more may be risked. An event clock that goes
/// back, as in a reorg, opens no new window: what was counted stays counted. One thread.
/// </summary>
/// <param name="limits">The two limits.</param>
/// <param name="state">Where an earlier run left off; default for a fresh start.</param>
public sealed class BurnBudget(FeeLimits limits, BurnState state = default)
{
    private const long SecondsPerHour = 3600;
    private const long SecondsPerDay = 86_400;

    /// <summary>To be kept: a budget made from it answers as this one does.</summary>
    public BurnState State { get; private set; } = state;

    /// <summary>Whether so much may be burnt on top.</summary>
    /// <param name="unixSeconds">The event clock.</param>
    /// <param name="mostWei">The most that what is asked for can cost, together with everything that is out and not yet counted.</param>
    public BurnVerdict Check(long unixSeconds, in UInt256 mostWei)
    {
        BurnState now = At(unixSeconds);
        return !Fits(now.HourWei, in mostWei, limits.MaxHourWei) ? BurnVerdict.HourSpent
            : !Fits(now.DayWei, in mostWei, limits.MaxDayWei) ? BurnVerdict.DaySpent
            : BurnVerdict.Within;
    }

    /// <summary>Counts what a mined transaction paid, whatever became of it.</summary>
    /// <param name="unixSeconds">The time of its block.</param>
    /// <param name="wei">Gas used times the price paid, and the fee for its bytes.</param>
    public void Burn(long unixSeconds, in UInt256 wei)
    {
        BurnState now = At(unixSeconds);
        State = now with { HourWei = Add(now.HourWei, in wei), DayWei = Add(now.DayWei, in wei) };
    }

    private BurnState At(long unixSeconds)
    {
        long hour = Math.DivRem(unixSeconds, SecondsPerHour).Quotient;
        long day = Math.DivRem(unixSeconds, SecondsPerDay).Quotient;
        BurnState at = State;
        if (hour > at.Hour)
            at = at with { Hour = hour, HourWei = UInt256.Zero };
        return day > at.Day ? at with { Day = day, DayWei = UInt256.Zero } : at;
    }

    private static bool Fits(in UInt256 spent, in UInt256 more, in UInt256 limit) => spent <= limit && more <= limit - spent;

    private static UInt256 Add(in UInt256 left, in UInt256 right) => right > UInt256.MaxValue - left ? UInt256.MaxValue : left + right;
}
