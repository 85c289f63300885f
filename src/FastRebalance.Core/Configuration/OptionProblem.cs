namespace FastRebalance.Core.Configuration;

/// <summary>One mistake in a plug-in's options: which field, what stands there, what would be right.</summary>
public readonly record struct OptionProblem(string Field, string Found, string Wanted);
