using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using FastRebalance.Configuration;
using FastRebalance.Metrics;
using FastRebalance.UnitTests.Watching;
using FastRebalance.Watching;
using FastRebalance.Web;

namespace FastRebalance.UnitTests.Web;

public sealed class WebFaceTests
{
    private const string Token = "a-token-of-some-length";
    private const string Pause = """{"action":"pause","confirm":"pause"}""";

    private readonly FakeDesk _desk = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("/", "text/html")]
    [InlineData("/desk.js", "text/javascript")]
    [InlineData("/plots.js", "text/javascript")]
    [InlineData("/desk.css", "text/css")]
    [InlineData("/api/state", "application/json")]
    [InlineData("/api/history", "application/json")]
    [InlineData("/metrics", "text/plain")]
    [InlineData("/healthz", "text/plain")]
    public async Task Get_EachPath_AnswersItsKindAndForbidsWhatThePageDoesNotNeed(string path, string type)
    {
        await using WebFace face = await StartAsync();
        using HttpResponseMessage response = await SendAsync(face, HttpMethod.Get, path);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(type, response.Content.Headers.ContentType!.MediaType);
        Assert.StartsWith("default-src 'none'", Assert.Single(response.Headers.GetValues("Content-Security-Policy")));
        Assert.Equal("nosniff", Assert.Single(response.Headers.GetValues("X-Content-Type-Options")));
    }

    [Fact]
    public async Task Get_ThePage_AsksNothingOfOtherPlaces()
    {
        await using WebFace face = await StartAsync();
        foreach (string path in (string[])["/", "/desk.js", "/plots.js", "/desk.css"])
        {
            using HttpResponseMessage response = await SendAsync(face, HttpMethod.Get, path);
            string text = (await response.Content.ReadAsStringAsync(Cancellation)).Replace("http://www.w3.org/2000/svg", "", StringComparison.Ordinal);
            Assert.DoesNotContain("://", text);
            Assert.DoesNotContain(" style=\"", text); // the policy would not let it stand
        }
    }

    [Fact]
    public async Task Get_State_IsTheDesksDocument()
    {
        await using WebFace face = await StartAsync();
        using JsonDocument document = JsonDocument.Parse(await TextAsync(face, "/api/state"));
        JsonElement desk = document.RootElement.GetProperty("desks")[0];
        Assert.Equal("core", desk.GetProperty("portfolio").GetString());
        Assert.Equal(2040, desk.GetProperty("triggers")[0].GetProperty("firesAt")[0].GetProperty("priceNumeraire").GetDouble());
    }

    [Fact]
    public async Task Get_StateByMany_AsksTheDeskOnceInAWhile()
    {
        await using WebFace face = await StartAsync();
        await Task.WhenAll(Enumerable.Range(0, 40).Select(_ => TextAsync(face, "/api/state")));
        Assert.InRange(_desk.Asked, 1, 20);
    }

    [Fact]
    public async Task Get_Events_StreamsTheState()
    {
        await using WebFace face = await StartAsync();
        using HttpClient client = new();
        await using Stream stream = await client.GetStreamAsync(new Uri(face.Address, "/api/events"), Cancellation);
        using StreamReader reader = new(stream);
        for (int i = 0; i < 2; i++)
        {
            Assert.Equal("event: state", await reader.ReadLineAsync(Cancellation));
            string data = (await reader.ReadLineAsync(Cancellation))!;
            using JsonDocument document = JsonDocument.Parse(data["data: ".Length..]);
            Assert.Equal("core", document.RootElement.GetProperty("desks")[0].GetProperty("portfolio").GetString());
            Assert.Equal("", await reader.ReadLineAsync(Cancellation));
        }
    }

    [Theory]
    [InlineData("running", HttpStatusCode.OK, HttpStatusCode.OK)]
    [InlineData("paused", HttpStatusCode.OK, HttpStatusCode.ServiceUnavailable)]
    [InlineData("killed", HttpStatusCode.OK, HttpStatusCode.ServiceUnavailable)]
    [InlineData("faulted", HttpStatusCode.ServiceUnavailable, HttpStatusCode.ServiceUnavailable)]
    public async Task Probes_RunState_HealthyWhileUnbrokenReadyWhileTrading(string state, HttpStatusCode health, HttpStatusCode ready)
    {
        _desk.Run = new RunStateLine(state, "");
        await using WebFace face = await StartAsync(Token); // a prober shows no token
        using HttpResponseMessage healthy = await SendAsync(face, HttpMethod.Get, "/healthz");
        using HttpResponseMessage isReady = await SendAsync(face, HttpMethod.Get, "/readyz");
        Assert.Equal((health, ready), (healthy.StatusCode, isReady.StatusCode));
    }

    [Theory]
    [InlineData("evil.example:80")]
    [InlineData("127.0.0.1.nip.example")]
    [InlineData("localhost:1")]
    public async Task Any_CalledByAnotherName_IsRefused(string host)
    {
        await using WebFace face = await StartAsync();
        using HttpResponseMessage response = await SendAsync(face, HttpMethod.Get, "/api/state", request => request.Headers.Host = host);
        Assert.Equal(HttpStatusCode.MisdirectedRequest, response.StatusCode);
        using HttpResponseMessage act = await SendAsync(face, HttpMethod.Post, "/api/actions", request => request.Headers.Host = host, Pause);
        Assert.Equal(HttpStatusCode.MisdirectedRequest, act.StatusCode);
        Assert.Empty(_desk.Acts);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("Bearer wrong")]
    [InlineData("Basic " + Token)]
    [InlineData("bearer" + Token)]
    public async Task Any_WithoutTheToken_IsRefusedAndToldHow(string? header)
    {
        await using WebFace face = await StartAsync(Token);
        foreach (string path in (string[])["/api/state", "/api/history", "/api/events", "/metrics"])
        {
            using HttpResponseMessage response = await SendAsync(face, HttpMethod.Get, path, request => Authorize(request, header));
            Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
            Assert.DoesNotContain(Token, await response.Content.ReadAsStringAsync(Cancellation));
        }
        using HttpResponseMessage act = await SendAsync(face, HttpMethod.Post, "/api/actions", request => Authorize(request, header), Pause);
        Assert.Equal(HttpStatusCode.Unauthorized, act.StatusCode);
        Assert.Empty(_desk.Acts);
    }

    [Fact]
    public async Task Act_WithTheToken_IsDone()
    {
        await using WebFace face = await StartAsync(Token);
        using HttpResponseMessage act = await SendAsync(face, HttpMethod.Post, "/api/actions", static request => Authorize(request, "Bearer " + Token), Pause);
        Assert.Equal(HttpStatusCode.OK, act.StatusCode);
        Assert.Equal(OperatorAction.Pause, Assert.Single(_desk.Acts).Action);
        Assert.Contains("127.0.0.1", _desk.Acts[0].By);
    }

    [Theory]
    [InlineData("Origin", "http://evil.example")]
    [InlineData("Origin", "null")]
    [InlineData("Sec-Fetch-Site", "cross-site")]
    [InlineData("Sec-Fetch-Site", "same-site")]
    public async Task Act_FromAnotherSitesPage_IsRefused(string header, string value)
    {
        await using WebFace face = await StartAsync();
        using HttpResponseMessage act = await SendAsync(face, HttpMethod.Post, "/api/actions", request => request.Headers.TryAddWithoutValidation(header, value), Pause);
        Assert.Equal(HttpStatusCode.Forbidden, act.StatusCode);
        Assert.Empty(_desk.Acts);
    }

    [Fact]
    public async Task Act_FromItsOwnPage_IsDone()
    {
        await using WebFace face = await StartAsync();
        using HttpResponseMessage act = await SendAsync(face, HttpMethod.Post, "/api/actions", request =>
        {
            request.Headers.TryAddWithoutValidation("Origin", face.Address.GetLeftPart(UriPartial.Authority));
            request.Headers.TryAddWithoutValidation("Sec-Fetch-Site", "same-origin");
        }, Pause);
        Assert.Equal(HttpStatusCode.OK, act.StatusCode);
        Assert.Single(_desk.Acts);
    }

    [Theory]
    [InlineData("""{"action":"pause"}""", HttpStatusCode.BadRequest, "say the word twice")]
    [InlineData("""{"action":"pause","confirm":"resume"}""", HttpStatusCode.BadRequest, "say the word twice")]
    [InlineData("""{"action":"sell","confirm":"sell"}""", HttpStatusCode.BadRequest, "is one of pause")]
    [InlineData("""{"action":"pause","confirm":"pause","desk":"other"}""", HttpStatusCode.BadRequest, "one of core")]
    [InlineData("not json", HttpStatusCode.BadRequest, "is one of pause")]
    [InlineData("null", HttpStatusCode.BadRequest, "is one of pause")]
    [InlineData("", HttpStatusCode.BadRequest, "is one of pause")]
    public async Task Act_NotAsItMustBe_SaysHowAndDoesNothing(string body, HttpStatusCode status, string says)
    {
        await using WebFace face = await StartAsync();
        using HttpResponseMessage act = await SendAsync(face, HttpMethod.Post, "/api/actions", static _ => { }, body);
        Assert.Equal(status, act.StatusCode);
        using JsonDocument refusal = JsonDocument.Parse(await act.Content.ReadAsStringAsync(Cancellation));
        Assert.Contains(says, refusal.RootElement.GetProperty("error").GetString());
        Assert.Empty(_desk.Acts);
    }

    // The path says the word once, the body again; a token is wanted as for every action.
    [Fact]
    public async Task Reload_SaidTwice_IsTheActionOfThatName()
    {
        await using WebFace face = await StartAsync(Token);
        using HttpResponseMessage once = await SendAsync(face, HttpMethod.Post, "/api/reload", static request => Authorize(request, "Bearer " + Token), "{}");
        using HttpResponseMessage stranger = await SendAsync(face, HttpMethod.Post, "/api/reload", static _ => { }, """{"confirm":"reload"}""");
        using HttpResponseMessage read = await SendAsync(face, HttpMethod.Get, "/api/reload");
        Assert.Equal((HttpStatusCode.BadRequest, HttpStatusCode.Unauthorized, HttpStatusCode.MethodNotAllowed), (once.StatusCode, stranger.StatusCode, read.StatusCode));
        Assert.Empty(_desk.Acts);

        using HttpResponseMessage act = await SendAsync(
            face, HttpMethod.Post, "/api/reload", static request => Authorize(request, "Bearer " + Token), """{"confirm":"reload"}""");

        Assert.Equal(HttpStatusCode.OK, act.StatusCode);
        Assert.Equal(OperatorAction.Reload, Assert.Single(_desk.Acts).Action);
    }

    [Fact]
    public async Task Act_NotJsonTooLongOrNotPosted_IsRefused()
    {
        await using WebFace face = await StartAsync();
        using HttpResponseMessage plain = await SendAsync(face, HttpMethod.Post, "/api/actions", static _ => { }, Pause, "text/plain"); // what a form of another site can send
        using HttpResponseMessage big = await SendAsync(face, HttpMethod.Post, "/api/actions", static _ => { }, new string(' ', 10_000) + Pause);
        using HttpResponseMessage got = await SendAsync(face, HttpMethod.Get, "/api/actions");
        using HttpResponseMessage posted = await SendAsync(face, HttpMethod.Post, "/api/state", static _ => { }, Pause);
        using HttpResponseMessage deleted = await SendAsync(face, HttpMethod.Delete, "/api/state");
        Assert.Equal(
            [HttpStatusCode.UnsupportedMediaType, HttpStatusCode.RequestEntityTooLarge, HttpStatusCode.MethodNotAllowed, HttpStatusCode.MethodNotAllowed, HttpStatusCode.MethodNotAllowed],
            (HttpStatusCode[])[plain.StatusCode, big.StatusCode, got.StatusCode, posted.StatusCode, deleted.StatusCode]);
        Assert.Empty(_desk.Acts);
    }

    [Fact]
    public async Task Act_SeveralDesks_WantsToKnowWhich()
    {
        FakeDesk other = new("other");
        await using WebFace face = await WebFace.StartAsync(Options(null), [_desk, other], Metrics(_desk, other), Cancellation);
        using HttpResponseMessage which = await SendAsync(face, HttpMethod.Post, "/api/actions", static _ => { }, Pause);
        using HttpResponseMessage named = await SendAsync(face, HttpMethod.Post, "/api/actions", static _ => { }, """{"action":"pause","confirm":"pause","desk":"other"}""");
        Assert.Equal((HttpStatusCode.BadRequest, HttpStatusCode.OK), (which.StatusCode, named.StatusCode));
        Assert.Empty(_desk.Acts);
        Assert.Single(other.Acts);
    }

    [Fact]
    public async Task Get_DeskThatBreaks_AnswersInASentence()
    {
        await using WebFace face = await StartAsync();
        _desk.Breaks = new InvalidOperationException("the books are gone");
        await Task.Delay(2 * DeskStates.FreshFor, Cancellation);
        using HttpResponseMessage response = await SendAsync(face, HttpMethod.Get, "/api/state");
        string text = await response.Content.ReadAsStringAsync(Cancellation);
        Assert.Equal(HttpStatusCode.InternalServerError, response.StatusCode);
        Assert.Contains("the books are gone", text);
        Assert.DoesNotContain("   at ", text);
    }

    [Fact]
    public async Task Get_NoSuchPath_SaysWhatThereIs()
    {
        await using WebFace face = await StartAsync();
        using HttpResponseMessage response = await SendAsync(face, HttpMethod.Get, "/api/nothing");
        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        Assert.Contains("/api/state", await response.Content.ReadAsStringAsync(Cancellation));
    }

    [Fact]
    public async Task StartAsync_PortThatIsTaken_SaysSo()
    {
        using TcpListener taken = new(IPAddress.Loopback, 0);
        taken.Start();
        WebOptions options = new() { Endpoint = (IPEndPoint)taken.LocalEndpoint };
        Assert.Contains("a port that is free", (await Assert.ThrowsAsync<ConfigException>(() => WebFace.StartAsync(options, [_desk], Metrics(_desk), Cancellation))).Message);
        Assert.Throws<ConfigException>(() => WebFace.RequireFree(options));
    }

    [Fact]
    public async Task StartAsync_BeyondLoopbackWithoutAToken_Refuses() => await Assert.ThrowsAsync<ArgumentException>(
        () => WebFace.StartAsync(new WebOptions { Endpoint = new IPEndPoint(IPAddress.Any, 0) }, [_desk], Metrics(_desk), Cancellation));

    private static DeskMetrics Metrics(params IReadOnlyList<IDesk> desks) => new(new DeskStates(desks, TimeProvider.System));

    private static WebOptions Options(string? token) => new() { Endpoint = new IPEndPoint(IPAddress.Loopback, 0), Token = token };

    private Task<WebFace> StartAsync(string? token = null) => WebFace.StartAsync(Options(token), [_desk], Metrics(_desk), Cancellation);

    private static void Authorize(HttpRequestMessage request, string? header)
    {
        if (header is not null)
            request.Headers.TryAddWithoutValidation("Authorization", header);
    }

    private static async Task<string> TextAsync(WebFace face, string path)
    {
        using HttpResponseMessage response = await SendAsync(face, HttpMethod.Get, path);
        return await response.Content.ReadAsStringAsync(Cancellation);
    }

    private static async Task<HttpResponseMessage> SendAsync(
        WebFace face, HttpMethod method, string path, Action<HttpRequestMessage>? edit = null, string? body = null, string type = "application/json")
    {
        using HttpClient client = new();
        using HttpRequestMessage request = new(method, new Uri(face.Address, path));
        if (body is not null)
            request.Content = new StringContent(body, Encoding.UTF8, type);
        edit?.Invoke(request);
        return await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Cancellation);
    }
}
