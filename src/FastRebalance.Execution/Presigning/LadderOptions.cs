namespace FastRebalance.Execution.Presigning;

/// <summary>Which rungs a ladder has beside the fee levels and the foreseen orders.</summary>
public sealed record LadderOptions
{
    /// <summary>Sizes as parts of the foreseen amount, in bps, ascending. 10000 is the amount itself.</summary>
    public IReadOnlyList<uint> SizesBps { get; init; } = [9_500, 10_000, 10_500];

    /// <summary>
    /// By how much the minimum is raised above the foreseen one, in bps, ascending; never lowered, so that no rung is looser than what risk
    /// allowed. One is enough where the market hardly moves between two armings.
    /// </summary>
    public IReadOnlyList<uint> LimitShiftsBps { get; init; } = [0];

    /// <summary>The fee level held likeliest; the middle one unless told.</summary>
    public int? UsualFee { get; init; }

    /// <summary>The contract finds the amount when it runs, within the signed one: a change of what is held does not make a rung wrong.</summary>
    public bool SizesOnChain { get; init; } = true;

    /// <exception cref="ArgumentException">A value makes no sense.</exception>
    internal void Validate(int fees)
    {
        Require(SizesBps.Count is > 0 and <= byte.MaxValue, $"{SizesBps.Count} sizes: at least one is wanted, such as 10000");
        Require(LimitShiftsBps.Count is > 0 and <= byte.MaxValue, $"{LimitShiftsBps.Count} limits: at least one is wanted, such as 0");
        Require(IsAscending(SizesBps) && SizesBps[0] > 0 && SizesBps[^1] <= 100_000, "sizes must ascend, from 1 to 100000 bps of the foreseen amount");
        Require(IsAscending(LimitShiftsBps) && LimitShiftsBps[^1] < 10_000, "limits must ascend, from 0 to 9999 bps above the foreseen minimum");
        Require(UsualFee is not { } usual || (uint)usual < (uint)fees, $"the usual fee level is {UsualFee} of {fees}");
    }

    private static bool IsAscending(IReadOnlyList<uint> values)
    {
        for (int i = 1; i < values.Count; i++)
            if (values[i] <= values[i - 1])
                return false;
        return true;
    }

    private static void Require(bool holds, string message)
    {
        if (!holds)
            throw new ArgumentException(message);
    }
}
