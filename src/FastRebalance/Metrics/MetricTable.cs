using System.Diagnostics.Metrics;
using FastRebalance.Reports;
using FastRebalance.Watching;

namespace FastRebalance.Metrics;

/// <summary>Every metric of a desk. The page of the web room prints this table; a test holds it to that, and the meters to both.</summary>
internal static class MetricTable
{
    public const string PortfolioMeter = "FastRebalance.Portfolio";
    public const string EngineMeter = "FastRebalance.Engine";
    public const string ExecutionMeter = "FastRebalance.Execution";
    public const string FeedMeter = "FastRebalance.Feed";

    private const double NsPerSecond = 1e9;

    private static readonly string[] s_states = ["running", "flattening", "paused", "draining", "killed", "faulted"];
    private static readonly string[] s_kills = ["off", "soft", "hard", "cold"];

    public static IReadOnlyList<MetricLine> All { get; } =
    [
        Gauge(PortfolioMeter, "fastrebalance.portfolio.value", "{numeraire}", "Value of what is held, in the numeraire.", static d => One(d, d.ValueNumeraire)),
        Gauge(PortfolioMeter, "fastrebalance.portfolio.drift", "1", "Largest distance of a weight from its target, as a fraction.", static d => One(d, d.MaxDriftBps / 1e4)),
        Gauge(PortfolioMeter, "fastrebalance.asset.weight", "1", "Weight, as a fraction of the portfolio.", static d => EachAsset(d, static a => a.Weight), "asset"),
        Gauge(PortfolioMeter, "fastrebalance.asset.target", "1", "Target weight.", static d => EachAsset(d, static a => a.Target), "asset"),
        Gauge(PortfolioMeter, "fastrebalance.asset.price", "{numeraire}", "Price of a whole token, in the numeraire.", static d => EachAsset(d, static a => a.PriceNumeraire), "asset"),
        Gauge(PortfolioMeter, "fastrebalance.trigger.nearness", "1", "How much of the way to firing is gone: 1 where it fires.",
            static d => d.Triggers.Where(static t => t.Nearness is not null).Select(t => Of(d, t.Nearness!.Value, ("tier", t.Tier), ("trigger", $"{t.Place}:{t.Kind}"))), "tier", "trigger"),
        Gauge(PortfolioMeter, "fastrebalance.position.health_factor", "1", "Health factor at the lending market's prices, where there is debt.", static d => One(d, d.Position?.HealthFactor)),

        Gauge(EngineMeter, "fastrebalance.run.state", "1", "1 for the state that the run is in, 0 for the others.",
            static d => s_states.Select(state => Of(d, d.Run.State == state ? 1 : 0, ("state", state))), "state"),
        Gauge(EngineMeter, "fastrebalance.run.uptime", "s", "Since the run's threads started.", static d => One(d, d.UptimeSeconds)),
        Counter(EngineMeter, "fastrebalance.engine.decisions", "{decision}", "Passes, by how they ended.",
            static d => d.Engine.Verdicts.Select(v => Of(d, v.Value, ("verdict", v.Key))), "verdict"),
        Counter(EngineMeter, "fastrebalance.engine.refusals", "{decision}", "Refused passes, by the risk check that refused.",
            static d => d.Engine.Refusals.Select(r => Of(d, r.Value, ("check", r.Key))), "check"),
        Counter(EngineMeter, "fastrebalance.engine.refused_events", "{event}", "Events that could not be true, and changed nothing.", static d => One(d, d.Engine.RefusedEvents)),
        Gauge(EngineMeter, "fastrebalance.engine.allocated", "By", "Bytes that the engine's thread allocated per decision, once warm.", static d => One(d, d.Engine.AllocatedBytesPerDecision)),
        Gauge(EngineMeter, "fastrebalance.latency", "s", "Percentiles since the run began, by stage; quantile 1 is the worst.", Latencies, "stage", "quantile"),
        Counter(EngineMeter, "fastrebalance.latency.count", "{measurement}", "Measurements behind the percentiles.",
            static d => d.Latency.Select(l => Of(d, l.Value.Count, ("stage", l.Key))), "stage"),

        Gauge(ExecutionMeter, "fastrebalance.orders.open", "{order}", "Orders whose end is not known yet, or may still change.", static d => One(d, d.Transactions.Count(static t => t.IsOpen))),
        Gauge(ExecutionMeter, "fastrebalance.account.next_nonce", "{nonce}", "The lowest nonce of which nothing was released.", static d => EachLane(d, static l => l.NextNonce), "account"),
        Gauge(ExecutionMeter, "fastrebalance.account.kill", "1", "How far the kill switch is down: 0 off, 1 soft, 2 hard, 3 cold.",
            static d => EachLane(d, static l => Math.Max(0, Array.IndexOf(s_kills, l.Kill))), "account"),
        Counter(ExecutionMeter, "fastrebalance.account.acts", "{act}", "What a sender did: shots fired ahead of time, replacements, cancels, resends, waits.", Acts, "account", "act"),
        Counter(ExecutionMeter, "fastrebalance.channel.sent", "{transaction}", "Transactions handed to a channel.", static d => EachChannel(d, static c => c.Sent), "account", "channel"),
        Counter(ExecutionMeter, "fastrebalance.channel.unknown", "{transaction}", "Of those, without a usable answer.", static d => EachChannel(d, static c => c.Unknown), "account", "channel"),
        Counter(ExecutionMeter, "fastrebalance.channel.full", "{transaction}", "Not handed over, since every place was taken.", static d => EachChannel(d, static c => c.Full), "account", "channel"),
        Gauge(ExecutionMeter, "fastrebalance.channel.answer", "s", "Median time to a channel's answer.", static d => EachChannel(d, static c => c.P50Ns / NsPerSecond), "account", "channel"),
        Counter(ExecutionMeter, "fastrebalance.gas.used", "{gas}", "Gas of this run's mined transactions.", static d => One(d, d.Gas.GasUsed)),
        Counter(ExecutionMeter, "fastrebalance.gas.spent", "{coin}", "What it cost, in the chain's coin.", static d => One(d, d.Gas.SpentNative)),
        Gauge(ExecutionMeter, "fastrebalance.gas.spent_today", "{numeraire}", "Spent on gas since midnight UTC of the chain's clock, in the numeraire.", static d => One(d, d.Gas.SpentTodayNumeraire)),
        Gauge(ExecutionMeter, "fastrebalance.gas.base_fee", "{gwei}", "Base fee of the newest head.", static d => One(d, d.Gas.BaseFeeGwei)),

        Gauge(FeedMeter, "fastrebalance.feed.connected", "1", "1 while the node answers.", static d => One(d, d.Feed.Connection == "connected" ? 1 : 0)),
        Gauge(FeedMeter, "fastrebalance.feed.head", "{block}", "The newest head.", static d => One(d, d.Feed.HeadBlock)),
        Gauge(FeedMeter, "fastrebalance.feed.head_age", "s", "Wall clock less the newest head's time.", static d => One(d, d.Feed.HeadAgeSeconds)),
        Gauge(FeedMeter, "fastrebalance.feed.price_age", "s", "Wall clock less the newest price's time.", static d => One(d, d.Feed.NewestPriceAgeSeconds)),
        Counter(FeedMeter, "fastrebalance.feed.events", "{event}", "What the chain feeds have seen: heads, pool events, mismatches with the chain, snapshots, gaps, reorganisations, losses.", FeedEvents, "event"),
    ];

