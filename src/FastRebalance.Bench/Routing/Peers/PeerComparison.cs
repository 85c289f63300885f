using FastRebalance.Amm;
using FastRebalance.Bench.Latency;
using FastRebalance.Core.Assets;

namespace FastRebalance.Bench.Routing.Peers;

/// <summary>
/// Our answers beside those of routers written by others, on the same pools. A peer's amount must be what our pools give for its path, to the
/// unit: else the two were not asked the same, and no ratio means anything.
/// </summary>
public static class PeerComparison
{
    /// <summary>Compares on the calling thread.</summary>
    /// <param name="instances">What the peers were asked.</param>
    /// <param name="peers">Each peer's name and answers.</param>
    /// <param name="repetitions">How often each of our answers is timed.</param>
    public static PeerComparisonResult Run(
        IReadOnlyList<PeerInstance> instances, IReadOnlyList<(string Peer, IReadOnlyList<PeerAnswer> Answers)> peers, int repetitions)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(repetitions, 1);
        List<string> wrong = [];
        List<PeerRow> rows = [];
        string search = "";
        foreach (PeerInstance instance in instances)
        {
            IReadOnlyList<Pool> pools = instance.MakePools();
            OurRouters ours = new(instance, pools);
            search = ours.SearchName;
            Outcome[] outcomes = [.. instance.Orders.Select(order => OutcomeOf(ours, order, repetitions))];
            foreach ((string peer, IReadOnlyList<PeerAnswer> answers) in peers)
                if (Compare(instance, pools, outcomes, peer, answers, wrong) is { } row)
                    rows.Add(row);
        }
        return new PeerComparisonResult(Machine.Processor, Machine.Cores, Machine.Runtime, Machine.Load, search, rows, wrong);
    }

    private static Outcome OutcomeOf(OurRouters ours, PeerOrder order, int repetitions)
    {
        UInt256 path = ours.BestPath(order, repetitions, out double pathUs);
        UInt256 basket = ours.Basket(order, repetitions, out double basketUs);
        return new Outcome(path, basket, pathUs, basketUs);
    }

    private static PeerRow? Compare(
        PeerInstance instance, IReadOnlyList<Pool> pools, Outcome[] ours, string peer, IReadOnlyList<PeerAnswer> answers, List<string> wrong)
    {
        List<double> path = [], basket = [], peerUs = [], pathUs = [], basketUs = [];
        for (int i = 0; i < ours.Length; i++)
        {
            string where = $"{peer}, {instance.Name}, order {i}";
            PeerAnswer[] own = [.. answers.Where(answer => answer.Instance == instance.Name && answer.Order == i)];
            string? problem = own.Length == 1
                ? PeerAnswerCheck.WhatIsWrong(pools, instance.Orders[i], own[0])
                : $"{own.Length} answers, wanted is one";
            if (problem is not null)
            {
                wrong.Add($"{where}: {problem}");
                continue;
            }
            PeerAnswer answer = own[0];
            if (ours[i].Basket < answer.AmountOut)
                wrong.Add($"{where}: our plan brings {ours[i].Basket}, the peer {answer.AmountOut}");
            path.Add((double)ours[i].Path / (double)answer.AmountOut);
            basket.Add((double)ours[i].Basket / (double)answer.AmountOut);
            peerUs.Add(answer.MedianUs);
            pathUs.Add(ours[i].PathUs);
            basketUs.Add(ours[i].BasketUs);
        }
        return path.Count == 0 ? null : new PeerRow(
            peer, pools.Count, path.Count, path.Min(), Median(path), basket.Min(), Median(basket), Median(peerUs), Median(pathUs), Median(basketUs));
    }

    private static double Median(List<double> values)
    {
        values.Sort();
        return values[values.Count / 2];
    }

    private readonly record struct Outcome(UInt256 Path, UInt256 Basket, double PathUs, double BasketUs);
}
