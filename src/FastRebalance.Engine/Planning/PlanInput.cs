namespace FastRebalance.Engine.Planning;

/// <summary>What a plan is made of, copied at one moment so that the watching may go on while another thread plans.</summary>
internal sealed class PlanInput(int assetCount)
{
    public long NowUnixNs;
    public double TotalNumeraire;
    public double GasNumeraire;
    public double Stress;

    /// <summary>False while the target did not know its weights; then <see cref="Weights"/> means nothing.</summary>
    public bool HasWeights;

    /// <summary>Target weights, where they do not come from an allocator.</summary>
    public readonly double[] Weights = new double[assetCount];

    /// <summary>Per year, assets by assets, zeros for the numeraire.</summary>
    public readonly double[] Covariance = new double[assetCount * assetCount];

    public readonly double[] Anchors = new double[assetCount];
}
