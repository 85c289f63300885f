using System.Text;

namespace FastRebalance.Charts;

/// <summary>
/// One page in one file that asks nothing of any network: headings, figures, tables and charts from top to bottom, readable in light
/// and in dark. The text is well-formed XML. Whatever is called text is escaped here; charts come ready from <see cref="LineChart"/>.
/// </summary>
public sealed class HtmlPage
{
    private readonly StringBuilder _body = new();
    private readonly string _title;

    public HtmlPage(string title)
    {
        _title = title;
        Element("h1", title);
    }

    /// <summary>What must be read before anything else.</summary>
    public void Banner(string text) => Element("p", text, "banner");

    public void Heading(string text) => Element("h2", text);

    public void Paragraph(string text) => Element("p", text);

    /// <summary>Text as it was typed, such as a command line.</summary>
    public void Code(string text) => Element("pre", text);

    /// <summary>Facts, a name and a value each.</summary>
    public void Facts(IEnumerable<(string Name, string Value)> facts)
    {
        _body.Append("<dl>");
        foreach ((string name, string value) in facts)
            _body.Append("<div><dt>").Append(Html.Escape(name)).Append("</dt><dd>").Append(Html.Escape(value)).Append("</dd></div>");
        _body.Append("</dl>\n");
    }

    /// <summary>The few figures to remember, each with a line under it.</summary>
    public void Figures(IEnumerable<(string Name, string Figure, string Below)> figures)
    {
        _body.Append("<div class=\"figures\">");
        foreach ((string name, string figure, string below) in figures)
            _body.Append("<div><span>").Append(Html.Escape(name)).Append("</span><b>").Append(Html.Escape(figure)).Append("</b><span>")
                .Append(Html.Escape(below)).Append("</span></div>");
        _body.Append("</div>\n");
    }

    /// <param name="heads">Names of the columns; the first column is text, the others are figures.</param>
    /// <param name="rows">As many cells each.</param>
    public void Table(IReadOnlyList<string> heads, IEnumerable<IReadOnlyList<string>> rows)
    {
        _body.Append("<div class=\"wide\"><table><thead><tr>");
        foreach (string head in heads)
            _body.Append("<th>").Append(Html.Escape(head)).Append("</th>");
        _body.Append("</tr></thead><tbody>\n");
        foreach (IReadOnlyList<string> row in rows)
        {
            _body.Append("<tr>");
            foreach (string cell in row)
                _body.Append("<td>").Append(Html.Escape(cell)).Append("</td>");
            _body.Append("</tr>\n");
        }
        _body.Append("</tbody></table></div>\n");
    }

    /// <param name="svg">From <see cref="LineChart"/>.</param>
    /// <param name="caption">What the chart shows and how to read it.</param>
    public void Chart(string svg, string caption) =>
        _body.Append("<figure>").Append(svg).Append("<figcaption>").Append(Html.Escape(caption)).Append("</figcaption></figure>\n");

    public override string ToString() =>
        $"""
        <!DOCTYPE html>
        <html lang="en"><head><meta charset="utf-8"/><meta name="viewport" content="width=device-width, initial-scale=1"/>
        <title>{Html.Escape(_title)}</title>
        <style>
        {Style}
        </style></head><body><main>
        {_body}</main></body></html>

        """;

    private void Element(string name, string text, string? kind = null)
    {
        _body.Append('<').Append(name);
        if (kind is not null)
            _body.Append(" class=\"").Append(kind).Append('"');
        _body.Append('>').Append(Html.Escape(text)).Append("</").Append(name).Append(">\n");
    }

    private const string Style = """
        :root { color-scheme: light dark; --back: #ffffff; --card: #f6f7f9; --ink: #1b1f24; --soft: #5b6470; --grid: #e1e4e8;
          --c0: #8a929c; --c1: #1f6feb; --c2: #d9480f; --c3: #12805c; --c4: #8250df; --c5: #b08800; --warn: #9a3412; --warn-back: #fff4e5; }
        @media (prefers-color-scheme: dark) { :root { --back: #0f1318; --card: #171c23; --ink: #e4e8ee; --soft: #98a2b0; --grid: #2a313b;
          --c0: #7d8794; --c1: #58a6ff; --c2: #ff8a4c; --c3: #3fc296; --c4: #b692f6; --c5: #e3b341; --warn: #ffb86b; --warn-back: #2b2015; } }
        body { margin: 0; background: var(--back); color: var(--ink); font: 15px/1.5 system-ui, "Segoe UI", Roboto, Helvetica, Arial, sans-serif; }
        main { max-width: 1000px; margin: 0 auto; padding: 28px 20px 60px; }
        h1 { font-size: 26px; line-height: 1.25; margin: 0 0 14px; letter-spacing: -0.01em; }
        h2 { font-size: 18px; margin: 38px 0 10px; padding-top: 14px; border-top: 1px solid var(--grid); }
        p { margin: 8px 0; max-width: 82ch; }
        .banner { background: var(--warn-back); color: var(--warn); border-left: 4px solid currentColor; padding: 10px 14px; font-weight: 600; max-width: none; }
        dl { display: grid; grid-template-columns: repeat(auto-fill, minmax(300px, 1fr)); gap: 4px 24px; margin: 14px 0; }
        dl div { display: flex; gap: 10px; } dt { color: var(--soft); min-width: 92px; } dd { margin: 0; overflow-wrap: anywhere; }
        .figures { display: grid; grid-template-columns: repeat(auto-fit, minmax(170px, 1fr)); gap: 12px; margin: 18px 0; }
        .figures div { background: var(--card); border-radius: 8px; padding: 12px 14px; display: flex; flex-direction: column; }
        .figures b { font-size: 25px; line-height: 1.3; font-variant-numeric: tabular-nums; letter-spacing: -0.02em; }
        .figures span { color: var(--soft); font-size: 13px; }
        figure { margin: 14px 0 22px; } svg { width: 100%; height: auto; display: block; }
        figcaption { color: var(--soft); font-size: 13.5px; max-width: 92ch; }
        svg text { fill: var(--soft); font-size: 12px; font-variant-numeric: tabular-nums; } svg .title { font-size: 12.5px; } svg .legend { fill: var(--ink); font-size: 13px; }
        .grid { stroke: var(--grid); stroke-width: 1; } .line { fill: none; stroke-width: 2; stroke-linejoin: round; } .line.c0 { stroke-dasharray: 6 4; }
        .c0 { stroke: var(--c0); } .c1 { stroke: var(--c1); } .c2 { stroke: var(--c2); } .c3 { stroke: var(--c3); } .c4 { stroke: var(--c4); } .c5 { stroke: var(--c5); }
        .dot { fill: var(--back); stroke-width: 2; }
        .wide { overflow-x: auto; } table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; font-size: 13.5px; }
        th, td { text-align: right; padding: 5px 9px; border-bottom: 1px solid var(--grid); white-space: nowrap; }
        th { color: var(--soft); font-weight: 600; } th:first-child, td:first-child { text-align: left; white-space: normal; }
        pre { background: var(--card); padding: 10px 14px; border-radius: 8px; overflow-x: auto; font: 13px/1.5 ui-monospace, Menlo, Consolas, monospace; }
        """;
}
