namespace FastRebalance.Routing.Paths;

/// <summary>Edges with their bounds as a binary heap in two arrays, the greatest bound at the root.</summary>
internal static class PathHeap
{
    public static void Make(Span<double> bound, Span<int> edge, int count)
    {
        for (int at = count / 2 - 1; at >= 0; at--)
            Sink(bound, edge, count, at);
    }

    /// <summary>Takes the root away; one less is in the heap then.</summary>
    public static void Pop(Span<double> bound, Span<int> edge, int count)
    {
        bound[0] = bound[count - 1];
        edge[0] = edge[count - 1];
        Sink(bound, edge, count - 1, 0);
    }

    private static void Sink(Span<double> bound, Span<int> edge, int count, int at)
    {
        double b = bound[at];
        int e = edge[at];
        while (true)
        {
            int child = 2 * at + 1;
            if (child >= count) break;
            if (child + 1 < count && bound[child + 1] > bound[child]) child++;
            if (bound[child] <= b) break;
            bound[at] = bound[child];
            edge[at] = edge[child];
            at = child;
        }
        bound[at] = b;
        edge[at] = e;
    }
}
