using System.Diagnostics;
using FastRebalance.Tests;
using Microsoft.Playwright;

namespace FastRebalance.ChainTests;

/// <summary>The desk's page in the system's Chromium, over a run on a real chain. Pictures of it are left in artifacts/watch.</summary>
public sealed class PageTests(CommandChain chain) : IClassFixture<CommandChain>
{
    private static readonly string[] s_browsers = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

    private readonly List<string> _complaints = [];

    [Fact]
    public async Task Page_InABrowser_DrawsEverythingAsksNobodyElseAndActsOnlyWhenConfirmed()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "the stop is a POSIX signal");
        string? browser = s_browsers.FirstOrDefault(File.Exists);
        if (browser is null)
            Assert.Skip("no Chromium is installed: apt-get install chromium");
        await chain.StartedAsync();
        string config = ConfigEdits.Write(chain.Config, "page.json", static root =>
        {
            root.SetBand(25);
            root.SetJournal("journal-page");
        });
        await using WatchedRun run = await WatchedRun.StartAsync(config);
        await run.UntilAsync(static state => state.GetProperty("transactions").GetArrayLength() > 2, "a few orders");
        using IPlaywright playwright = await Playwright.CreateAsync();
        await using IBrowser chromium = await playwright.Chromium.LaunchAsync(new() { ExecutablePath = browser, Args = ["--no-sandbox"] });

        foreach (ColorScheme scheme in (ColorScheme[])[ColorScheme.Dark, ColorScheme.Light])
            await LookAsync(chromium, run, scheme);
        IPage page = await OpenAsync(chromium, run, ColorScheme.Dark);
        await ActAsync(page);
        Assert.Empty(_complaints);
        Assert.Equal(0, (await run.StopAsync()).ExitCode);
    }

    private async Task<IPage> OpenAsync(IBrowser chromium, WatchedRun run, ColorScheme scheme)
    {
        IPage page = await chromium.NewPageAsync(new() { ViewportSize = new() { Width = 1500, Height = 900 }, ColorScheme = scheme });
        page.Console += (_, message) => _complaints.Add($"{message.Type}: {message.Text}");
        page.PageError += (_, error) => _complaints.Add(error);
        page.Request += (_, request) =>
        {
            if (!request.Url.StartsWith(run.Address.ToString(), StringComparison.Ordinal) && !request.Url.StartsWith("data:", StringComparison.Ordinal))
                _complaints.Add($"asked {request.Url}");
        };
        Stopwatch watch = Stopwatch.StartNew();
        await page.GotoAsync(run.Address.ToString());
        await page.Locator("#weights tbody tr").First.WaitForAsync();
        TestContext.Current.TestOutputHelper?.WriteLine($"{scheme}: drawn {watch.ElapsedMilliseconds} ms after it was asked for");
        return page;
    }

    private async Task LookAsync(IBrowser chromium, WatchedRun run, ColorScheme scheme)
    {
        IPage page = await OpenAsync(chromium, run, scheme);
        await page.Locator("#history polyline.series").First.WaitForAsync();
        Assert.Equal(3, await page.Locator("#weights tbody tr").CountAsync()); // what is neither held nor wanted is left out
        Assert.Equal(3, await page.Locator("#history svg").CountAsync());
        Assert.True(await page.Locator("#curve circle").CountAsync() > 10);
        Assert.True(await page.Locator("#transactions tbody tr").CountAsync() > 2);
        Assert.Equal("running", await page.Locator("#state").TextContentAsync());
        string folder = Path.Combine(SharedFiles.Root, "artifacts", "watch");
        await page.ScreenshotAsync(new() { Path = Path.Combine(folder, $"page-{scheme.ToString().ToLowerInvariant()}.png"), FullPage = true });
        await page.CloseAsync();
    }

    private static async Task ActAsync(IPage page)
    {
        await page.Locator("#pause").ClickAsync();
        await page.Locator("#confirm button[value=no]").ClickAsync();
        await Task.Delay(700);
        Assert.Equal("running", await page.Locator("#state").TextContentAsync()); // not confirmed
        await page.Locator("#pause").ClickAsync();
        await page.Locator("#confirmYes").ClickAsync();
        await page.Locator("#state.paused").WaitForAsync();
        await page.Locator("#resume").ClickAsync();
        await page.Locator("#confirmYes").ClickAsync();
        await page.Locator("#state.running").WaitForAsync();

        await page.Locator("button[data-action=kill-hard]").ClickAsync();
        Assert.True(await page.Locator("#confirmYes").IsDisabledAsync());
        await page.Locator("#confirmWord").FillAsync("kill-soft");
        Assert.True(await page.Locator("#confirmYes").IsDisabledAsync());
        await page.Locator("#confirmWord").FillAsync("kill-hard");
        Assert.False(await page.Locator("#confirmYes").IsDisabledAsync());
        await page.Locator("#confirm button[value=no]").ClickAsync();
        await Task.Delay(700);
        Assert.Equal("running", await page.Locator("#state").TextContentAsync());
    }
}
