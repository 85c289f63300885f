using System.Diagnostics;
using System.Text;
using System.Text.RegularExpressions;
using FastRebalance.Devnet;
using FastRebalance.Tests;

namespace FastRebalance.ChainTests;

/// <summary>
/// Every command that the pages show, held against the program: its parser takes the line, its help knows each option, and the recipe that says so is run
/// from its first line to its last. A check is first shown lines that are wrong.
/// </summary>
public sealed partial class DocsTests
{
    private const string Marker = "<!-- runs: devnet -->";

    // More than any command takes as arguments, and none of them an option of anybody's.
    private static readonly string[] s_strangers = ["--no-such-option-1", "--no-such-option-2", "--no-such-option-3"];

    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(3);

    private readonly Dictionary<string, string> _help = [];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Lines_OfEveryPage_AreTakenByTheProgram()
    {
        DocLine[] lines = [.. Pages().SelectMany(DocLine.In)];
        Assert.True(lines.Count(static line => line.Text.StartsWith("fastrebalance", StringComparison.Ordinal)) > 20, $"{lines.Length} lines: the pages were not found");
        List<string> wrong = [];
        foreach (DocLine line in lines)
            if (await MistakeInAsync(line.Text) is { } mistake)
                wrong.Add($"{line.Page}:{line.Number}: {line.Text}\n    {mistake}");
        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
    }

    [Theory]
    [InlineData("fastrebalance run -c FILE --dry-rnu", "--dry-rnu")]
    [InlineData("fastrebalance explain -c FILE --pirce=WETH=1", "--pirce")] // which the parser alone takes for the decision
    [InlineData("fastrebalance rnu -c FILE", "rnu")]
    [InlineData("fastrebalance run --dry-run", "--config")]
    [InlineData("fastrebalance run -c FILE --for soon", "soon")]
    [InlineData("fastrebalance bench rnig", "rnig")]
    [InlineData("./build.sh tset", "tset")]
    public async Task MistakeIn_LineThatIsWrong_IsNamed(string line, string culprit) =>
        Assert.Contains(culprit, await MistakeInAsync(line) ?? "nothing", StringComparison.Ordinal);

    [Fact]
    public async Task Table_OfTheReadmesCommands_HasEveryCommandAndOnlyOptionsThatAreThere()
    {
        List<string> wrong = [];
        HashSet<string> told = [];
        foreach (string form in CommandForms())
            foreach (List<string> path in await PathsOfAsync(form))
            {
                told.UnionWith(Enumerable.Range(1, path.Count).Select(count => string.Join(' ', path.Take(count))));
                HashSet<string> known = await OptionsOfAsync(path);
                wrong.AddRange(OptionNames().Matches(form).Select(static name => name.Value).Where(option => !known.Contains(option)).Select(option => $"`{form}`: no option {option}"));
                if (path.Count == 0)
                    wrong.Add($"`{form}`: no such command");
            }
        Assert.NotEmpty(told);
        foreach (string command in await CommandsBelowAsync([]))
        {
            string[] below = [.. (await CommandsBelowAsync([command])).Select(sub => $"{command} {sub}")];
            wrong.AddRange((below.Length > 0 ? below : [command]).Where(path => !told.Contains(path)).Select(static path => $"{path} is missing"));
        }
        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
    }

    /// <summary>What stands as code in the first column of the README's table of commands.</summary>
    private static IEnumerable<string> CommandForms() => File.ReadLines(Path.Combine(SharedFiles.Root, "README.md"))
        .SkipWhile(static line => line != "| command | what it does |").Skip(2).TakeWhile(static line => line.StartsWith('|'))
        .Select(static row => row.Replace("\\|", "\u0001", StringComparison.Ordinal).Split('|')[1].Replace('\u0001', '|'))
        .SelectMany(static cell => Regex.Matches(cell, "`([^`]+)`").Select(static code => code.Groups[1].Value));

    /// <summary>The commands that it is a form of: <c>keys new|import</c> is of two.</summary>
    private async Task<List<List<string>>> PathsOfAsync(string form)
    {
        List<List<string>> paths = [[]];
        foreach (string word in form.Split(' ').TakeWhile(static word => char.IsAsciiLetterLower(word[0])))
            paths = [.. paths.SelectMany(path => word.Split('|').Select(one => (List<string>)[.. path, one]))];
        foreach (List<string> path in paths)
            for (int i = 0; i < path.Count; i++)
                if (!(await CommandsBelowAsync(path[..i])).Contains(path[i]))
                    path.RemoveRange(i, path.Count - i);
        return paths;
    }

