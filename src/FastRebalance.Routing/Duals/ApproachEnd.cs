namespace FastRebalance.Routing.Duals;

/// <summary>How the interior-point method ends.</summary>
internal enum ApproachEnd
{
    /// <summary>Nowhere.</summary>
    Far,

    /// <summary>With segments left out that would trade.</summary>
    Cut,

    /// <summary>Near, in growths.</summary>
    Near,

    /// <summary>Exact, in prices.</summary>
    Exact,
}
