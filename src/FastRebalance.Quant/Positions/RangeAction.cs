namespace FastRebalance.Quant.Positions;

/// <summary>What a concentrated position asks for now.</summary>
public enum RangeAction : byte
{
    /// <summary>Nobody decided.</summary>
    Undecided = 0,

    /// <summary>Leave the range where it is.</summary>
    Stay,

    /// <summary>Put a range of the same width around the price.</summary>
    Recentre,

    /// <summary>Put a wider one around the price.</summary>
    Widen,

    /// <summary>A price, a volatility or a cost is not a number.</summary>
    BadInput,
}
