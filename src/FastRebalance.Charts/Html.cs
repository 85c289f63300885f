using System.Text;

namespace FastRebalance.Charts;

/// <summary>Text in a page: every string from outside goes through <see cref="Escape"/>.</summary>
public static class Html
{
    /// <summary>As it must stand in text and in attributes between double quotes; what no XML may hold becomes a question mark.</summary>
    public static string Escape(string text)
    {
        StringBuilder escaped = new(text.Length);
        foreach (Rune rune in text.EnumerateRunes())
        {
            string? entity = rune.Value switch
            {
                '&' => "&amp;",
                '<' => "&lt;",
                '>' => "&gt;",
                '"' => "&quot;",
                '\'' => "&#39;",
                '\t' or '\n' or '\r' => null,
                < ' ' or 0xFFFE or 0xFFFF => "?",
                _ => null,
            };
            if (entity is null)
                escaped.Append(rune.ToString());
            else
                escaped.Append(entity);
        }
        return escaped.ToString();
    }
}
