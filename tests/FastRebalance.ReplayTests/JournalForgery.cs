using System.Buffers.Binary;
using FastRebalance.Journal;
using FastRebalance.Tests;

namespace FastRebalance.ReplayTests;

/// <summary>A copy of a run's journal whose records a test may change, leave out, or damage; checksums are made right again.</summary>
internal sealed class JournalForgery : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public JournalForgery(string journal)
    {
        foreach (string file in Directory.EnumerateFiles(journal))
            File.Copy(file, _folder.File(System.IO.Path.GetFileName(file)));
    }

    public string Path => _folder.Path;

    /// <summary>True leaves the record as the delegate made it, false takes it out.</summary>
    public delegate bool Edit(JournalRecordKind kind, long sequence, Span<byte> payload);

    public void Rewrite(string stream, Edit edit)
    {
        foreach (int number in SegmentFormat.Numbers(Path, stream))
        {
            string file = SegmentFormat.PathOf(Path, stream, number);
            byte[] bytes = File.ReadAllBytes(file);
            using FileStream forged = File.Create(file);
            forged.Write(bytes.AsSpan(0, SegmentFormat.HeaderBytes));
            int length;
            for (Span<byte> rest = bytes.AsSpan(SegmentFormat.HeaderBytes); (length = SegmentFormat.LengthOfRecord(rest)) > 0; rest = rest[length..])
            {
                JournalRecordKind kind = (JournalRecordKind)rest[8];
                long sequence = BinaryPrimitives.ReadInt64LittleEndian(rest[12..]);
                Span<byte> payload = rest[SegmentFormat.RecordHeaderBytes..length];
                if (!edit(kind, sequence, payload))
                    continue;
                SegmentFormat.WriteRecordHeader(rest, kind, sequence, payload, default);
                forged.Write(rest[..length]);
            }
        }
    }

    /// <summary>Flips one bit in the middle of a stream, and leaves its checksum as it was.</summary>
    public void Damage(string stream)
    {
        string file = SegmentFormat.PathOf(Path, stream, SegmentFormat.Numbers(Path, stream)[0]);
        byte[] bytes = File.ReadAllBytes(file);
        bytes[bytes.Length / 2] ^= 1;
        File.WriteAllBytes(file, bytes);
    }

    public void Dispose() => _folder.Dispose();
}
