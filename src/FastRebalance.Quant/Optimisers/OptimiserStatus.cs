namespace FastRebalance.Quant.Optimisers;

/// <summary>How an optimiser ended. Its weights are an answer with <see cref="Solved"/> alone.</summary>
public enum OptimiserStatus : byte
{
    /// <summary>Nothing was asked yet.</summary>
    None = 0,

    Solved,

    /// <summary>The steps ran out; the weights keep to every bound but are not the best.</summary>
    NotConverged,

    /// <summary>No weights meet all the bounds, or none are worth holding; the weights are zero.</summary>
    Infeasible,

    /// <summary>An input is not finite, out of range, or a matrix is not positive definite where it must be; the weights are zero.</summary>
    BadInput,
}
