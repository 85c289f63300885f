namespace FastRebalance.Ethereum.Transactions;

/// <summary>One mistake in a transaction's JSON: where, what stands there, what would be right.</summary>
public sealed record TransactionProblem(string Path, string Found, string Wanted)
{
    public override string ToString() => $"{Path}: found {Found}; wanted {Wanted}";
}
