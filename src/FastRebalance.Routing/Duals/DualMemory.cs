namespace FastRebalance.Routing.Duals;

/// <summary>All the memory that the managed dual solver will ever need.</summary>
internal sealed class DualMemory(int maxTokens, int maxEdges, int maxSegments)
{
    public double[] Matrix { get; } = new double[maxTokens * maxTokens];

    public double[] Pivot { get; } = new double[maxTokens];

    public double[] Residual { get; } = new double[maxTokens];

    public double[] Curvature { get; } = new double[maxTokens];

    public double[] Flow { get; } = new double[maxTokens];

    public double[] Step { get; } = new double[maxTokens];

    public double[] Trial { get; } = new double[maxTokens];

    public double[] Best { get; } = new double[maxTokens];

    public double[] Saved { get; } = new double[maxTokens];

    public double[] LogPrice { get; } = new double[maxTokens];

    public double[] Root { get; } = new double[maxTokens];

    public double[] BestSale { get; } = new double[maxTokens];

    public double[] BestPurchase { get; } = new double[maxTokens];

    public double[] Start { get; } = new double[maxTokens];

    public double[] Stiffness { get; } = new double[maxEdges];

    public KeptSegments[] Kept { get; } = new KeptSegments[maxEdges];

    public DualArc[] Arcs { get; } = new DualArc[maxSegments];

    public bool HasFactor { get; set; }
}
