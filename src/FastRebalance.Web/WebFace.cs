using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using FastRebalance.Configuration;
using FastRebalance.Metrics;
using FastRebalance.Watching;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;

namespace FastRebalance.Web;

/// <summary>
/// The desks of this process over HTTP: a page to look at, the state as JSON and as a stream, health, metrics, and the operator's actions. Serves until
/// disposed; the engine does not know of it.
/// </summary>
/// <remarks>
/// On loopback it is open to whoever is on this machine, but not to other sites' pages; elsewhere it wants a token. What it answers never holds a key, a
/// token, an endpoint's address or a stack trace.
/// </remarks>
public sealed class WebFace : IAsyncDisposable
{
    private const long LargestRequest = 4096;

    // The same as the action of that name, which the path then says the first time.
    private const string ReloadPath = "/api/reload";
    private static readonly TimeSpan StreamInterval = TimeSpan.FromMilliseconds(500);
    private static readonly byte[] s_eventStart = Encoding.ASCII.GetBytes("event: state\ndata: ");
    private static readonly byte[] s_eventEnd = Encoding.ASCII.GetBytes("\n\n");

    private readonly IReadOnlyList<IDesk> _desks;
    private readonly AccessRule _access;
    private readonly DeskStates _states;
    private readonly StateBoard _board;
    private readonly PrometheusText _prometheus;
    private readonly WebApplication _app;
    private readonly CancellationTokenSource _stop = new();
    private Task _sampling = Task.CompletedTask;