    private async Task<string[]> CommandsBelowAsync(List<string> path) => [.. Section(await HelpAsync(path), "Commands").Select(static listed => listed.Split(' ')[0])];

    private async Task<HashSet<string>> OptionsOfAsync(List<string> path) =>
        [.. Section(await HelpAsync(path), "Options").SelectMany(static listed => OptionNames().Matches(listed.Split("  ")[0]).Select(static name => name.Value))];

    [Fact]
    public async Task Recipes_MarkedToRun_EndAsThePageSays()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "the pages are written for a POSIX shell");
        DocLine[] lines = [.. Pages().SelectMany(DocLine.In).Where(static line => line.Runs)];
        Assert.NotEmpty(lines);
        string program = CommandProcess.Program();
        using DevnetFolder folder = new();
        await using LocalChain chain = await LocalChain.StartAsync(
            new DevnetOptions { OutputDirectory = Path.Combine(folder.Path, "chain"), BlockTime = TimeSpan.FromSeconds(1) }, Cancellation);
        foreach (DocLine line in lines)
        {
            string[] words = [.. line.Words().Select(word => Here(word, chain.Manifest)).Skip(1)];
            CommandResult end = await RunAsync(program, folder.Path, words);
            Assert.True(end.ExitCode == line.ExitCode, $"{line.Page}:{line.Number}: {line.Text}\nended with {end.ExitCode}\n{end.Output}\n{end.Error}");
        }
    }

    /// <summary>What the page leaves to the reader: where the node listens, and the executor's address.</summary>
    private static string Here(string word, DevnetManifest manifest) =>
        word == "http://127.0.0.1:8545" ? manifest.Http : word == "0x…" ? manifest.Contract("rebalanceExecutor").ToString() : word;

    private static IEnumerable<string> Pages()
    {
        string source = Path.Combine(SharedFiles.Root, "src");
        return [
            Path.Combine(SharedFiles.Root, "README.md"), Path.Combine(source, "COOKBOOK.md"),
            .. Directory.EnumerateDirectories(source).Select(static room => Path.Combine(room, "README.md")).Where(File.Exists).Order(StringComparer.Ordinal)];
    }

    /// <summary>Null where the line could be typed as it stands.</summary>
    private async Task<string?> MistakeInAsync(string line)
    {
        string[] words = DocLine.WordsOf(line);
        return words[0] == "./build.sh" ? await MistakeInVerbAsync(words) : await MistakeInCommandAsync(words[1..]);
    }

    private async Task<string?> MistakeInCommandAsync(string[] words)
    {
        List<string> path = [];
        foreach (string word in words.TakeWhile(static word => !word.StartsWith('-')))
        {
            if (!(await CommandsBelowAsync(path)).Contains(word))
                break;
            path.Add(word);
        }
        if (path.Count == 0)
            return $"{words[0]}: `fastrebalance --help` lists no such command";
        HashSet<string> known = await OptionsOfAsync(path);
        string[] strange = [.. words.Where(static word => word.StartsWith('-')).Select(static word => word.Split('=')[0]).Where(option => !known.Contains(option))];
        if (strange.Length > 0)
            return $"{string.Join(", ", strange)}: `fastrebalance {string.Join(' ', path)} --help` lists no such option";
        // The parser tells everything that is wrong before anything runs; with strangers at the end something always is.
        CommandResult parsed = await CommandProcess.RunAsync([.. words, .. s_strangers]);
        string[] errors = [.. parsed.Error.Split('\n').Where(static told => told.StartsWith("fastrebalance: ", StringComparison.Ordinal))];
        Assert.True(parsed.ExitCode == 2 && errors.Any(OfStrangers), $"the strangers were let in: {parsed.Output}{parsed.Error}");
        return errors.FirstOrDefault(static error => !OfStrangers(error));
    }

    private static bool OfStrangers(string error) => s_strangers.Any(stranger => error.Contains(stranger, StringComparison.Ordinal));

    private async Task<string?> MistakeInVerbAsync(string[] words)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "build.sh is of a POSIX shell");
        if (!_help.TryGetValue(words[0], out string? help))
            _help[words[0]] = help = (await RunAsync("bash", SharedFiles.Root, "build.sh", "help")).Output;
        return words.Length > 1 && Regex.IsMatch(help, $@"(?m)^  {Regex.Escape(words[1])}(\s|$)") ? null : $"{string.Join(' ', words.Skip(1))}: `./build.sh help` lists no such verb";
    }

    private async Task<string> HelpAsync(List<string> path)
    {
        string key = string.Join(' ', path);
        if (!_help.TryGetValue(key, out string? help))
            _help[key] = help = (await CommandProcess.RunAsync([.. path, "--help"])).Output;
        return help;
    }

    /// <summary>The entries of one section of a help text, each with its names at the front.</summary>
    private static IEnumerable<string> Section(string help, string title) => help.Split('\n')
        .SkipWhile(line => !line.StartsWith(title + ":", StringComparison.Ordinal)).Skip(1)
        .TakeWhile(static line => line.StartsWith(' ')).Where(static line => line.Length > 2 && line[2] != ' ').Select(static line => line.Trim());

    private static async Task<CommandResult> RunAsync(string program, string folder, params string[] words)
    {
        using Process process = Process.Start(new ProcessStartInfo(program, words)
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
        })!;
        process.StandardInput.Close();
        Task<string> output = process.StandardOutput.ReadToEndAsync(Cancellation), error = process.StandardError.ReadToEndAsync(Cancellation);
        try
        {
            await process.WaitForExitAsync(Cancellation).WaitAsync(s_patience, Cancellation);
        }
        finally
        {
            if (!process.HasExited)
                process.Kill(entireProcessTree: true);
        }
        return new CommandResult(process.ExitCode, await output, await error);
    }

    /// <summary>The published command, else the newest build; the test is skipped where there is neither.</summary>
    [GeneratedRegex(@"(?<![\w-])--?[a-zA-Z][\w-]*")]
    private static partial Regex OptionNames();

    /// <summary>A command as a page shows it.</summary>
    /// <param name="Page">Of the checkout.</param>
    /// <param name="Number">Its line there, from 1.</param>
    /// <param name="Text">As it is typed, without its comment.</param>
    /// <param name="ExitCode">What its comment says that it ends with; 0 where that says nothing.</param>
    /// <param name="Runs">Whether it stands in a recipe that is run.</param>
    private sealed partial record DocLine(string Page, int Number, string Text, int ExitCode, bool Runs)
    {
        /// <summary>The lines of a page's shell fences that begin with the program or the build script.</summary>
        public static IEnumerable<DocLine> In(string page)
        {
            string[] lines = File.ReadAllLines(page);
            string name = Path.GetRelativePath(SharedFiles.Root, page);
            bool inShell = false, runs = false;
            for (int i = 0; i < lines.Length; i++)
            {
                if (lines[i].StartsWith("```", StringComparison.Ordinal))
                {
                    inShell = !inShell && lines[i] is "```sh" or "```bash";
                    runs = i > 0 && lines[i - 1] == Marker;
                }
                else if (inShell && (lines[i].StartsWith("fastrebalance ", StringComparison.Ordinal) || lines[i].StartsWith("./build.sh", StringComparison.Ordinal)))
                    yield return Of(name, i + 1, lines[i], runs);
            }
        }

        public string[] Words() => WordsOf(Text);

        /// <summary>As a shell parts them; of its signs only quotes and a last <c>&amp;</c> are known here.</summary>
        public static string[] WordsOf(string text) => [.. Word().Matches(text).Select(static word => word.Value.Replace("'", "", StringComparison.Ordinal).Replace("\"", "", StringComparison.Ordinal))];

        private static DocLine Of(string page, int number, string line, bool runs)
        {
            string[] parts = Regex.Split(line, @"\s+#");
            string comment = string.Concat(parts.Skip(1));
            Match code = Regex.Match(comment, @"^ exit code (\d+)\b");
            return new DocLine(page, number, parts[0].TrimEnd(' ', '&'), code.Success ? int.Parse(code.Groups[1].ValueSpan) : 0, runs);
        }

        [GeneratedRegex(@"(?:[^\s'""]|'[^']*'|""[^""]*"")+")]
        private static partial Regex Word();
    }
}
