namespace FastRebalance.Bench.Scenarios.Simulated;

/// <summary>When a desk sees a block, and when what it then sends can be mined.</summary>
/// <param name="PollSeconds">Looks only so often; 0: at every head.</param>
/// <param name="WorkSeconds">From seeing to having sent, on top of what the engine really takes.</param>
internal sealed record Reaction(double PollSeconds, double WorkSeconds)
{
    /// <summary>What comes later than so much before a block waits for the next.</summary>
    private const double CutoffSeconds = 1;

    /// <summary>Told by the head, with the decision and the signature made in the process.</summary>
    public static readonly Reaction Heads = new(0, 0.05);

    /// <summary>Looks every ten seconds, and takes two seconds to read prices over RPC, to quote, to estimate gas, to sign and to send: an assumption.</summary>
    public static readonly Reaction Polling = new(10, 2);

    /// <summary>Nothing that it sends ever arrives: what becomes of a position that nobody tends.</summary>
    public static readonly Reaction Never = new(0, 1e12);

    public double SeenAt(double blockSeconds, double phase) =>
        PollSeconds == 0 ? blockSeconds : Math.Ceiling((blockSeconds - phase) / PollSeconds) * PollSeconds + phase;

    public double EarliestBlock(double seenSeconds) => seenSeconds + WorkSeconds + CutoffSeconds;
}
