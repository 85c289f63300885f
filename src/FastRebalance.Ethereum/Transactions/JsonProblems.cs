using System.Text.Json;

namespace FastRebalance.Ethereum.Transactions;

/// <summary>The mistakes found so far, and how a value is shown in one.</summary>
internal sealed class JsonProblems
{
    private const int LongestShown = 80;

    private readonly List<TransactionProblem> _all = [];

    public IReadOnlyList<TransactionProblem> All => _all;

    public void Add(string path, string found, string wanted) => _all.Add(new TransactionProblem(path, found, wanted));

    public bool Has(string path) => _all.Exists(problem => problem.Path == path);

    public static string Shown(JsonElement value)
    {
        string text = value.GetRawText();
        return text.Length <= LongestShown ? text : string.Concat(text.AsSpan(0, LongestShown), "…");
    }
}
