using FastRebalance.Native;

namespace FastRebalance.Routing.Paths;

/// <summary>The working memory of the managed search, made once; its content between searches means nothing.</summary>
internal sealed class PathScratch(int maxAssets, int maxEdges)
{
    public readonly double[] Reach = new double[maxAssets * PathLimits.MaxHops];
    public readonly ulong[] LeastGas = new ulong[maxAssets * PathLimits.MaxHops];
    public readonly int[] FirstEdge = new int[maxAssets];
    public readonly double[] HeapBound = new double[maxEdges];
    public readonly int[] HeapEdge = new int[maxEdges];
}