    private WebFace(WebOptions options, IReadOnlyList<IDesk> desks, DeskMetrics metrics)
    {
        _desks = desks;
        _access = new AccessRule(options);
        _states = metrics.States;
        _board = new StateBoard(_states, TimeProvider.System);
        _prometheus = new PrometheusText(metrics);
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = LargestRequest;
            kestrel.Listen(options.Endpoint, static listen => listen.Protocols = HttpProtocols.Http1);
        });
        _app = builder.Build();
        _app.Run(AnswerAsync);
    }

    /// <summary>Where it is to be found.</summary>
    public Uri Address { get; private set; } = new("http://127.0.0.1/");

    /// <summary>Says at once that an address cannot be had, before an engine is started for it.</summary>
    /// <exception cref="ConfigException">It cannot.</exception>
    public static void RequireFree(WebOptions options)
    {
        using TcpListener probe = new(options.Endpoint);
        try
        {
            probe.Start();
        }
        catch (SocketException e)
        {
            throw CannotBeHad(options, e);
        }
    }

    private static ConfigException CannotBeHad(WebOptions options, Exception e) =>
        new([new ConfigProblem("--http", $"{options.Endpoint}, which cannot be had: {e.Message}", "an address of this machine and a port that is free")]);

    /// <param name="options">Where.</param>
    /// <param name="desks">Who is shown and takes actions; not owned.</param>
    /// <param name="metrics">Theirs; not owned.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="ConfigException">The address cannot be had.</exception>
    public static async Task<WebFace> StartAsync(WebOptions options, IReadOnlyList<IDesk> desks, DeskMetrics metrics, CancellationToken cancellation)
    {
        if (options.Token is null && !IPAddress.IsLoopback(options.Endpoint.Address))
            throw new ArgumentException($"{options.Endpoint} can be reached by other machines: it wants a token");
        WebFace face = new(options, desks, metrics);
        try
        {
            await face._app.StartAsync(cancellation).ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or SocketException)
        {
            await face.DisposeAsync().ConfigureAwait(false);
            throw CannotBeHad(options, e);
        }
        face.Address = new Uri(face._app.Urls.First());
        face._access.Serve(IPEndPoint.Parse(face.Address.Authority));
        face._sampling = Task.Run(() => face._board.SampleAsync(face._stop.Token), CancellationToken.None);
        return face;
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await _sampling.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _app.DisposeAsync().ConfigureAwait(false);
        _prometheus.Dispose();
        _stop.Dispose();
    }

    private async Task AnswerAsync(HttpContext context)
    {
        SetHeaders(context.Response.Headers);
        try
        {
            await RouteAsync(context).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested || _stop.IsCancellationRequested)
        {
            // whoever asked has gone, or the run has ended
        }
        catch (Microsoft.AspNetCore.Http.BadHttpRequestException e)
        {
            await RefuseAsync(context, e.StatusCode, e.Message).ConfigureAwait(false);
        }
        catch (Exception e) when (!context.Response.HasStarted)
        {
            await RefuseAsync(context, StatusCodes.Status500InternalServerError, $"the face could not answer: {e.Message}").ConfigureAwait(false);
        }
    }

    private Task RouteAsync(HttpContext context)
    {
        HttpRequest request = context.Request;
        string path = request.Path.Value ?? "/";
        if (_access.RefusesHost(request) is { } host)
            return RefuseAsync(context, StatusCodes.Status421MisdirectedRequest, host);
        bool isPost = HttpMethods.IsPost(request.Method);
        if (!isPost && !HttpMethods.IsGet(request.Method) && !HttpMethods.IsHead(request.Method))
            return RefuseAsync(context, StatusCodes.Status405MethodNotAllowed, $"{request.Method} is not for this: GET, or POST to /api/actions and /api/reload");
        if (isPost != (path is "/api/actions" or ReloadPath))
            return RefuseAsync(context, StatusCodes.Status405MethodNotAllowed, isPost ? $"only /api/actions and {ReloadPath} take a POST" : $"{path} takes a POST");
        switch (path)
        {
            // Nothing of the desk is in these, and who probes or opens the page has no token yet.
            case "/healthz":
                return HealthAsync(context);
            case "/readyz":
                return ReadinessAsync(context);
            case var _ when PageFile.ByPath(path) is { } file:
                return BytesAsync(context, file.ContentType, file.Content);
        }
        if (_access.RefusesToken(request) is { } token)
        {
            context.Response.Headers.WWWAuthenticate = "Bearer";
            return RefuseAsync(context, StatusCodes.Status401Unauthorized, token);
        }
        return path switch
        {
            "/metrics" => BytesAsync(context, PrometheusText.ContentType, Encoding.UTF8.GetBytes(_prometheus.Collect())),
            "/api/state" => BytesAsync(context, "application/json", _board.Json()),
            "/api/history" => BytesAsync(context, "application/json", _board.HistoryJson()),
            "/api/events" => StreamAsync(context),
            "/api/actions" or ReloadPath => ActAsync(context),
            _ => RefuseAsync(context, StatusCodes.Status404NotFound, "there is /, /healthz, /readyz, /metrics, /api/state, /api/history, /api/events, POST /api/actions and POST /api/reload"),
        };
    }

    private static void SetHeaders(IHeaderDictionary headers)
    {
        headers.ContentSecurityPolicy = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "no-referrer";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
        headers.CacheControl = "no-store";
    }

    // ---- what is told ----------------------------------------------------------------------------------------------------------

    /// <summary>Alive: the process answers, and no desk has broken. A supervisor may restart one that is not.</summary>
    private Task HealthAsync(HttpContext context)
    {
        string[] broken = [.. _states.Now().Desks.Where(static desk => desk.Run.State == "faulted").Select(static desk => $"{desk.Portfolio}: faulted")];
        return ProbeAsync(context, broken, "healthy");
    }

    /// <summary>Ready: every desk follows its chain and takes orders. A paused or killed desk is alive and not ready.</summary>
    private Task ReadinessAsync(HttpContext context)
    {
        string[] waiting = [.. _states.Now().Desks.Select(WhyNotReady).Where(static why => why.Length > 0)];
        return ProbeAsync(context, waiting, "ready");
    }

    private static string WhyNotReady(DeskState desk) => desk.Run.State is not "running"
        ? $"{desk.Portfolio}: {desk.Run.State}"
        : desk.Feed.Connection != "connected" ? $"{desk.Portfolio}: the node is lost"
        : desk.Feed.Counts.Heads == 0 ? $"{desk.Portfolio}: no head yet"
        : desk.ValueNumeraire is null ? $"{desk.Portfolio}: prices or holdings are not whole yet" : "";

    private static Task ProbeAsync(HttpContext context, string[] complaints, string good)
    {
        context.Response.StatusCode = complaints.Length == 0 ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable;
        return TextAsync(context, complaints.Length == 0 ? good + "\n" : string.Concat(complaints.Select(static line => line + "\n")));
    }

    private async Task StreamAsync(HttpContext context)
    {
        context.Response.ContentType = "text/event-stream";
        using CancellationTokenSource ends = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, _stop.Token);
        using PeriodicTimer timer = new(StreamInterval);
        do
        {
            await context.Response.Body.WriteAsync(s_eventStart, ends.Token).ConfigureAwait(false);
            await context.Response.Body.WriteAsync(_board.Json(), ends.Token).ConfigureAwait(false);
            await context.Response.Body.WriteAsync(s_eventEnd, ends.Token).ConfigureAwait(false);
            await context.Response.Body.FlushAsync(ends.Token).ConfigureAwait(false);
        }
        while (await timer.WaitForNextTickAsync(ends.Token).ConfigureAwait(false));
    }

    // ---- what is done ----------------------------------------------------------------------------------------------------------

    private async Task ActAsync(HttpContext context)
    {
        if (AccessRule.RefusesOrigin(context.Request) is { } origin)
        {
            await RefuseAsync(context, StatusCodes.Status403Forbidden, origin).ConfigureAwait(false);
            return;
        }
        if (!context.Request.HasJsonContentType())
        {
            await RefuseAsync(context, StatusCodes.Status415UnsupportedMediaType, "send the action as JSON, with the header Content-Type: application/json").ConfigureAwait(false);
            return;
        }
        ActionRequest? asked = await ReadAsync(context).ConfigureAwait(false);
        if (context.Request.Path.Value == ReloadPath)
            asked = (asked ?? new ActionRequest(null, null, null)) with { Action = OperatorActions.WordOf(OperatorAction.Reload) };
        string? refusal = OperatorActions.Refusal(asked?.Action, asked?.Confirm, out OperatorAction action);
        IDesk? desk = asked?.Desk is { } name ? _desks.FirstOrDefault(one => one.Name == name) : _desks.Count == 1 ? _desks[0] : null;
        if (refusal is null && desk is null)
            refusal = $"{(asked?.Desk is null ? "which desk?" : "no desk is called so:")} \"desk\" is one of {string.Join(", ", _desks.Select(static one => one.Name))}";
        if (refusal is not null)
        {
            await RefuseAsync(context, StatusCodes.Status400BadRequest, refusal).ConfigureAwait(false);
            return;
        }
        // What was asked is seen through, also where the asker goes away.
        ActionReply reply = await desk!.ActAsync(action, $"the web face, from {context.Connection.RemoteIpAddress}", _stop.Token).ConfigureAwait(false);
        _states.Renew();
        context.Response.StatusCode = reply.Done ? StatusCodes.Status200OK : StatusCodes.Status409Conflict;
        await BytesAsync(context, "application/json", JsonSerializer.SerializeToUtf8Bytes(reply, WatchJson.Default.ActionReply)).ConfigureAwait(false);
    }

    private static async Task<ActionRequest?> ReadAsync(HttpContext context)
    {
        try
        {
            return await JsonSerializer.DeserializeAsync(context.Request.Body, WatchJson.Default.ActionRequest, context.RequestAborted).ConfigureAwait(false);
        }
        catch (JsonException)
        {
            return null; // refused as no action, with how to say one
        }
    }

    // ---- answers ---------------------------------------------------------------------------------------------------------------

    private static Task RefuseAsync(HttpContext context, int status, string message)
    {
        context.Response.StatusCode = status;
        return BytesAsync(context, "application/json", JsonSerializer.SerializeToUtf8Bytes(new Refusal(status, message), RefusalJson.Default.Refusal));
    }

    private static Task TextAsync(HttpContext context, string text) => BytesAsync(context, "text/plain; charset=utf-8", Encoding.UTF8.GetBytes(text));

    private static Task BytesAsync(HttpContext context, string type, byte[] content)
    {
        context.Response.ContentType = type;
        context.Response.ContentLength = content.Length;
        return HttpMethods.IsHead(context.Request.Method) ? Task.CompletedTask : context.Response.Body.WriteAsync(content, context.RequestAborted).AsTask();
    }
}
