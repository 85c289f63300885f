using FastRebalance.Hosting;

namespace FastRebalance.Histories;

/// <summary>A run as its journal has it.</summary>
/// <param name="Folder">The run's own folder.</param>
/// <param name="Setup">What it was set up with; null where it crashed before that was on the disk.</param>
/// <param name="Events">Events read.</param>
/// <param name="Passes">Passes read.</param>
/// <param name="FirstUnixNs">Event time of the first; 0 where there is none.</param>
/// <param name="LastUnixNs">Event time of the last.</param>
/// <param name="Torn">The journal's end was torn off by a crash, or is being written now.</param>
/// <param name="Gap">The record that is missing, and behind which nothing was read; null where none is.</param>
public sealed record RunSummary(
    string Folder, ResolvedSetup? Setup, long Events, long Passes, long FirstUnixNs, long LastUnixNs, bool Torn, string? Gap);
