namespace FastRebalance.BackTesting;

/// <summary>How a tape is cut into folds: the choice is made on one stretch and judged on the next, which it has not seen.</summary>
/// <param name="Train">Length of the stretch that a choice is made on.</param>
/// <param name="Test">Length of the stretch that it is judged on; the next fold begins so much later.</param>
/// <param name="Embargo">Left out between them, so that nothing remembered reaches across.</param>
public sealed record WalkForward(TimeSpan Train, TimeSpan Test, TimeSpan Embargo);
