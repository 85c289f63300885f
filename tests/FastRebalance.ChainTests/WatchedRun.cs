using System.Net;
using System.Text;
using System.Text.Json;

namespace FastRebalance.ChainTests;

/// <summary>The command at work with its face served, and a caller of it.</summary>
internal sealed class WatchedRun : IAsyncDisposable
{
    private const string Announcement = "watch it at ";

    private readonly HttpClient _http = new();

    private WatchedRun(CommandProcess process, Uri address)
    {
        Process = process;
        Address = address;
        _http.BaseAddress = address;
    }

    public CommandProcess Process { get; }

    public Uri Address { get; }

    public static async Task<WatchedRun> StartAsync(string config, params string[] arguments)
    {
        CommandProcess process = CommandProcess.Start(["run", "-c", config, "--http", "127.0.0.1:0", .. arguments]);
        await process.UntilAsync(() => process.Output.Contains(Announcement) || process.Error.Contains(Announcement), "address");
        string line = (process.Output + process.Error).Split('\n').First(static text => text.StartsWith(Announcement, StringComparison.Ordinal));
        return new WatchedRun(process, new Uri(line[Announcement.Length..].Trim()));
    }

    public async Task<(HttpStatusCode Status, string Text)> GetAsync(string path)
    {
        using HttpResponseMessage response = await _http.GetAsync(path);
        return (response.StatusCode, await response.Content.ReadAsStringAsync());
    }

    /// <summary>The first desk's state.</summary>
    public async Task<JsonElement> StateAsync()
    {
        using JsonDocument document = JsonDocument.Parse((await GetAsync("/api/state")).Text);
        return document.RootElement.GetProperty("desks")[0].Clone();
    }

    /// <summary>Asks again and again until the state is as wanted; fails with it where that never comes.</summary>
    public async Task<JsonElement> UntilAsync(Func<JsonElement, bool> isSo, string what)
    {
        JsonElement state = default;
        for (int i = 0; i < 3000; i++)
        {
            state = await StateAsync();
            if (isSo(state))
                return state;
            await Task.Delay(20);
        }
        Assert.Fail($"no {what}; the state is {state.GetRawText()}\n{Process.Error}");
        return state;
    }

    public Task<(HttpStatusCode Status, JsonElement Reply)> ActAsync(string action) =>
        PostAsync("/api/actions", $$"""{"action":"{{action}}","confirm":"{{action}}"}""");

    public async Task<(HttpStatusCode Status, JsonElement Reply)> PostAsync(string path, string json)
    {
        using StringContent content = new(json, Encoding.UTF8, "application/json");
        using HttpResponseMessage response = await _http.PostAsync(path, content);
        using JsonDocument document = JsonDocument.Parse(await response.Content.ReadAsStringAsync());
        return (response.StatusCode, document.RootElement.Clone());
    }

    public async Task<CommandResult> StopAsync()
    {
        await Process.SignalAsync("TERM");
        return await Process.EndAsync();
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await Process.DisposeAsync();
    }
}
