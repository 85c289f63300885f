namespace FastRebalance.Charts;

/// <summary>One line of a chart.</summary>
/// <param name="Name">Its name in the legend; empty to stand beside another that has one.</param>
/// <param name="Points">From left to right.</param>
/// <param name="Colour">1 to 5, as the page's style names them; 0 for the background's grey, broken.</param>
/// <param name="HasDots">Marks each point.</param>
/// <param name="HasLine">Joins the points; without it the marks stand alone.</param>
public sealed record Series(
    string Name, IReadOnlyList<(double X, double Y)> Points, int Colour, bool HasDots = false, bool HasLine = true);
