namespace FastRebalance.Execution.Presigning;

/// <summary>How many there are of each along a slot's ladder, and where a rung stands in the flat table.</summary>
public readonly record struct LadderShape(int Fees, int Sizes, int Routes, int Limits)
{
    /// <summary>Rungs of one slot.</summary>
    public int Count => Fees * Sizes * Routes * Limits;

    /// <summary>[fee][size][route][limit].</summary>
    public int IndexOf(int fee, int size, int route, int limit) => ((((fee * Sizes) + size) * Routes) + route) * Limits + limit;

    /// <summary>[size][route][limit]: what the rungs of all fee levels share.</summary>
    public int CallOf(int size, int route, int limit) => (((size * Routes) + route) * Limits) + limit;
}
