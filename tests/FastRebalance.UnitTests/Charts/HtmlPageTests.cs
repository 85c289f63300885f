using System.Globalization;
using System.Xml;
using System.Xml.Linq;
using FastRebalance.Charts;

namespace FastRebalance.UnitTests.Charts;

public sealed class HtmlPageTests
{
    private const string Nasty = "<script>alert(\"1\" & '2')</script>\u0001";

    [Fact]
    public void ToString_NastyTextEverywhere_IsWellFormedAndSaysIt()
    {
        HtmlPage page = new(Nasty);
        page.Banner(Nasty);
        page.Heading(Nasty);
        page.Paragraph(Nasty);
        page.Code(Nasty);
        page.Facts([(Nasty, Nasty)]);
        page.Figures([(Nasty, Nasty, Nasty)]);
        page.Table([Nasty], [[Nasty]]);
        Axis axis = Axis.Logarithmic(Nasty, 1, 10, _ => Nasty);
        page.Chart(LineChart.Draw(axis, axis, new Series(Nasty, [(1, 2)], 1)), Nasty);

        XDocument document = Parse(page.ToString());
        Assert.DoesNotContain(document.Descendants(), e => e.Name.LocalName == "script");
        Assert.Equal(Nasty.Replace('\u0001', '?'), document.Descendants("h1").Single().Value);
        Assert.Equal(Nasty.Replace('\u0001', '?'), document.Descendants("td").Single().Value);
    }

    [Fact]
    public void ToString_AnyPage_AsksNothingOfTheNetwork()
    {
        HtmlPage page = new("a page");
        Axis axis = Axis.Linear("x", 0, 10);
        page.Chart(LineChart.Draw(axis, axis, new Series("s", [(1, 2)], 1)), "a chart");
        string text = page.ToString();
        foreach (string outside in new[] { "http", "src=", "href=", "url(", "@import" })
            Assert.DoesNotContain(outside, text, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public void Draw_PointsBetweenTheAxes_StandWhereTheAxesSay()
    {
        Axis x = Axis.Linear("x", 0, 100), y = Axis.Logarithmic("y", 1, 100, v => $"{v}");
        string svg = LineChart.Draw(x, y, new Series("s", [(0, 1), (50, 10), (100, 100), (1_000, 1e9)], 1));
        (double X, double Y)[] points = [.. XElement.Parse(svg).Elements("polyline").Single().Attribute("points")!.Value
            .Split(' ', StringSplitOptions.RemoveEmptyEntries)
            .Select(p => p.Split(',')).Select(p => (Number(p[0]), Number(p[1])))];
        Assert.Equal((points[0].X + points[2].X) / 2, points[1].X, 0.11);
        Assert.Equal((points[0].Y + points[2].Y) / 2, points[1].Y, 0.11);
        Assert.True(points[2].X > points[0].X && points[2].Y < points[0].Y); // to the right and up
        Assert.Equal(points[2], points[3]); // beyond the ends: at them
    }

    [Theory]
    [InlineData(0, 6)]
    [InlineData(0, 20)]
    [InlineData(0, 600)]
    [InlineData(3, 3.5)]
    public void Linear_AnyRange_HasAFewRoundTicks(double from, double to)
    {
        IReadOnlyList<(double Value, string Text)> ticks = Axis.Linear("x", from, to).Ticks;
        Assert.InRange(ticks.Count, 3, 14);
        Assert.All(ticks, t => Assert.True(t.Text.Length <= 4, t.Text));
    }

    [Fact]
    public void Percentiles_EachMark_IsTenTimesRarer()
    {
        Axis axis = Axis.Percentiles("p", 4);
        Assert.Equal(["0%", "90%", "99%", "99.9%", "99.99%"], axis.Ticks.Select(t => t.Text));
        for (int i = 0; i < 5; i++)
            Assert.Equal(i / 4.0, axis.Place(axis.Ticks[i].Value), 1e-9);
    }

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);

    private static XDocument Parse(string page)
    {
        using XmlReader reader = XmlReader.Create(new StringReader(page), new XmlReaderSettings { DtdProcessing = DtdProcessing.Ignore });
        return XDocument.Load(reader);
    }
}
