namespace FastRebalance.Bench.Routing.Peers;

/// <summary>One peer beside us.</summary>
/// <param name="Peer">Its name and version.</param>
/// <param name="Market">The market that it was asked about.</param>
/// <param name="Counted">What its times count.</param>
/// <param name="Findings">By order; the orders whose answers could be replayed.</param>
/// <param name="Claims">Where it says something else than its swaps bring.</param>
public sealed record PeerResult(
    string Peer, string Market, string Counted, IReadOnlyList<PeerFinding> Findings, IReadOnlyList<PeerClaim> Claims)
{
    /// <summary>The middle of one figure over the findings; NaN where there are none.</summary>
    public static double MedianOf(IEnumerable<PeerFinding> findings, Func<PeerFinding, double> figure)
    {
        double[] values = [.. findings.Select(figure).Order()];
        return values.Length == 0 ? double.NaN : values[values.Length / 2];
    }

    /// <summary><see cref="MedianOf(IEnumerable{PeerFinding}, Func{PeerFinding, double})"/> over all of them.</summary>
    public double MedianOf(Func<PeerFinding, double> figure) => MedianOf(Findings, figure);
}
