namespace FastRebalance.Engine.Planning;

/// <summary>
/// Turns estimates into target weights: the slow half of a target that is optimised. It keeps nothing between calls, so that the planner
/// may ask it on another thread than the engine's.
/// </summary>
public interface IAllocator
{
    /// <summary>
    /// Assets among which the weights are its choice: the planner's guard rails hold for their shares of the whole they make up.
    /// Empty where the mix was given and only its size is chosen.
    /// </summary>
    IReadOnlyList<int> Chosen { get; }

    /// <summary>Writes one weight per asset, cash included; each from 0 to 1, together one.</summary>
    /// <param name="covariance">Covariance of log returns per year, assets by assets, row by row; the numeraire's row and column are zero.</param>
    /// <param name="weights">One per asset; means nothing when the answer is false.</param>
    /// <returns>False when these estimates have no answer.</returns>
    bool TryAllocate(ReadOnlySpan<double> covariance, Span<double> weights);
}
