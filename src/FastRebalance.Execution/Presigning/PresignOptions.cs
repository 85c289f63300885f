namespace FastRebalance.Execution.Presigning;

/// <summary>What is signed ahead of time, and how far from it an order may be.</summary>
public sealed record PresignOptions
{
    public static readonly PresignOptions Default = new();

    /// <summary>Fee levels of each rung, from what the market asks upwards, each a legal replacement of the one below.</summary>
    public int FeeLevels { get; init; } = 3;

    /// <summary>Sizes and limits of the rungs.</summary>
    public LadderOptions Ladder { get; init; } = new() { SizesBps = [9_000, 9_800, 10_600], LimitShiftsBps = [0, 30, 60] };

    /// <summary>How far a rung may be from what was decided.</summary>
    public PickOptions Pick { get; init; } = new() { MaxUndersizeBps = 1_500 };

    public ArmoryOptions Armory { get; init; } = new();
}
