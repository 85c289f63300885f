using FastRebalance.Configuration;
using Microsoft.Extensions.Options;

namespace FastRebalance.Embedding;

/// <summary>Reads the whole configuration before anything starts: every mistake comes back, with its place and what would be right.</summary>
internal sealed class DeskOptionsCheck : IValidateOptions<DeskOptions>
{
    public ValidateOptionsResult Validate(string? name, DeskOptions options)
    {
        List<string> mistakes = [];
        if (options.DrainTimeout <= TimeSpan.Zero || options.DrainTimeout > TimeSpan.FromHours(1))
            mistakes.Add($"DrainTimeout is {options.DrainTimeout}: wanted is a time above zero and at most an hour, such as 00:01:00");
        if (options.ConfigFile.Length == 0)
            mistakes.Add("ConfigFile is empty: name the desk's configuration, such as desk/config.json");
        else
            mistakes.AddRange(MistakesIn(options.ConfigFile));
        return mistakes.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(mistakes);
    }

    private static IEnumerable<string> MistakesIn(string file)
    {
        try
        {
            ConfigReader.Read(file);
            return [];
        }
        catch (ConfigException wrong)
        {
            return wrong.Problems.Select(problem => $"{file}: {problem.Path}: found {problem.Found}; wanted {problem.Wanted}");
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            return [$"{file} cannot be read: {unreadable.Message}"];
        }
    }
}
