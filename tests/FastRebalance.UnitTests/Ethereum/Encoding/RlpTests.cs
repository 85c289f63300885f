using System.Globalization;
using System.Numerics;
using System.Text.Json;
using FastRebalance.Core.Assets;
using FastRebalance.Ethereum.Encoding;

namespace FastRebalance.UnitTests.Ethereum.Encoding;

public sealed class RlpTests(ITestOutputHelper output)
{
    [Fact]
    public void Write_ValidFile_GivesEveryEncodingAndReadsItBack()
    {
        using JsonDocument file = Vectors.Open("ethereum", "RLPTests", "rlptest.json");
        int count = 0;
        foreach (JsonProperty test in file.RootElement.EnumerateObject())
        {
            byte[] expected = test.Value.Bytes("out");
            JsonElement input = test.Value.GetProperty("in");
            Assert.True(expected.AsSpan().SequenceEqual(Encode(input)), test.Name);
            Assert.Equal(RlpStatus.Ok, Rlp.Validate(expected));
            RlpReader reader = new(expected);
            AssertReads(input, ref reader);
            count++;
        }
        output.WriteLine($"{count} valid");
        Assert.Equal(28, count);
    }

    [Theory]
    [InlineData("invalidRLPTest.json", 26, false)]
    [InlineData("RandomRLPTests/example.json", 1, true)]
    public void Validate_OfficialFile_AgreesWithEveryVerdict(string name, int expectedCount, bool valid)
    {
        using JsonDocument file = Vectors.Open("ethereum", "RLPTests", name);
        int count = 0;
        foreach (JsonProperty test in file.RootElement.EnumerateObject())
        {
            RlpStatus status = Rlp.Validate(test.Value.Bytes("out"));
            Assert.NotEqual(RlpStatus.Unread, status);
            Assert.True(valid == (status == RlpStatus.Ok), $"{test.Name}: {status}");
            count++;
        }
        output.WriteLine($"{count} in {name}");
        Assert.Equal(expectedCount, count);
    }

    [Fact]
    public void Write_EthersFile_GivesEveryEncoding()
    {
        using JsonDocument file = Vectors.Open("ethers", "rlp-coder.json.gz");
        int count = 0;
        foreach (JsonElement test in file.RootElement.EnumerateArray())
        {
            byte[] expected = test.Bytes("encoded");
            Assert.True(expected.AsSpan().SequenceEqual(EncodeHex(test.GetProperty("decoded"))), test.Text("name"));
            Assert.Equal(RlpStatus.Ok, Rlp.Validate(expected));
            count++;
        }
        output.WriteLine($"{count} encodings");
        Assert.Equal(61, count);
    }

    [Theory]
    [InlineData("", RlpStatus.TooFewItems)]
    [InlineData("8100", RlpStatus.ByteNotCanonical)]
    [InlineData("00", RlpStatus.LeadingZero)]
    [InlineData("820001", RlpStatus.LeadingZero)]
    [InlineData("89010000000000000000", RlpStatus.TooLong)]
    [InlineData("c0", RlpStatus.ListFound)]
    [InlineData("8201", RlpStatus.Truncated)]
    [InlineData("b801ff", RlpStatus.LengthNotCanonical)]
    [InlineData("b90001", RlpStatus.LengthNotCanonical)]
    [InlineData("bf7fffffffffffffff", RlpStatus.Truncated)]
    public void TryReadUInt64_MalformedItem_NamesTheReasonAndStaysStopped(string hex, RlpStatus expected)
    {
        RlpReader reader = new(Convert.FromHexString(hex));
        Assert.False(reader.TryReadUInt64(out _));
        Assert.Equal(expected, reader.Status);
        Assert.False(reader.TryReadBytes(out _));
        Assert.False(reader.TryReadEnd());
        Assert.Equal(expected, reader.Status);
    }

    [Fact]
    public void TryReadUInt64_UnsetReader_AnswersFalse()
    {
        RlpReader reader = default;
        Assert.False(reader.TryReadUInt64(out _));
        Assert.Equal(RlpStatus.Unread, reader.Status);
    }

