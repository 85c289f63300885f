namespace FastRebalance.Routing.Duals;

/// <summary>One segment as the interior-point method sees it: fr_dual_arc of native/src/basket_dual.h.</summary>
internal struct DualArc
{
    /// <summary>Value that goes in, comes out and is bent at growth e, at reference prices.</summary>
    public double Take, Pay, Size;

    /// <summary>Largest log growth; <see cref="double.MaxValue"/> for an endless segment.</summary>
    public double Most;

    /// <summary>Log growth, slack under it, slack over it.</summary>
    public double W, Lo, Hi;

    /// <summary>Size at present prices.</summary>
    public double Heft;

    /// <summary>One over w, over how much the slacks stiffen the segment, and over what is left of most.</summary>
    public double PerW, PerBend, PerRest;

    /// <summary>Right-hand sides.</summary>
    public double Rc, Rh, Rest;

    /// <summary>Direction.</summary>
    public double Dw, Dlo, Dhi;

    /// <summary>ln(1 + kappa).</summary>
    public double K;

    public int In, Out, Segment;
}
