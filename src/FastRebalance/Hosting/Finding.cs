namespace FastRebalance.Hosting;

/// <param name="Subject">What was looked at.</param>
/// <param name="Health">How it is.</param>
/// <param name="Found">What was seen.</param>
/// <param name="ToDo">What would make it good; empty when it is.</param>
public sealed record Finding(string Subject, Health Health, string Found, string ToDo);
