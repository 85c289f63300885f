using FastRebalance.Journal;

namespace FastRebalance.UnitTests.Journal;

/// <summary>What a crash tears is left out; what no crash tears is refused.</summary>
public sealed class JournalDamageTests : IDisposable
{
    private const int Header = 64;
    private const int MarketRecord = 20 + 128;
    private const int OrderRecord = 20 + 192;

    private readonly TemporaryDirectory _temporary = new();

    public void Dispose() => _temporary.Dispose();

    [Fact]
    public void Read_CutAnywhereInTheLastTwoRecords_KeepsAllBefore()
    {
        byte[] whole = Written(out int[] ends);

        for (int length = ends[^3]; length < whole.Length; length++)
        {
            string root = Planted(whole[..length]);
            JournalReader reader = JournalReader.Open(root, JournalStreams.Inbound);
            int read = Drain(reader);

            Assert.Equal(ends.Count(end => end <= length), read);
            Assert.Equal(!ends.Contains(length), reader.Torn);
            Assert.False(reader.CleanlyClosed);
        }
    }

    [Fact]
    public void Read_LastRecordsBytesNeverReachedTheDisk_IsTorn()
    {
        byte[] whole = Written(out int[] ends);
        whole.AsSpan(ends[^2]).Clear();

        JournalReader reader = JournalReader.Open(Planted(whole), JournalStreams.Inbound);

        Assert.Equal(ends.Length - 1, Drain(reader));
        Assert.True(reader.Torn);
    }

    [Fact]
    public void Read_AnyBitOfAnInteriorRecordFlipped_IsRefusedWithItsPlace()
    {
        byte[] whole = Written(out int[] ends);
        int from = ends[1], to = ends[2];

        for (int bit = from * 8; bit < to * 8; bit++)
        {
            byte[] damaged = [.. whole];
            damaged[bit / 8] ^= (byte)(1 << (bit % 8));
            string root = Planted(damaged);
            JournalReader reader = JournalReader.Open(root, JournalStreams.Inbound);

            JournalCorruptException error = Assert.Throws<JournalCorruptException>(() => Drain(reader));
            Assert.Equal(from, error.Offset);
            Assert.EndsWith("inbound-000001.frj", error.File);
            Assert.Contains($"offset {from}", error.Message);
        }
    }

    [Fact]
    public void Read_AnyBitOfTheHeaderFlipped_IsRefused()
    {
        byte[] whole = Written(out _);

        for (int bit = 0; bit < Header * 8; bit++)
        {
            byte[] damaged = [.. whole];
            damaged[bit / 8] ^= (byte)(1 << (bit % 8));
            JournalReader reader = JournalReader.Open(Planted(damaged), JournalStreams.Inbound);

            Assert.Equal(0, Assert.Throws<JournalCorruptException>(() => Drain(reader)).Offset);
        }
    }

    [Fact]
    public void Read_CutInAnEarlierSegment_IsRefused()
    {
        byte[] whole = Written(out _);
        string root = Planted(whole[..^1]);
        byte[] second = [.. whole];
        SegmentFormat.WriteHeader(second, JournalStreams.Inbound, 2);
        File.WriteAllBytes(Path.Combine(root, "inbound-000002.frj"), second);

        JournalReader reader = JournalReader.Open(root, JournalStreams.Inbound);

        Assert.EndsWith("inbound-000001.frj", Assert.Throws<JournalCorruptException>(() => Drain(reader)).File);
    }

    [Fact]
    public void Open_SegmentMissing_IsRefused()
    {
        byte[] whole = Written(out _);
        string root = Planted(whole);
        File.WriteAllBytes(Path.Combine(root, "inbound-000003.frj"), whole);

        Assert.EndsWith("inbound-000002.frj", Assert.Throws<JournalCorruptException>(() => JournalReader.Open(root, JournalStreams.Inbound)).File);
    }

