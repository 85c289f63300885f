using System.Globalization;
using System.Net;
using FastRebalance.Configuration;

namespace FastRebalance.Web;

/// <summary>Where the face listens, and who may ask.</summary>
public sealed record WebOptions
{
    /// <summary>Fewer characters are guessed.</summary>
    public const int ShortestToken = 16;

    /// <summary>Loopback, or with a token any address; port 0 takes a free one.</summary>
    public required IPEndPoint Endpoint { get; init; }

    /// <summary>What a caller must show as a bearer token; null asks for none, which only loopback may.</summary>
    public string? Token { get; init; }

    /// <summary>Reads what was typed.</summary>
    /// <param name="address">Such as <c>127.0.0.1:8080</c>, <c>[::1]:8080</c> or a port alone, which is on loopback.</param>
    /// <param name="tokenVariable">The environment variable that holds the token; null for none.</param>
    /// <param name="problems">Every mistake is added.</param>
    /// <returns>Null where there was one.</returns>
    public static WebOptions? Parse(string address, string? tokenVariable, List<ConfigProblem> problems)
    {
        int before = problems.Count;
        if (!TryRead(address, out IPEndPoint? endpoint))
            problems.Add(new ConfigProblem("--http", $"\"{address}\"", "an address and port such as 127.0.0.1:8080, or a port alone"));
        string? token = tokenVariable is null ? null : Environment.GetEnvironmentVariable(tokenVariable);
        if (tokenVariable is not null && (token?.Length ?? 0) < ShortestToken)
            problems.Add(new ConfigProblem(
                "--http-token", token is null ? $"the environment variable {tokenVariable}, which is not set" : $"a token of {token.Length} characters in {tokenVariable}",
                $"the name of a variable that holds at least {ShortestToken} characters, such as {tokenVariable}=$(openssl rand -hex 16)"));
        if (endpoint is not null && tokenVariable is null && !IPAddress.IsLoopback(endpoint.Address))
            problems.Add(new ConfigProblem(
                "--http", $"{endpoint}, which other machines can reach, without a token", "127.0.0.1, or --http-token with the name of a variable that holds one"));
        return problems.Count > before ? null : new WebOptions { Endpoint = endpoint!, Token = token };
    }

    private static bool TryRead(string text, out IPEndPoint? endpoint)
    {
        endpoint = null;
        if (ushort.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out ushort port))
            endpoint = new IPEndPoint(IPAddress.Loopback, port);
        else if (text.StartsWith("localhost:", StringComparison.OrdinalIgnoreCase) && ushort.TryParse(text[10..], NumberStyles.None, CultureInfo.InvariantCulture, out port))
            endpoint = new IPEndPoint(IPAddress.Loopback, port);
        else if (text.Contains(':') && IPEndPoint.TryParse(text, out IPEndPoint? read) && text.EndsWith($":{read.Port}", StringComparison.Ordinal))
            endpoint = read;
        return endpoint is not null;
    }
}
