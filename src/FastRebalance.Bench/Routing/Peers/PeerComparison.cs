using FastRebalance.Amm;
using FastRebalance.Bench.Latency;
using FastRebalance.Core.Assets;

namespace FastRebalance.Bench.Routing.Peers;

/// <summary>
/// Our answers beside those of routers written by others, on the same pools. What counts is what an answer's swaps bring when they are made
/// on our exact pools, for both sides; integers are compared, best path with best path and plan with split.
/// </summary>
public sealed class PeerComparison
{
    private readonly IReadOnlyList<PeerInstance> _instances;
    private readonly int _repetitions;
    private readonly Dictionary<string, OurAnswers> _ours = [];
    private readonly List<string> _wrong = [];
    private string _search = "";

    private PeerComparison(IReadOnlyList<PeerInstance> instances, int repetitions)
    {
        _instances = instances;
        _repetitions = repetitions;
    }

    /// <summary>Compares on the calling thread.</summary>
    /// <param name="instances">What the peers were asked.</param>
    /// <param name="peers">What they answered.</param>
    /// <param name="silent">Names of peers that have answered nothing.</param>
    /// <param name="repetitions">How often each of our answers is timed at most.</param>
    public static PeerComparisonResult Run(
        IReadOnlyList<PeerInstance> instances, IReadOnlyList<PeerAnswers> peers, IReadOnlyList<string> silent, int repetitions)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(repetitions, 1);
        PeerComparison comparison = new(instances, repetitions);
        PeerResult[] results = [.. peers.Select(comparison.Compare)];
        return new PeerComparisonResult(
            Machine.Processor, Machine.Cores, Machine.Runtime, Machine.Load, comparison._search, results, silent, comparison._wrong);
    }

    private PeerResult Compare(PeerAnswers peer)
    {
        List<PeerFinding> findings = [];
        List<PeerClaim> claims = [];
        PeerInstance[] asked = [.. _instances.Where(instance => instance.Market == peer.Market)];
        if (asked.Length == 0)
            _wrong.Add($"{peer.Peer}: nobody asked about a market '{peer.Market}'");
        foreach (PeerInstance instance in asked)
            for (int i = 0; i < instance.Orders.Count; i++)
            {
                PeerAnswer[] own = [.. peer.Answers.Where(answer => answer.Instance == instance.Name && answer.Order == i)];
                if (own.Length != 1)
                    _wrong.Add($"{peer.Peer}, {instance.Name}, order {i}: {own.Length} answers, wanted is one");
                else if (Compare(peer, instance, own[0], claims) is { } finding)
                    findings.Add(finding);
            }
        if (peer.HasExactClaims)
            _wrong.AddRange(claims.Select(claim => $"{peer.Peer}, {claim.Where}: says {claim.Claimed}, its swaps bring {claim.Brought}"));
        return new PeerResult(peer.Peer, peer.Market, peer.Counted, findings, claims);
    }

    private PeerFinding? Compare(PeerAnswers peer, PeerInstance instance, PeerAnswer answer, List<PeerClaim> claims)
    {
        OurAnswers ours = OursTo(instance);
        PeerOrder order = instance.Orders[answer.Order];
        string where = $"{instance.Name}, order {answer.Order}";
        string? problem = PeerReplay.RunPath(ours.Pools, order, answer.Path, out UInt256 path);
        UInt256 split = path;
        if (problem is null && answer.Split is not null)
            problem = PeerReplay.Run(ours.Pools, order, answer.Split, out split);
        if (problem is not null)
        {
            _wrong.Add($"{peer.Peer}, {where}: {problem}");
            return null;
        }
        AddClaim(claims, $"{where}, path", answer.Path, path);
        if (answer.Split is not null)
            AddClaim(claims, $"{where}, split", answer.Split, split);

        OurAnswer our = ours.To[answer.Order];
        PeerFinding finding = new(
            instance.Name, instance.Pools.Count, answer.Order, answer.Split is not null, path, our.Path, split, our.Plan,
            answer.Path.MedianUs, our.PathUs, (answer.Split ?? answer.Path).MedianUs, our.PlanUs);
        _wrong.AddRange(finding.Complaints().Select(complaint => $"{peer.Peer}, {where}: {complaint}"));
        return finding;
    }

    private static void AddClaim(List<PeerClaim> claims, string where, PeerRoute route, UInt256 brought)
    {
        if (route.Claimed != brought)
            claims.Add(new PeerClaim(where, route.Claimed, brought));
    }

    /// <summary>Our answers to an instance, worked out when the first peer is compared on it; they are replayed like everybody's.</summary>
    private OurAnswers OursTo(PeerInstance instance)
    {
        if (_ours.TryGetValue(instance.Name, out OurAnswers? known))
            return known;
        IReadOnlyList<Pool> pools = instance.MakePools();
        OurRouters routers = new(instance, pools);
        _search = routers.SearchName;
        OurAnswer[] to = [.. instance.Orders.Select((order, i) => new OurAnswer(
            Replayed($"our path, {instance.Name}, order {i}", pools, order, routers.BestPath(order, _repetitions), out double pathUs), pathUs,
            Replayed($"our plan, {instance.Name}, order {i}", pools, order, routers.Plan(order, _repetitions), out double planUs), planUs))];
        return _ours[instance.Name] = new OurAnswers(pools, to);
    }

    private UInt256 Replayed(string where, IReadOnlyList<Pool> pools, PeerOrder order, PeerRoute route, out double medianUs)
    {
        medianUs = route.MedianUs;
        if (route.Swaps.Count == 0)
            return UInt256.Zero; // no answer: less than anybody's
        string? problem = PeerReplay.Run(pools, order, route, out UInt256 brought);
        if (problem is null && brought != route.Claimed)
            problem = $"says {route.Claimed}, its swaps bring {brought}";
        if (problem is not null)
            _wrong.Add($"{where}: {problem}");
        return brought;
    }

    private sealed record OurAnswers(IReadOnlyList<Pool> Pools, OurAnswer[] To);

    private readonly record struct OurAnswer(UInt256 Path, double PathUs, UInt256 Plan, double PlanUs);
}
