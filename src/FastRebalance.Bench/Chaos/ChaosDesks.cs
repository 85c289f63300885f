using System.Globalization;
using FastRebalance.Execution.WriteAhead;

namespace FastRebalance.Bench.Chaos;

/// <summary>Desks, one after the other, each on a chain of its own: deaths in turn at every point, and between them anywhere.</summary>
internal sealed class ChaosDesks(ChaosOptions options, int index, ChaosResult result)
{
    private const int OrdersOfALife = 1000;
    private const int DamageEvery = 40;

    /// <summary>Every point that a sending passes.</summary>
    public static readonly FaultPoint[] Points = [.. Enum.GetValues<FaultPoint>().Where(static point => point != FaultPoint.None)];

    private int _round;

    public async Task RunAsync(CancellationToken cancellation)
    {
        for (int chain = 0; !result.IsDone && !cancellation.IsCancellationRequested; chain++)
            await RunDeskAsync(options.Seed * 1_000_003 + (ulong)(index * 10_007 + chain), cancellation).ConfigureAwait(false);
    }

    private async Task RunDeskAsync(ulong seed, CancellationToken cancellation)
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("frc-");
        ChaosBook book = new();
        try
        {
            await using ChaosChain chain = await ChaosChain.StartAsync(seed, folder.FullName, cancellation).ConfigureAwait(false);
            ChaosIncarnations victims = new(options, chain, book, Path.Combine(folder.FullName, "desk"));
            try
            {
                await KillAsync(chain, victims, book, new Random((int)(seed % int.MaxValue)), seed, cancellation).ConfigureAwait(false);
            }
            finally
            {
                result.AddDesk(book, chain);
            }
        }
        finally
        {
            if (book.Findings.Count > 0 && options.Out is { } kept)
                Keep(folder.FullName, book, Path.Combine(kept, string.Create(CultureInfo.InvariantCulture, $"desk-{seed}")));
            folder.Delete(recursive: true);
        }
    }

    private async Task KillAsync(ChaosChain chain, ChaosIncarnations victims, ChaosBook book, Random random, ulong seed, CancellationToken cancellation)
    {
        int died = 0;
        for (int life = 1; IsToGoOn(died, book, cancellation); life++, _round++)
        {
            FaultPoint point = _round % 3 == 2 ? FaultPoint.None : Points[(_round + index) % Points.Length];
            book.Round = string.Create(CultureInfo.InvariantCulture, $"seed {seed}, life {life}, {point}");
            chain.BeKind(false);
            bool isDead = await victims.LiveAsync(PlanOf(point, life, book, random), result).ConfigureAwait(false);
            if (!isDead)
                continue;
            died++;
            result.AddCrash(point);
            if (died % DamageEvery == 0 && book.Findings.Count == 0 && await victims.RefuseDamageAsync(random).ConfigureAwait(false))
                result.AddRefusal();
            if (died % options.CheckEvery == 0)
                await CheckAsync(chain, victims, book, life).ConfigureAwait(false);
        }
        book.Round = string.Create(CultureInfo.InvariantCulture, $"seed {seed}, at the end");
        if (book.Findings.Count == 0)
            await CheckAsync(chain, victims, book, died).ConfigureAwait(false);
    }

    // Who is told to stop brings its desk to rest all the same: what was counted by then is told.
    private bool IsToGoOn(int died, ChaosBook book, CancellationToken cancellation) =>
        died < options.PerChain && !result.IsDone && book.Findings.Count == 0 && !cancellation.IsCancellationRequested;

    private static ChaosPlan PlanOf(FaultPoint point, int life, ChaosBook book, Random random)
    {
        ChaosLife way = point switch
        {
            FaultPoint.BeforeCancelRelease or FaultPoint.AfterCancelRelease => ChaosLife.Expire,
            FaultPoint.BeforeKillSync or FaultPoint.AfterKillSync => ChaosLife.KillSwitch,
            FaultPoint.BeforeSnapshotRename or FaultPoint.AfterSnapshotRename => ChaosLife.Snapshot,
            FaultPoint.None when random.Next(4) == 0 => random.Next(2) == 0 ? ChaosLife.Expire : ChaosLife.KillSwitch,
            _ => ChaosLife.Trade,
        };
        return new ChaosPlan(
            way, point, way == ChaosLife.Trade && random.Next(4) == 0 ? 2 : 1, point == FaultPoint.None ? random.Next(1, 32) : int.MaxValue,
            (ulong)life * OrdersOfALife, Orders: 3, [.. book.OpenOrders(most: 2)]);
    }

    /// <summary>A last incarnation brings everything to its end; then chain, log and promises must agree.</summary>
    private async Task CheckAsync(ChaosChain chain, ChaosIncarnations victims, ChaosBook book, int life)
    {
        chain.BeKind(true);
        await victims.SettleAsync(life, result).ConfigureAwait(false);
        if (book.Findings.Count > 0)
            return;
        book.Check(await chain.LookAsync().ConfigureAwait(false));
        result.AddCheck();
        options.Progress?.Invoke(result.Progress());
    }

    private static void Keep(string from, ChaosBook book, string to)
    {
        Directory.CreateDirectory(to);
        File.WriteAllLines(Path.Combine(to, "told"), [.. book.Story, .. book.Findings.Select(static finding => $"{finding.Fault}: {finding.Words}")]);
        foreach (string file in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories))
        {
            string target = Path.Combine(to, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            try
            {
                File.Copy(file, target, overwrite: true);
            }
            catch (IOException)
            {
                // The node's socket is no file, and the node may put files of its own away meanwhile.
            }
        }
    }
}
