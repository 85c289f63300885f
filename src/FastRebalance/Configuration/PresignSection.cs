using FastRebalance.Execution.Presigning;
using FastRebalance.Foreseeing;

namespace FastRebalance.Configuration;

/// <summary>
/// <c>submit.presign</c>: what is signed before it is decided. Left out, it is on where orders go to an executor contract, which takes a decision
/// once and sizes on chain; a router takes whatever it is given.
/// </summary>
public sealed record PresignSection
{
    private const string SizesWanted = "sizes in basis points of the foreseen amount, ascending, from 1 to 100000";
    private const string ShiftsWanted = "shifts of the limit in basis points, ascending, from 0 to 9999";

    /// <summary>Null leaves it to the contract that runs the orders.</summary>
    public bool? IsEnabled { get; init; }

    public PresignOptions Options { get; init; } = PresignOptions.Default;

    public ForesightOptions Foresight { get; init; } = new();

    internal static PresignSection Read(JsonSection section)
    {
        PresignOptions usual = PresignOptions.Default;
        ForesightOptions ahead = new();
        PresignSection read = new()
        {
            IsEnabled = section.Has("enabled") ? section.Flag("enabled", true) : null,
            Options = usual with
            {
                FeeLevels = (int)section.Integer("feeLevels", "levels from 1 to 32", 1, 32, usual.FeeLevels),
                Ladder = usual.Ladder with
                {
                    SizesBps = ReadBps(section, "sizesBps", SizesWanted, 1, 100_000, usual.Ladder.SizesBps),
                    LimitShiftsBps = ReadBps(section, "limitShiftsBps", ShiftsWanted, 0, 9_999, usual.Ladder.LimitShiftsBps),
                },
                Pick = usual.Pick with
                {
                    MaxUndersizeBps = (uint)section.Integer("maxUndersizeBps", "basis points from 0 to 9999", 0, 9_999, usual.Pick.MaxUndersizeBps),
                    MaxSafetyUndersizeBps = (uint)section.Integer("maxSafetyUndersizeBps", "basis points from 0 to 9999", 0, 9_999, usual.Pick.MaxSafetyUndersizeBps),
                },
            },
            Foresight = new ForesightOptions(
                (int)section.Integer("maxOrders", "foreseen orders from 1 to 16", 1, 16, ahead.MaxOrders),
                section.Number("largestMovePercent", "percent of the price, above 0 and at most 90", x => x is > 0 and <= 90, ahead.LargestMove * 100) / 100,
                (int)section.Integer("maxBlocksAhead", "blocks from 2 to 1000", 2, 1000, ahead.MaxBlocksAhead),
                (int)section.Integer("maxSafetyOrders", "foreseen orders from 1 to 16", 1, 16, ahead.MaxSafetyOrders)),
        };
        section.RejectUnknown();
        return read;
    }

    private static List<uint> ReadBps(JsonSection section, string name, string wanted, long from, long to, IReadOnlyList<uint> usual)
    {
        if (!section.Has(name))
            return [.. usual];
        List<uint> read = [];
        foreach (double number in section.Numbers(name, wanted, x => x >= from && x <= to && x == Math.Floor(x)))
            read.Add((uint)number);
        for (int i = 1; i < read.Count; i++)
            if (read[i] <= read[i - 1])
            {
                section.ReportField(name, $"{read[i]} after {read[i - 1]}", wanted);
                break;
            }
        return read.Count > 0 ? read : [.. usual];
    }
}
