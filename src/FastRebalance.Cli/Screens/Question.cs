namespace FastRebalance.Cli.Screens;

/// <summary>A question to the person at the terminal, by lines: it works over any connection and needs no cursor.</summary>
internal static class Question
{
    /// <summary>Asks until the answer will do.</summary>
    /// <param name="text">The question.</param>
    /// <param name="usual">What an empty line means; null where it means nothing.</param>
    /// <param name="wanted">What would do instead of this answer; null where it does.</param>
    /// <exception cref="OperationCanceledException">The input has ended.</exception>
    public static string Ask(string text, string? usual, Func<string, string?> wanted)
    {
        while (true)
        {
            Console.Out.Write(string.IsNullOrEmpty(usual) ? $"{text} " : $"{text} [{usual}] ");
            string line = Console.In.ReadLine()?.Trim() ?? throw new OperationCanceledException("the input has ended");
            string answer = line.Length > 0 ? line : usual ?? "";
            if (wanted(answer) is not { } instead)
                return answer;
            Console.Out.WriteLine($"  found \"{answer}\"; wanted: {instead}");
        }
    }
}
