using System.Globalization;
using System.Text;

namespace FastRebalance.Charts;

/// <summary>Draws lines between two axes as SVG, to be put into an <see cref="HtmlPage"/>, whose style gives the colours.</summary>
public static class LineChart
{
    private const double Width = 960, Height = 360, Left = 78, Right = 40, Top = 34, Bottom = 52;
    private const double LegendStep = 26;

    public static string Draw(Axis x, Axis y, params IReadOnlyList<Series> series)
    {
        StringBuilder svg = new();
        Add(svg, $"<svg viewBox=\"0 0 {Width} {Height}\" role=\"img\" aria-label=\"{Html.Escape(y.Title)} by {Html.Escape(x.Title)}\">\n");
        DrawGrid(svg, x, y);
        foreach (Series line in series)
            DrawLine(svg, x, y, line);
        DrawLegend(svg, series);
        return svg.Append("</svg>\n").ToString();
    }

    private static void DrawGrid(StringBuilder svg, Axis x, Axis y)
    {
        foreach ((double value, string text) in y.Ticks)
        {
            double at = Down(y, value);
            Add(svg, $"<line class=\"grid\" x1=\"{Left}\" y1=\"{at:0.#}\" x2=\"{Width - Right}\" y2=\"{at:0.#}\"/>");
            Add(svg, $"<text x=\"{Left - 8}\" y=\"{at + 4:0.#}\" text-anchor=\"end\">{Html.Escape(text)}</text>\n");
        }
        foreach ((double value, string text) in x.Ticks)
        {
            double at = Across(x, value);
            Add(svg, $"<line class=\"grid\" x1=\"{at:0.#}\" y1=\"{Top}\" x2=\"{at:0.#}\" y2=\"{Height - Bottom}\"/>");
            Add(svg, $"<text x=\"{at:0.#}\" y=\"{Height - Bottom + 18}\" text-anchor=\"middle\">{Html.Escape(text)}</text>\n");
        }
        (double middle, double level) = ((Left + Width - Right) / 2, (Top + Height - Bottom) / 2);
        Add(svg, $"<text class=\"title\" x=\"{middle}\" y=\"{Height - 10}\" text-anchor=\"middle\">{Html.Escape(x.Title)}</text>");
        Add(svg, $"<text class=\"title\" transform=\"translate(16 {level}) rotate(-90)\" text-anchor=\"middle\">{Html.Escape(y.Title)}</text>\n");
    }

    private static void DrawLine(StringBuilder svg, Axis x, Axis y, Series line)
    {
        if (line.HasLine)
        {
            Add(svg, $"<polyline class=\"line c{line.Colour}\" points=\"");
            foreach ((double px, double py) in line.Points)
                Add(svg, $"{Across(x, px):0.#},{Down(y, py):0.#} ");
            svg.Append("\"/>\n");
        }
        if (line.HasDots)
            foreach ((double px, double py) in line.Points)
                Add(svg, $"<circle class=\"dot c{line.Colour}\" cx=\"{Across(x, px):0.#}\" cy=\"{Down(y, py):0.#}\" r=\"3.5\"/>");
    }

    private static void DrawLegend(StringBuilder svg, IReadOnlyList<Series> series)
    {
        const double letter = 7;
        double at = Left;
        foreach (Series line in series.Where(s => s.Name.Length > 0))
        {
            if (line.HasLine)
                Add(svg, $"<line class=\"line c{line.Colour}\" x1=\"{at:0.#}\" y1=\"16\" x2=\"{at + LegendStep - 6:0.#}\" y2=\"16\"/>");
            else
                Add(svg, $"<circle class=\"dot c{line.Colour}\" cx=\"{at + 10:0.#}\" cy=\"16\" r=\"3.5\"/>");
            Add(svg, $"<text class=\"legend\" x=\"{at + LegendStep:0.#}\" y=\"20\">{Html.Escape(line.Name)}</text>\n");
            at += LegendStep + (letter * line.Name.Length) + 18;
        }
    }

    private static void Add(StringBuilder svg, FormattableString element) => svg.Append(element.ToString(CultureInfo.InvariantCulture));

    private static double Across(Axis x, double value) => Left + x.Place(value) * (Width - Left - Right);

    private static double Down(Axis y, double value) => Height - Bottom - y.Place(value) * (Height - Top - Bottom);
}
