using System.Diagnostics;
using System.Globalization;
using System.Text;
using FastRebalance.Execution.Confirmation;
using FastRebalance.Execution.WriteAhead;

namespace FastRebalance.Bench.Chaos;

/// <summary>Starts the victims of one desk, one at a time, hears them, and kills those that no point kills.</summary>
internal sealed class ChaosIncarnations(ChaosOptions options, ChaosChain chain, ChaosBook book, string deskFile)
{
    private const int Killed = 128 + 9;
    private const int MostAgain = 3;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);

    private readonly Random _random = new(deskFile.Length);
    private bool _hasDied;
    private bool _cameUp;
    private bool _isExpiring;
    private string _lastWords = "";

    /// <summary>One life.</summary>
    /// <returns>False for one that lived to its end.</returns>
    public async Task<bool> LiveAsync(ChaosPlan plan, ChaosResult result)
    {
        int code = await RunUntilAnsweredAsync(plan).ConfigureAwait(false);
        if (_cameUp && _hasDied)
            result.AddRestart();
        if (code is not (0 or Killed))
            Complain(code);
        _hasDied |= code == Killed;
        return code == Killed;
    }

    /// <summary>A life that ends everything that is out.</summary>
    public async Task SettleAsync(int life, ChaosResult result)
    {
        int code = await RunUntilAnsweredAsync(new ChaosPlan(ChaosLife.Settle, FaultPoint.None, 1, int.MaxValue, (ulong)life, 0, [])).ConfigureAwait(false);
        if (_cameUp && _hasDied)
            result.AddRestart();
        if (code != 0)
            Complain(code);
        _hasDied = false;
    }

    /// <summary>A bit is turned over in the midst of the log: it must be refused, and is good again when the bit is.</summary>
    /// <returns>False where there was nothing to turn over.</returns>
    public async Task<bool> RefuseDamageAsync(Random random)
    {
        string folder = chain.Desk.LogFolder;
        int[] numbers = LogFormat.Numbers(folder, LogStreamKind.Account);
        if (numbers.Length == 0)
            return false;
        string file = "";
        byte[] content = [];
        foreach (int number in numbers.OrderDescending())
        {
            file = Path.Combine(folder, LogFormat.NameOf(LogStreamKind.Account, number));
            content = await File.ReadAllBytesAsync(file).ConfigureAwait(false);
            // What is older than a snapshot is not read any more, and may be damaged as it likes; a death may have left it there.
            if (LogFormat.KindOf(content.AsSpan(LogFormat.HeaderBytes)) == LogRecordKind.Snapshot)
                break;
        }
        int length = BitConverter.ToInt32(content, LogFormat.HeaderBytes);
        int next = LogFormat.HeaderBytes + LogFormat.RecordHeaderBytes + length;
        if (length <= 0 || next + sizeof(int) > content.Length || BitConverter.ToInt32(content, next) == 0)
            return false; // the last record: cut short by a death, it would be cut away
        int at = LogFormat.HeaderBytes + LogFormat.RecordHeaderBytes + random.Next(length);
        await TurnAsync(file, at, content[at] ^ (1 << random.Next(8))).ConfigureAwait(false);
        int code = await RunAsync(new ChaosPlan(ChaosLife.Settle, FaultPoint.None, 1, int.MaxValue, 1, 0, [])).ConfigureAwait(false);
        if (code != ChaosVictim.Refused)
            book.Add(ChaosFault.FailedRestart, $"byte {at} of {file} was damaged, and the next one ended with {code} instead of refusing it: {_lastWords}");
        await TurnAsync(file, at, content[at]).ConfigureAwait(false);
        return code == ChaosVictim.Refused;
    }

    private static async Task TurnAsync(string file, int at, int value)
    {
        await using FileStream stream = new(file, FileMode.Open, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);
        stream.Position = at;
        stream.WriteByte((byte)value);
    }

    private void Complain(int code)
    {
        // A desk that takes its own transaction for somebody else's has forgotten it.
        ChaosFault fault = _lastWords.Contains("another program uses the key", StringComparison.Ordinal) ? ChaosFault.Foreign : ChaosFault.FailedRestart;
        book.Add(fault, $"it ended with {code}: {_lastWords}");
    }

    // A node between two branches has no answers for a moment: whoever watches over a desk starts it again.
    private async Task<int> RunUntilAnsweredAsync(ChaosPlan plan)
    {
        int code = await RunAsync(plan).ConfigureAwait(false);
        for (int again = 0; code == ChaosVictim.Unanswered && again < MostAgain; again++)
            code = await RunAsync(plan).ConfigureAwait(false);
        return code;
    }

    private async Task<int> RunAsync(ChaosPlan plan)
    {
        (_cameUp, _lastWords, _isExpiring) = (false, "", plan.Life == ChaosLife.Expire);
        using Process victim = Process.Start(StartOf(plan))!;
        StringBuilder errors = new();
        Task reading = ReadErrorsAsync(victim, errors);
        using CancellationTokenSource patience = new(Patience);
        using CancellationTokenRegistration impatience = patience.Token.Register(victim.Kill);
        try
        {
            int lines = plan.Lines;
            while (await victim.StandardOutput.ReadLineAsync(CancellationToken.None).ConfigureAwait(false) is { } line)
            {
                await HearAsync(line).ConfigureAwait(false);
                if (--lines == 0)
                    await KillAsync(victim).ConfigureAwait(false);
            }
            await victim.WaitForExitAsync(CancellationToken.None).ConfigureAwait(false);
            await reading.ConfigureAwait(false);
        }
        finally
        {
            chain.Wake(false);
            chain.Hold(false);
        }
        if (_lastWords.Length == 0)
            _lastWords = errors.ToString();
        if (!patience.IsCancellationRequested)
            return victim.ExitCode;
        _lastWords = $"it was alive after {Patience.TotalSeconds} s: {_lastWords}";
        return -1;
    }

    private async Task KillAsync(Process victim)
    {
        await Task.Delay(_random.Next(4) * _random.Next(8)).ConfigureAwait(false);
        victim.Kill();
    }

    private async Task HearAsync(string line)
    {
        book.Hear(line);
        switch (line[0])
        {
            case 'U':
                _cameUp = true;
                chain.Wake(true);
                break;
            case 'E':
                _lastWords = line;
                break;
            case 'A' when _isExpiring && line.Split(' ')[3] == ((int)AttemptKind.Fill).ToString(CultureInfo.InvariantCulture):
                chain.Hold(true);
                break;
            case 'K' when _isExpiring:
                _isExpiring = false;
                await chain.LetExpireAsync().ConfigureAwait(false);
                chain.Hold(false);
                break;
            default:
                break;
        }
    }

    private static async Task ReadErrorsAsync(Process victim, StringBuilder errors)
    {
        while (await victim.StandardError.ReadLineAsync(CancellationToken.None).ConfigureAwait(false) is { } line)
            errors.Append(line).Append(' ');
    }

    private ProcessStartInfo StartOf(ChaosPlan plan)
    {
        ProcessStartInfo start = new(options.Program)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            // It lives for a moment: what is compiled is compiled once, and quickly.
            Environment = { ["DOTNET_TieredPGO"] = "0", ["DOTNET_TC_QuickJitForLoops"] = "1" },
        };
        foreach (string word in (IEnumerable<string>)[
            .. options.Words, deskFile, plan.Life.ToString(), plan.FirstOrder.ToString(CultureInfo.InvariantCulture),
            plan.Orders.ToString(CultureInfo.InvariantCulture), string.Join(',', plan.Again), options.Bug.ToString()])
            start.ArgumentList.Add(word);
        if (plan.Point != FaultPoint.None)
            start.Environment[FaultPoints.Variable] = FaultPoints.Value(plan.Point, plan.Passes);
        return start;
    }
}
