using System.Net;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace FastRebalance.Web;

/// <summary>
/// Who may ask what. A page of another site can make a browser on this machine call loopback: the host's name, the origin and the kind of content
/// stand against that; the token against everybody else.
/// </summary>
internal sealed class AccessRule
{
    private const string Bearer = "Bearer ";

    private readonly byte[]? _tokenHash;
    private readonly bool _isLoopback;
    private HashSet<string> _hosts = new(StringComparer.OrdinalIgnoreCase);

    public AccessRule(WebOptions options)
    {
        _isLoopback = IPAddress.IsLoopback(options.Endpoint.Address);
        _tokenHash = options.Token is { } token ? SHA256.HashData(Encoding.UTF8.GetBytes(token)) : null;
        Serve(options.Endpoint);
    }

    /// <summary>The port is known: only these names are ours.</summary>
    public void Serve(IPEndPoint bound) => _hosts = new(
        [$"127.0.0.1:{bound.Port}", $"localhost:{bound.Port}", $"[::1]:{bound.Port}", bound.ToString()], StringComparer.OrdinalIgnoreCase);

    /// <summary>Null, or why the name it was called by is none of ours. Beyond loopback the token answers for everything.</summary>
    public string? RefusesHost(HttpRequest request) => !_isLoopback || _hosts.Contains(request.Host.Value ?? "")
        ? null
        : $"called as \"{Shown(request.Host.Value)}\", and this is 127.0.0.1 alone: open it by its address and port";

    /// <summary>Null, or what is wrong with the token; compared so that time tells nothing of it.</summary>
    public string? RefusesToken(HttpRequest request)
    {
        if (_tokenHash is null)
            return null;
        string given = request.Headers.Authorization.ToString();
        if (!given.StartsWith(Bearer, StringComparison.Ordinal))
            return "a token is wanted: send the header Authorization: Bearer TOKEN, with what --http-token's variable holds";
        byte[] hash = SHA256.HashData(Encoding.UTF8.GetBytes(given[Bearer.Length..]));
        return CryptographicOperations.FixedTimeEquals(hash, _tokenHash) ? null : "the token is not this run's: send what --http-token's variable holds";
    }

    /// <summary>Null, or why a request that changes something is not taken for the desk's own.</summary>
    public static string? RefusesOrigin(HttpRequest request)
    {
        string origin = request.Headers.Origin.ToString();
        if (origin.Length > 0 && !origin.Equals($"{request.Scheme}://{request.Host}", StringComparison.OrdinalIgnoreCase))
            return $"sent by a page of \"{Shown(origin)}\": only this face's own page, or a program, may act";
        if (request.Headers["Sec-Fetch-Site"].ToString() is { Length: > 0 } site && site is not ("same-origin" or "none"))
            return $"sent by a page of another site ({Shown(site)}): only this face's own page, or a program, may act";
        return null;
    }

    private static string Shown(string? text) => text is null ? "" : text.Length <= 80 ? text : text[..80] + "…";
}
