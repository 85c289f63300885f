using System.Collections.Concurrent;
using System.Net;
using System.Text;
using FastRebalance.Configuration;
using FastRebalance.Metrics;
using FastRebalance.UnitTests.Watching;
using FastRebalance.Watching;
using FastRebalance.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Logging;

namespace FastRebalance.UnitTests.Web;

public sealed class OtlpExportTests
{
    [Fact]
    public async Task Dispose_WithACollector_HasSentEveryMetric()
    {
        ConcurrentDictionary<string, string> taken = [];
        await using WebApplication collector = await CollectorAsync(taken);
        using DeskMetrics metrics = new(new DeskStates([new FakeDesk("exported")], TimeProvider.System));

        new OtlpExport(new Uri(collector.Urls.First()), TimeSpan.FromMinutes(1)).Dispose();

        string sent = taken["/v1/metrics"];
        foreach (MetricLine line in MetricTable.All.Where(static line => line.Name != "fastrebalance.position.health_factor" && line.Name != "fastrebalance.engine.refusals"))
            Assert.Contains(line.Name, sent);
        Assert.Contains("exported", sent);
        Assert.Contains("fastrebalance", sent);
    }

    [Fact]
    public void Dispose_NobodyListens_EndsQuietly() => new OtlpExport(new Uri("http://127.0.0.1:1"), TimeSpan.FromMinutes(1)).Dispose();

    [Theory]
    [InlineData("127.0.0.1:4318")]
    [InlineData("ftp://127.0.0.1")]
    [InlineData("http://user:secret@127.0.0.1:4318")]
    [InlineData("http://127.0.0.1:4318/v1/metrics")]
    public void Parse_NoCollectorsAddress_SaysWhatOneIsAndShowsNoSecret(string text)
    {
        List<ConfigProblem> problems = [];
        Assert.Null(OtlpExport.Parse(text, problems));
        Assert.Contains("http://127.0.0.1:4318", Assert.Single(problems).Wanted);
        Assert.DoesNotContain("secret", problems[0].ToString());
    }

    private static async Task<WebApplication> CollectorAsync(ConcurrentDictionary<string, string> taken)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(static kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        WebApplication app = builder.Build();
        app.Run(async context =>
        {
            using MemoryStream body = new();
            await context.Request.Body.CopyToAsync(body);
            taken[context.Request.Path] = Encoding.Latin1.GetString(body.ToArray());
        });
        await app.StartAsync(TestContext.Current.CancellationToken);
        return app;
    }
}
