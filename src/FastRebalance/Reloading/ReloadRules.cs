using FastRebalance.Engine.Targets;
using FastRebalance.Hosting;

namespace FastRebalance.Reloading;

/// <summary>
/// What of a configuration a run can take up while it goes on: what the portfolio is held to. All else is refused, with the reason: whatever the rules do
/// not name is refused too.
/// </summary>
internal sealed class ReloadRules
{
    private const string Portfolio = "portfolios[0]";
    private const string Again = ": stop and start again";

    // No run reads them.
    private static readonly string[] s_idle = ["$schema", "backtest"];

    private static readonly string[] s_taken =
    [
        $"{Portfolio}.target", $"{Portfolio}.triggers", $"{Portfolio}.sizing", $"{Portfolio}.constraints", $"{Portfolio}.risk", $"{Portfolio}.safety",
        "submit.deadlineSeconds",
    ];

    // They may hold an access key, or say where one lies.
    private static readonly string[] s_secret = ["chain.endpoints", "account", "safetyAccount", "submit.channels", "submit.mempool", "feeds", "executor.intent"];

    // The first that fits; the last fits all.
    private static readonly (string Path, string Reason)[] s_reasons =
    [
        ("chain.id", "orders, nonces and the journal belong to one chain"),
        ("chain", "the connections and the chain's rules were taken up when the run began"),
        ("account", "nonces, the write-ahead log and what is signed ahead are one account's"),
        ("safetyAccount", "nonces, the write-ahead log and what is signed ahead are one account's"),
        ("contracts", "what is signed and approved names the contract"),
        ("executor", "what is signed ahead goes by it"),
        ("numeraire", "prices, limits and budgets are counted in it"),
        ("native", "gas is counted in it"),
        ("assets", "state and journal know assets by their place"),
        ("pools", "state and journal know pools by their place"),
        ("feeds", "the feeds were started when the run began"),
        ("submit.channels", "the channels were opened when the run began"),
        ("submit", "the senders keep to it from their start, with what they have out and what they have signed"),
        ("engine.journal", "a run has one journal"),
        ("engine", "threads, rings and memory were laid out when the run began"),
        ("desks", "every desk is started with the process"),
        ($"{Portfolio}.name", "the desk, its reports and its operators know it by its name"),
        ($"{Portfolio}.position", "a position begins with the run"),
        ($"{Portfolio}.lending", "the account and its debt are one market's"),
        ($"{Portfolio}.planner", "the planner's memory of prices goes by it"),
        ("", "nothing takes it up while a run goes on"),
    ];

    private readonly (string Path, string Reason)[] _own;

    /// <param name="running">What runs now: some of it must not be changed for what it remembers.</param>
    public ReloadRules(PolicyBefore running) => _own = [.. Own(running)];

    public bool IsIdle(string path) => s_idle.Any(place => IsIn(path, place));

    public bool IsSecret(string path) => s_secret.Any(place => IsIn(path, place));

    /// <summary>Why a difference here cannot be taken; null where it can.</summary>
    public string? RefusalOf(string path)
    {
        foreach ((string place, string reason) in _own)
            if (IsIn(path, place))
                return reason + Again;
        if (s_taken.Any(place => IsIn(path, place)))
            return null;
        return s_reasons.First(rule => IsIn(path, rule.Path)).Reason + Again;
    }

    private static IEnumerable<(string Path, string Reason)> Own(PolicyBefore running)
    {
        if (running.Config.Portfolio.Position is not null)
            yield return (Portfolio, "the position has a debt, and remembers what it has begun");
        if (running.Config.Portfolio.Position is not null)
            yield return ("submit", "the position has a debt, and remembers what it has begun");
        ITarget target = running.Policy.Target;
        if (target.HasMemory)
            yield return ($"{Portfolio}.target", $"{running.Config.Portfolio.Target.Kind} remembers its floor, and whether it was broken");
        if (PlannerFactory.WantsPlan(running.Policy))
            yield return ($"{Portfolio}.target", "the planner makes its plans for this target");
    }

    private static bool IsIn(string path, string place) =>
        place.Length == 0 || path == place || (path.StartsWith(place, StringComparison.Ordinal) && path[place.Length] is '.' or '[');
}