    private static MetricLine Gauge(string meter, string name, string unit, string meaning, Func<DeskState, IEnumerable<Measurement<double>>> read, params string[] tags) =>
        new(meter, name, MetricLine.Gauge, unit, tags, meaning, read);

    private static MetricLine Counter(string meter, string name, string unit, string meaning, Func<DeskState, IEnumerable<Measurement<double>>> read, params string[] tags) =>
        new(meter, name, MetricLine.Counter, unit, tags, meaning, read);

    private static Measurement<double> Of(DeskState desk, double value, params ReadOnlySpan<(string Name, string Value)> tags)
    {
        KeyValuePair<string, object?>[] all = new KeyValuePair<string, object?>[1 + tags.Length];
        all[0] = new("desk", desk.Portfolio);
        for (int i = 0; i < tags.Length; i++)
            all[i + 1] = new(tags[i].Name, tags[i].Value);
        return new Measurement<double>(value, all);
    }

    /// <summary>Nothing where it is not known: a gauge that is missing says more than a zero.</summary>
    private static IEnumerable<Measurement<double>> One(DeskState desk, double? value) => value is { } known ? [Of(desk, known)] : [];

    private static IEnumerable<Measurement<double>> EachAsset(DeskState desk, Func<AssetState, double?> value) =>
        desk.Assets.Where(asset => value(asset) is not null).Select(asset => Of(desk, value(asset)!.Value, ("asset", asset.Symbol)));

    private static IEnumerable<Measurement<double>> EachLane(DeskState desk, Func<NonceLane, double> value) =>
        desk.Lanes.Select(lane => Of(desk, value(lane), ("account", lane.Account)));

    private static IEnumerable<Measurement<double>> EachChannel(DeskState desk, Func<ChannelState, double> value) =>
        desk.Lanes.SelectMany(lane => lane.Channels.Select(channel => Of(desk, value(channel), ("account", lane.Account), ("channel", channel.Name))));

    private static IEnumerable<Measurement<double>> Latencies(DeskState desk)
    {
        foreach ((string stage, LatencyReport times) in desk.Latency)
            foreach ((string quantile, long ns) in ((string, long)[])[("0.5", times.P50Ns), ("0.99", times.P99Ns), ("0.999", times.P999Ns), ("1", times.MaxNs)])
                yield return Of(desk, ns / NsPerSecond, ("stage", stage), ("quantile", quantile));
    }

    private static IEnumerable<Measurement<double>> Acts(DeskState desk)
    {
        foreach (NonceLane lane in desk.Lanes)
            foreach ((string act, long count) in ((string, long)[])[("fired", lane.Fired), ("replacement", lane.Replacements), ("cancel", lane.Cancels), ("resend", lane.Resends), ("wait", lane.Waits)])
                yield return Of(desk, count, ("account", lane.Account), ("act", act));
    }

    private static IEnumerable<Measurement<double>> FeedEvents(DeskState desk)
    {
        FeedReport counts = desk.Feed.Counts;
        foreach ((string name, long count) in ((string, long)[])[
            ("head", counts.Heads), ("poolEvent", counts.PoolEvents), ("mismatch", counts.Mismatches), ("snapshot", counts.Snapshots),
            ("gap", counts.Gaps), ("reorg", counts.Reorgs), ("loss", counts.Losses)])
            yield return Of(desk, count, ("event", name));
    }
}
