namespace FastRebalance.Simulation.LatencyValue;

/// <summary>How long the paths and chains are.</summary>
/// <param name="DiffusionDays">Days of each path of the diffusion.</param>
/// <param name="OrderFlowDays">Days of each path of order flow, event by event.</param>
/// <param name="ChainBlocks">Blocks simulated for a closed form of stale quotes without fee; more with one.</param>
/// <param name="CheckPaths">Paths of <paramref name="CheckYears"/> years each for the closed forms of bands.</param>
/// <param name="CheckYears">See there.</param>
/// <param name="CppiPaths">Years of protected portfolios for the probability of breaking the floor.</param>
/// <param name="FloorWindows">Weeks for the study of floors by the minute.</param>
/// <param name="Slack">Multiplies the relative tolerances, since less was simulated.</param>
internal sealed record ExperimentSize(
    int DiffusionDays, int OrderFlowDays, long ChainBlocks, int CheckPaths, int CheckYears, int CppiPaths, int FloorWindows, double Slack)
{
    public static ExperimentSize Of(LatencyValueOptions options) => options.Quick
        ? new ExperimentSize(15, 2, 1_000_000, 8, 10, 4_000, 100, 4)
        : new ExperimentSize(90, 10, 10_000_000, 32, 20, 40_000, 1_000, 1);
}