    [Fact]
    public void WriteInteger_NumbersAroundEveryByteBoundary_ReadsBackAndHasTheComputedLength()
    {
        byte[] buffer = new byte[40];
        for (int bits = 0; bits < 256; bits++)
        {
            for (int less = 0; less <= 1; less++)
            {
                byte[] word = new byte[32];
                (BigInteger.Pow(2, bits) - less).TryWriteBytes(word.AsSpan(), out int written, isUnsigned: true);
                Array.Reverse(word, 0, written);
                UInt256 value = UInt256.ReadBigEndian(word.AsSpan(0, written));
                RlpWriter writer = new(buffer);
                writer.WriteInteger(in value);
                Assert.Equal(writer.Position, Rlp.LengthOf(in value));
                RlpReader reader = new(buffer.AsSpan(0, writer.Position));
                Assert.True(reader.TryReadUInt256(out UInt256 read));
                Assert.Equal(value, read);
                Assert.True(reader.TryReadEnd());
                if (bits >= 64) continue;
                RlpWriter narrow = new(new byte[9]);
                narrow.WriteInteger(value.Limb0);
                Assert.Equal(writer.Position, narrow.Position);
                Assert.Equal(writer.Position, Rlp.LengthOf(value.Limb0));
            }
        }
    }

    [Fact]
    public void Validate_NestedTooDeep_RefusesInsteadOfOverflowingTheStack()
    {
        byte[] nested = [Rlp.EmptyList];
        for (int depth = 0; depth < 2000; depth++)
        {
            byte[] outer = new byte[Rlp.LengthOfPayload(nested.Length)];
            RlpWriter writer = new(outer);
            writer.WriteListHeader(nested.Length);
            writer.WriteEncoded(nested);
            nested = outer;
        }
        Assert.Equal(RlpStatus.TooDeep, Rlp.Validate(nested));
    }

    [Fact]
    public void Validate_RandomBytes_NeverThrows()
    {
        Random random = new(31);
        int valid = 0;
        for (int i = 0; i < 200_000; i++)
        {
            byte[] bytes = new byte[random.Next(1, 12)];
            random.NextBytes(bytes);
            if (Rlp.Validate(bytes) == RlpStatus.Ok) valid++;
        }
        Assert.InRange(valid, 1, 199_999);
    }

    private static byte[] Encode(JsonElement item) => item.ValueKind switch
    {
        JsonValueKind.Array => List(item.EnumerateArray().Select(Encode)),
        JsonValueKind.Number => Write((ref RlpWriter writer) => writer.WriteInteger(item.GetUInt64())),
        _ when item.GetString()!.StartsWith('#') => Write((ref RlpWriter writer) => writer.WriteInteger(Big(item))),
        _ => String(System.Text.Encoding.UTF8.GetBytes(item.GetString()!)),
    };

    private static byte[] EncodeHex(JsonElement item) =>
        item.ValueKind == JsonValueKind.Array
            ? List(item.EnumerateArray().Select(EncodeHex))
            : String(Vectors.Bytes(item.GetString()!));

    private static void AssertReads(JsonElement expected, ref RlpReader reader)
    {
        if (expected.ValueKind == JsonValueKind.Array)
        {
            Assert.True(reader.TryReadList(out RlpReader items));
            foreach (JsonElement item in expected.EnumerateArray()) AssertReads(item, ref items);
            Assert.True(items.TryReadEnd());
        }
        else if (expected.ValueKind == JsonValueKind.Number)
        {
            Assert.True(reader.TryReadUInt64(out ulong value));
            Assert.Equal(expected.GetUInt64(), value);
        }
        else
        {
            Assert.True(reader.TryReadBytes(out ReadOnlySpan<byte> bytes));
            byte[] wanted = expected.GetString()!.StartsWith('#')
                ? Big(expected).ToArray()
                : System.Text.Encoding.UTF8.GetBytes(expected.GetString()!);
            Assert.Equal(wanted, bytes.ToArray());
        }
    }

    private static byte[] Big(JsonElement item) =>
        BigInteger.Parse(item.GetString()!.AsSpan(1), CultureInfo.InvariantCulture).ToByteArray(isUnsigned: true, isBigEndian: true);

    private static byte[] String(byte[] bytes)
    {
        byte[] encoded = Write((ref RlpWriter writer) => writer.WriteBytes(bytes), 16 + bytes.Length);
        Assert.Equal(encoded.Length, Rlp.LengthOf(bytes));
        return encoded;
    }

    private static byte[] List(IEnumerable<byte[]> items)
    {
        byte[] payload = [.. items.SelectMany(static item => item)];
        byte[] encoded = Write(
            (ref RlpWriter writer) =>
            {
                writer.WriteListHeader(payload.Length);
                writer.WriteEncoded(payload);
            },
            16 + payload.Length);
        Assert.Equal(encoded.Length, Rlp.LengthOfPayload(payload.Length));
        return encoded;
    }

    private delegate void Writing(ref RlpWriter writer);

    private static byte[] Write(Writing write, int room = 64)
    {
        byte[] buffer = new byte[room];
        RlpWriter writer = new(buffer);
        write(ref writer);
        return buffer[..writer.Position];
    }
}
