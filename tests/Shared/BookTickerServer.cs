using System.Diagnostics;
using System.IO.Compression;
using System.Net;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Text;

namespace FastRebalance.Tests;

/// <summary>Serves messages over WebSocket on this machine as an exchange does, each at its time; the next connection goes on where the last was cut.</summary>
internal sealed class BookTickerServer : IAsyncDisposable
{
    private readonly HttpListener _listener = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _serving;

    /// <param name="messages">Each with when it is due after the first connection.</param>
    /// <param name="cutAfter">Messages after which a connection is ended; 0 for never.</param>
    public BookTickerServer(IReadOnlyList<(TimeSpan Due, string Text)> messages, int cutAfter = 0) : this(Task.FromResult(messages), cutAfter)
    {
    }

    /// <summary>Whose messages are told later.</summary>
    public BookTickerServer(Task<IReadOnlyList<(TimeSpan Due, string Text)>> messages, int cutAfter = 0)
    {
        using (TcpListener free = new(IPAddress.Loopback, 0))
        {
            free.Start();
            Port = ((IPEndPoint)free.LocalEndpoint).Port;
        }
        _listener.Prefixes.Add($"http://127.0.0.1:{Port}/");
        _listener.Start();
        _serving = ServeAsync(messages, cutAfter);
    }

    public int Port { get; }

    public string Url => $"ws://127.0.0.1:{Port}";

    /// <summary>What the newest connection asked for.</summary>
    public string Asked { get; private set; } = "";

    public int Connections { get; private set; }

    /// <summary>The first so many best bids and asks of a recorded stream, this many times faster than they were.</summary>
    public static IReadOnlyList<(TimeSpan Due, string Text)> Tape(string file, double speed, TimeSpan length)
    {
        List<(TimeSpan, string)> messages = [];
        using StreamReader lines = new(new GZipStream(File.OpenRead(file), CompressionMode.Decompress));
        long first = 0;
        while (lines.ReadLine() is { } line)
        {
            int blank = line.IndexOf(' ');
            long ns = long.Parse(line.AsSpan(0, blank), System.Globalization.CultureInfo.InvariantCulture);
            first = first == 0 ? ns : first;
            if (ns - first > length.TotalNanoseconds)
                break;
            messages.Add((TimeSpan.FromTicks((long)((ns - first) / 100 / speed)), line[(blank + 1)..]));
        }
        return messages;
    }

    public static IReadOnlyList<(TimeSpan Due, string Text)> AtOnce(params IEnumerable<string> texts) => [.. texts.Select(static text => (TimeSpan.Zero, text))];

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Close();
        await _serving.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stop.Dispose();
    }

    private async Task ServeAsync(Task<IReadOnlyList<(TimeSpan Due, string Text)>> given, int cutAfter)
    {
        int next = 0;
        Stopwatch? clock = null;
        while (true)
        {
            HttpListenerContext context = await _listener.GetContextAsync();
            Asked = context.Request.RawUrl ?? "";
            WebSocket socket = (await context.AcceptWebSocketAsync(null)).WebSocket;
            Connections++;
            IReadOnlyList<(TimeSpan Due, string Text)> messages = await given.WaitAsync(_stop.Token);
            clock ??= Stopwatch.StartNew();
            int until = cutAfter == 0 ? messages.Count : Math.Min(messages.Count, next + cutAfter);
            for (; next < until; next++)
            {
                if (messages[next].Due > clock.Elapsed)
                    await Task.Delay(messages[next].Due - clock.Elapsed, _stop.Token);
                await socket.SendAsync(Encoding.UTF8.GetBytes(messages[next].Text), WebSocketMessageType.Text, true, _stop.Token);
            }
            if (until < messages.Count)
                await socket.CloseOutputAsync(WebSocketCloseStatus.EndpointUnavailable, null, _stop.Token);
        }
    }
}
