using System.Text.Json;

namespace FastRebalance.Bench.Routing.Peers;

/// <summary>What the comparison found.</summary>
/// <param name="Search">Which of our solvers was at work.</param>
/// <param name="Peers">By peer.</param>
/// <param name="Silent">Peers that were to answer and have not.</param>
/// <param name="Wrong">What must not be: answers that do not hold, and orders for which we bring less; empty where all is right.</param>
public sealed record PeerComparisonResult(
    string Processor, int Cores, string Runtime, string? Load, string Search, IReadOnlyList<PeerResult> Peers, IReadOnlyList<string> Silent,
    IReadOnlyList<string> Wrong)
{
    private const int ClaimsShown = 5;

    public bool IsRight => Wrong.Count == 0 && Silent.Count == 0 && Peers.Count > 0 && Peers.All(peer => peer.Findings.Count > 0);

    /// <summary>One JSON document.</summary>
    public void WriteJson(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        writer.WriteString("processor", Processor);
        writer.WriteNumber("cores", Cores);
        writer.WriteString("runtime", Runtime);
        writer.WriteString("load", Load);
        writer.WriteString("search", Search);
        writer.WriteStartArray("peers");
        foreach (PeerResult peer in Peers)
            WriteJson(writer, peer);
        writer.WriteEndArray();
        WriteTexts(writer, "silent", Silent);
        WriteTexts(writer, "wrong", Wrong);
        writer.WriteEndObject();
    }

    /// <summary>Lines for people.</summary>
    public void WriteText(TextWriter writer)
    {
        Line($"{Processor}, {Cores} cores, {Runtime}{(Load is null ? "" : $", load {Load}")}; {Search} search");
        Line($"output: ours by the peer's, both as their swaps bring it on the exact pools, smallest and median; microseconds: medians;");
        Line($"times: the median of the peer's time by ours; gas is left out on both sides; our times count quotes and everything else");
        foreach (PeerResult peer in Peers)
        {
            writer.WriteLine();
            WriteText(writer, peer);
        }
        writer.WriteLine();
        foreach (string silent in Silent)
            Line($"MISSING: {silent} has answered nothing (not installed, or its program failed)");
        foreach (string wrong in Wrong)
            Line($"WRONG: {wrong}");

        void Line(FormattableString text) => writer.WriteLine(FormattableString.Invariant(text));
    }

    private static void WriteText(TextWriter writer, PeerResult peer)
    {
        bool splits = peer.Findings.Any(finding => finding.Splits);
        string otherwise = splits ? "" : "; it never splits: its path stands beside our plan as well";
        Line($"{peer.Peer}; its time counts {peer.Counted}{otherwise}");
        Line($"  {"",-22}        best path: output         peer     ours           plan: output         peer     ours");
        Line($"  {"",-22} orders      min    median         us       us  times      min    median         us       us  times");
        foreach (IGrouping<string, PeerFinding> instance in peer.Findings.GroupBy(finding => finding.Instance))
            Row(instance.Key, [.. instance]);
        Row("all", peer.Findings);
        WriteClaims(writer, peer);

        void Row(string name, IReadOnlyList<PeerFinding> of) => Line(
            $"  {name,-22} {of.Count,6} {Least(of, f => f.PathRatio),8:0.000000} {Middle(of, f => f.PathRatio),9:0.000000} {Middle(of, f => f.PeerPathUs),10:0} {Middle(of, f => f.OurPathUs),8:0.0} {Middle(of, f => f.PathTimes),6:0} {Least(of, f => f.PlanRatio),8:0.000000} {Middle(of, f => f.PlanRatio),9:0.000000} {Middle(of, f => f.PeerSplitUs),10:0} {Middle(of, f => f.OurPlanUs),8:0.0} {Middle(of, f => f.PlanTimes),6:0}");

        void Line(FormattableString text) => writer.WriteLine(FormattableString.Invariant(text));
    }

    private static void WriteClaims(TextWriter writer, PeerResult peer)
    {
        int answers = peer.Findings.Sum(finding => finding.Splits ? 2 : 1);
        Line($"  of {answers} answers {answers - peer.Claims.Count} bring to the unit what the peer says");
        foreach (PeerClaim claim in peer.Claims.OrderByDescending(claim => Math.Abs(claim.Excess)).Take(ClaimsShown))
            Line($"  CLAIM: {claim.Where}: says {claim.Claimed}, its swaps bring {claim.Brought} ({claim.Excess:+0.0e+00;-0.0e+00})");
        if (peer.Claims.Count > ClaimsShown)
            Line($"  and {peer.Claims.Count - ClaimsShown} that are off by less (--json has them all)");

        void Line(FormattableString text) => writer.WriteLine(FormattableString.Invariant(text));
    }

    private static void WriteJson(Utf8JsonWriter writer, PeerResult peer)
    {
        writer.WriteStartObject();
        writer.WriteString("peer", peer.Peer);
        writer.WriteString("market", peer.Market);
        writer.WriteString("counted", peer.Counted);
        writer.WriteStartArray("instances");
        foreach (IGrouping<string, PeerFinding> instance in peer.Findings.GroupBy(finding => finding.Instance))
            WriteJson(writer, instance.Key, [.. instance]);
        writer.WriteEndArray();
        writer.WritePropertyName("all");
        WriteJson(writer, "all", peer.Findings);
        writer.WriteStartArray("orders");
        foreach (PeerFinding finding in peer.Findings)
            WriteJson(writer, finding);
        writer.WriteEndArray();
        writer.WriteStartArray("claims");
        foreach (PeerClaim claim in peer.Claims)
        {
            writer.WriteStartObject();
            writer.WriteString("where", claim.Where);
            writer.WriteString("claimed", claim.Claimed.ToString());
            writer.WriteString("brought", claim.Brought.ToString());
            writer.WriteEndObject();
        }
        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static void WriteJson(Utf8JsonWriter writer, string name, IReadOnlyList<PeerFinding> of)
    {
        writer.WriteStartObject();
        writer.WriteString("instance", name);
        writer.WriteNumber("orders", of.Count);
        Number("pathRatioMin", Least(of, f => f.PathRatio));
        Number("pathRatioMedian", Middle(of, f => f.PathRatio));
        Number("planRatioMin", Least(of, f => f.PlanRatio));
        Number("planRatioMedian", Middle(of, f => f.PlanRatio));
        Number("peerPathP50Us", Middle(of, f => f.PeerPathUs));
        Number("peerSplitP50Us", Middle(of, f => f.PeerSplitUs));
        Number("pathP50Us", Middle(of, f => f.OurPathUs));
        Number("planP50Us", Middle(of, f => f.OurPlanUs));
        Number("pathTimesMedian", Middle(of, f => f.PathTimes));
        Number("planTimesMedian", Middle(of, f => f.PlanTimes));
        writer.WriteEndObject();

        void Number(string field, double value)
        {
            if (double.IsFinite(value))
                writer.WriteNumber(field, value);
            else
                writer.WriteNull(field);
        }
    }

    private static void WriteJson(Utf8JsonWriter writer, PeerFinding finding)
    {
        writer.WriteStartObject();
        writer.WriteString("instance", finding.Instance);
        writer.WriteNumber("order", finding.Order);
        writer.WriteString("peerPath", finding.PeerPath.ToString());
        writer.WriteString("path", finding.OurPath.ToString());
        writer.WriteString("peerSplit", finding.PeerSplit.ToString());
        writer.WriteString("plan", finding.OurPlan.ToString());
        writer.WriteEndObject();
    }

    private static void WriteTexts(Utf8JsonWriter writer, string name, IReadOnlyList<string> texts)
    {
        writer.WriteStartArray(name);
        foreach (string text in texts)
            writer.WriteStringValue(text);
        writer.WriteEndArray();
    }

    private static double Least(IReadOnlyList<PeerFinding> of, Func<PeerFinding, double> figure) =>
        of.Select(figure).DefaultIfEmpty(double.NaN).Min();

    private static double Middle(IReadOnlyList<PeerFinding> of, Func<PeerFinding, double> figure) => PeerResult.MedianOf(of, figure);
}
