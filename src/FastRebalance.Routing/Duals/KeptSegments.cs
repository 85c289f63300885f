namespace FastRebalance.Routing.Duals;

/// <summary>Segments of an edge's two ways that the interior-point method works on; the first ones.</summary>
internal struct KeptSegments
{
    public int AB, BA;
}
