using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using FastRebalance.Configuration;
using FastRebalance.Watching;

namespace FastRebalance.Cli;

/// <summary>Asks a run in another process, by the face that its <c>--http</c> serves.</summary>
internal sealed class WatchClient : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly HttpClient _http = new() { Timeout = Patience };
    private readonly Uri _address;

    private WatchClient(Uri address, string? token)
    {
        _address = address;
        if (token is not null)
            _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
    }

    /// <exception cref="ConfigException">The address or the token is none.</exception>
    public static WatchClient Create(string address, string? tokenVariable)
    {
        List<ConfigProblem> problems = [];
        string text = address.Contains("://", StringComparison.Ordinal) ? address : ushort.TryParse(address, out _) ? $"http://127.0.0.1:{address}" : $"http://{address}";
        if (!Uri.TryCreate(text, UriKind.Absolute, out Uri? uri) || uri.Scheme is not ("http" or "https"))
            problems.Add(new ConfigProblem("--http", $"\"{address}\"", "where a run's --http serves, such as 127.0.0.1:8080"));
        string? token = tokenVariable is null ? null : Environment.GetEnvironmentVariable(tokenVariable);
        if (tokenVariable is not null && string.IsNullOrEmpty(token))
            problems.Add(new ConfigProblem("--http-token", $"the environment variable {tokenVariable}, which is not set", "the variable that the run was given"));
        return problems.Count == 0 ? new WatchClient(uri!, token) : throw new ConfigException(problems);
    }

    /// <exception cref="IOException">Nobody answers, or not a desk.</exception>
    public async Task<DesksState> StateAsync(CancellationToken cancellation)
    {
        string text = await SendAsync(new HttpRequestMessage(HttpMethod.Get, new Uri(_address, "/api/state")), cancellation).ConfigureAwait(false);
        try
        {
            if (JsonSerializer.Deserialize(text, WatchJson.Default.DesksState) is { Product: "fastrebalance", Desks.Count: > 0 } state)
                return state;
        }
        catch (JsonException)
        {
            // told below
        }
        throw new IOException($"what answers at {_address} is not a desk: name the address of a `fastrebalance run --http`");
    }

    /// <summary>Asks for an action that was confirmed.</summary>
    /// <returns>What came of it.</returns>
    /// <exception cref="IOException">It was refused, or nobody answers.</exception>
    public async Task<string> ActAsync(OperatorAction action, string desk, CancellationToken cancellation)
    {
        string word = OperatorActions.WordOf(action);
        string body = JsonSerializer.Serialize(new ActionRequest(word, word, desk), WatchJson.Default.ActionRequest);
        using HttpRequestMessage request = new(HttpMethod.Post, new Uri(_address, "/api/actions")) { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        string text = await SendAsync(request, cancellation).ConfigureAwait(false);
        return JsonSerializer.Deserialize(text, WatchJson.Default.ActionReply)?.Message ?? "it answered nothing";
    }

    public void Dispose() => _http.Dispose();

    private async Task<string> SendAsync(HttpRequestMessage request, CancellationToken cancellation)
    {
        try
        {
            using HttpResponseMessage response = await _http.SendAsync(request, cancellation).ConfigureAwait(false);
            string text = await response.Content.ReadAsStringAsync(cancellation).ConfigureAwait(false);
            if (response.IsSuccessStatusCode || response.StatusCode == HttpStatusCode.Conflict)
                return text;
            throw new IOException($"{_address} says {(int)response.StatusCode}: {ErrorOf(text)}");
        }
        catch (HttpRequestException e)
        {
            throw new IOException($"nobody answers at {_address} ({e.Message}): start a run with --http, or name its address");
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw new IOException($"{_address} has not answered within {Patience.TotalSeconds:0} s: the process is stuck, or the address is another's");
        }
    }

    private static string ErrorOf(string text)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(text);
            return document.RootElement.TryGetProperty("error", out JsonElement error) ? error.GetString() ?? "" : "no reason";
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return "no reason; is it a desk's address?";
        }
    }
}
