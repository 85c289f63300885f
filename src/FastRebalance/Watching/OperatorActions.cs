using FastRebalance.Execution.Submission;

namespace FastRebalance.Watching;

/// <summary>The operator's words, and the rule that each is said twice before it is done.</summary>
public static class OperatorActions
{
    private static readonly (string Word, OperatorAction Action, string Meaning)[] s_words =
    [
        ("pause", OperatorAction.Pause, "no new order until resume; those under way are followed to their end"),
        ("resume", OperatorAction.Resume, "orders again"),
        ("flatten", OperatorAction.Flatten, "everything into the numeraire, by orders as any other, until resume"),
        ("reload", OperatorAction.Reload, "the configuration's file again: taken up whole, or refused with the reason"),
        ("kill-soft", OperatorAction.KillSoft, "no new order, in later runs either; those out are followed to their end"),
        ("kill-hard", OperatorAction.KillHard, "as soft, and those out are cancelled"),
        ("kill-cold", OperatorAction.KillCold, "not one byte more is sent"),
    ];

    /// <summary>Every word, with what it does.</summary>
    public static IReadOnlyList<(string Word, string Meaning)> Words { get; } = [.. s_words.Select(static word => (word.Word, word.Meaning))];

    private static string WordsText => string.Join(", ", s_words.Select(static word => word.Word));

    public static string WordOf(OperatorAction action) => s_words.First(word => word.Action == action).Word;

    /// <summary>How far an action puts the kill switch down; <see cref="KillMode.Off"/> for one that does not.</summary>
    public static KillMode KillOf(OperatorAction action) => action switch
    {
        OperatorAction.KillSoft => KillMode.Soft,
        OperatorAction.KillHard => KillMode.Hard,
        OperatorAction.KillCold => KillMode.Cold,
        _ => KillMode.Off,
    };

    /// <summary>Reads a word and its confirmation.</summary>
    /// <param name="word">The action.</param>
    /// <param name="confirm">The same word again.</param>
    /// <param name="action">None where it is refused.</param>
    /// <returns>Null, or what is wrong and how to say it right.</returns>
    public static string? Refusal(string? word, string? confirm, out OperatorAction action)
    {
        action = OperatorAction.None;
        OperatorAction asked = s_words.FirstOrDefault(known => known.Word == word).Action;
        if (asked == OperatorAction.None)
            return $"{(string.IsNullOrEmpty(word) ? "no action" : $"no action is called \"{Shown(word)}\"")}: \"action\" is one of {WordsText}";
        if (confirm != word)
            return $"{(string.IsNullOrEmpty(confirm) ? "not confirmed" : $"confirmed as \"{Shown(confirm)}\"")}: say the word twice, {{\"action\":\"{word}\",\"confirm\":\"{word}\"}}";
        action = asked;
        return null;
    }

    private static string Shown(string text) => text.Length <= 40 ? text : text[..40] + "…";
}

/// <summary>What is sent to ask for an action.</summary>
/// <param name="Action">A word of <see cref="OperatorActions.Words"/>.</param>
/// <param name="Confirm">The same word again.</param>
/// <param name="Desk">The portfolio's name; may be left out where there is one desk.</param>
public sealed record ActionRequest(string? Action, string? Confirm, string? Desk);

/// <summary>What came of it.</summary>
/// <param name="Done">The engine or the log has taken it.</param>
/// <param name="Message">What happened; where nothing did, why, and what to do.</param>
public sealed record ActionReply(bool Done, string Action, string Desk, string Message);