    [Fact]
    public void Read_SegmentRenamed_IsRefused()
    {
        string root = Planted(Written(out _));
        File.Move(Path.Combine(root, "inbound-000001.frj"), Path.Combine(root, "inbound-000002.frj"));

        Assert.Contains("renamed", Assert.Throws<JournalCorruptException>(() => Drain(JournalReader.Open(root, JournalStreams.Inbound))).Message);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(63)]
    public void Read_HeaderNeverFinished_IsTornAndEmpty(int bytes)
    {
        JournalReader reader = JournalReader.Open(Planted(Written(out _)[..bytes]), JournalStreams.Inbound);

        Assert.Equal(0, Drain(reader));
        Assert.True(reader.Torn);
    }

    [Fact]
    public void Create_AppendAfterACrash_CutsTheTornTailAndGoesOn()
    {
        byte[] whole = Written(out int[] ends);

        for (int length = ends[^2]; length < whole.Length; length += 7)
        {
            string root = Planted(whole[..length]);
            using (JournalWriter writer = JournalWriter.Create(root, JournalStreams.Inbound, append: true))
                Assert.True(writer.AppendMarketEvent(100, JournalRoundTripTests.Market(100)) && writer.Complete());

            JournalReader reader = JournalReader.Open(root, JournalStreams.Inbound);
            Assert.Equal(ends.Length - 1 + 2, Drain(reader));
            Assert.True(reader.CleanlyClosed);
        }
    }

    [Fact]
    public void Create_AppendAfterACrashInTheHeader_TakesTheNumberAgain()
    {
        string root = Planted(Written(out int[] ends));
        File.WriteAllBytes(Path.Combine(root, "inbound-000002.frj"), new byte[10]);

        using (JournalWriter writer = JournalWriter.Create(root, JournalStreams.Inbound, append: true))
        {
            Assert.EndsWith("inbound-000002.frj", writer.CurrentSegment);
            writer.Complete();
        }

        Assert.Equal(ends.Length + 1, Drain(JournalReader.Open(root, JournalStreams.Inbound)));
    }

    [Fact]
    public void Create_AppendToADamagedStream_IsRefusedAndTouchesNothing()
    {
        byte[] damaged = Written(out int[] ends);
        damaged[ends[0] + 30] ^= 1;
        string root = Planted(damaged);

        Assert.Throws<JournalCorruptException>(() => JournalWriter.Create(root, JournalStreams.Inbound, append: true));
        Assert.Equal(damaged, File.ReadAllBytes(Path.Combine(root, "inbound-000001.frj")));
    }

    /// <summary>A segment of six records without an end mark, and where each record ends.</summary>
    private byte[] Written(out int[] ends)
    {
        string root = _temporary.In(Guid.NewGuid().ToString("N"));
        using JournalWriter writer = JournalWriter.Create(root, JournalStreams.Inbound);
        int end = Header;
        ends = new int[6];
        for (int i = 0; i < ends.Length; i++)
        {
            bool appended = i % 2 == 0
                ? writer.AppendMarketEvent(i, JournalRoundTripTests.Market(i))
                : writer.AppendOrder(i, JournalRoundTripTests.Order(i));
            Assert.True(appended);
            ends[i] = end += i % 2 == 0 ? MarketRecord : OrderRecord;
        }

        writer.Flush();
        byte[] bytes = new byte[end];
        using FileStream file = new(writer.CurrentSegment, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        Assert.Equal(end, file.Length);
        file.ReadExactly(bytes);
        return bytes;
    }

    private string Planted(byte[] segment)
    {
        string root = _temporary.In("planted");
        if (Directory.Exists(root))
            Directory.Delete(root, recursive: true);
        Directory.CreateDirectory(root);
        File.WriteAllBytes(Path.Combine(root, "inbound-000001.frj"), segment);
        return root;
    }

    private static int Drain(JournalReader reader)
    {
        int count = 0;
        while (reader.TryRead(out _))
            count++;
        return count;
    }
}
