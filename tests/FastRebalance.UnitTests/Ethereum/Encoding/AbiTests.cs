using System.Text.Json;
using FastRebalance.Core.Assets;
using FastRebalance.Ethereum.Encoding;

namespace FastRebalance.UnitTests.Ethereum.Encoding;

public sealed class AbiTests
{
    private readonly byte[] _buffer = new byte[4096];

    [Fact]
    public void Write_OfficialFile_GivesEveryEncoding()
    {
        using JsonDocument file = Vectors.Open("ethereum", "ABITests", "basic_abi_tests.json");
        AbiWriter wiki = new(_buffer);
        wiki.BeginArguments(headWords: 4);
        wiki.WriteUInt64(291);
        AbiFrame numbers = wiki.BeginArray(count: 2, headWordsEach: 1);
        wiki.WriteUInt64(1110);
        wiki.WriteUInt64(1929);
        wiki.End(numbers);
        wiki.WriteFixedBytes("1234567890"u8);
        wiki.WriteBytes("Hello, world!"u8);
        AssertWrote(file, "GithubWikiTest", ref wiki);

        AbiWriter single = new(_buffer);
        single.BeginArguments(headWords: 1);
        single.WriteUInt256(98127491UL);
        AssertWrote(file, "SingleInteger", ref single);

        AbiWriter pair = new(_buffer);
        pair.BeginArguments(headWords: 2);
        pair.WriteUInt64(324124);
        pair.WriteAddress(Address.Parse("0xcd2a3d9f938e13cd947ec05abc7fe734df8dd826"));
        AssertWrote(file, "IntegerAndAddress", ref pair);
    }

    [Theory]
    [InlineData("transfer(address,uint256)", 0xa9059cbbu)]
    [InlineData("approve(address,uint256)", 0x095ea7b3u)]
    [InlineData("swap(uint256,uint256,address,bytes)", 0x022c0d9fu)]
    [InlineData("exactInputSingle((address,address,uint24,address,uint256,uint256,uint160))", 0x04e45aafu)]
    [InlineData("multicall(bytes[])", 0xac9650d8u)]
    [InlineData("getReserves()", 0x0902f1acu)]
    [InlineData("Error(string)", 0x08c379a0u)]
    public void Of_KnownSignature_GivesTheKnownSelector(string signature, uint expected) =>
        Assert.Equal(expected, AbiSelector.Of(signature).Value);

    [Theory]
    [InlineData("transfer(address, uint256)")]
    [InlineData("transfer(address,uint)")]
    [InlineData("transfer(address to,uint256)")]
    [InlineData("transfer(address,uint256")]
    [InlineData("transfer")]
    [InlineData("(address)")]
    [InlineData("f(uint7)")]
    [InlineData("f(bytes33)")]
    [InlineData("f(uint256[)")]
    [InlineData("f(uint256[0])")]
    [InlineData("f(uint256,)")]
    [InlineData("f(uint256)x")]
    [InlineData("f((uint256)")]
    public void Of_TextThatIsNoCanonicalSignature_Throws(string signature) =>
        Assert.Throws<ArgumentException>(() => AbiSelector.Of(signature));

    [Theory]
    [InlineData("f((uint256,bytes32)[2][],string)")]
    [InlineData("f(int24,uint160,bytes1,function)")]
    public void EventTopic_NestedTypes_AreCanonical(string signature) => Assert.False(AbiSignature.EventTopic(signature).IsZero);

    // f((uint256,string)[],bytes[],bool): dynamic tuples inside an array, then an array of bytes; words computed by hand from the specification.
    [Fact]
    public void Write_NestedDynamicValues_PutsEveryOffsetInItsOwnFrame()
    {
        AbiWriter writer = new(_buffer);
        writer.BeginArguments(headWords: 3);
        AbiFrame tuples = writer.BeginArray(count: 2, headWordsEach: 1);
        for (ulong i = 1; i <= 2; i++)
        {
            AbiFrame tuple = writer.BeginTuple(headWords: 2);
            writer.WriteUInt64(i);
            writer.WriteString(i == 1 ? "one" : "two");
            writer.End(tuple);
        }
        writer.End(tuples);
        AbiFrame blobs = writer.BeginArray(count: 2, headWordsEach: 1);
        writer.WriteBytes([0xaa]);
        writer.WriteBytes([]);
        writer.End(blobs);
        writer.WriteBool(true);
        Assert.True(writer.TryFinish(out int length));

        string[] words =
        [
            W(0x60), W(0x1c0), W(1),
            W(2), W(0x40), W(0xc0),
            W(1), W(0x40), W(3), Text("one"),
            W(2), W(0x40), W(3), Text("two"),
            W(2), W(0x40), W(0x80),
            W(1), "aa" + new string('0', 62),
            W(0),
        ];
        Assert.Equal(string.Concat(words), Convert.ToHexStringLower(_buffer.AsSpan(0, length)));

        AbiReader reader = new(_buffer.AsSpan(0, length));
        Assert.True(reader.TryReadArray(1, out int count, out AbiReader elements));
        Assert.Equal(2, count);
        Assert.True(elements.TryReadTuple(out _));
        Assert.True(elements.TryReadTuple(out AbiReader second));
        Assert.True(second.TryReadUInt64(out ulong number));
        Assert.True(second.TryReadString(out string text));
        Assert.Equal((2UL, "two"), (number, text));
        Assert.True(reader.TryReadArray(1, out count, out elements));
        Assert.True(elements.TryReadBytes(out ReadOnlySpan<byte> first));
        Assert.Equal([0xaa], first.ToArray());
        Assert.True(elements.TryReadBytes(out first) && first.IsEmpty);
        Assert.True(reader.TryReadBool(out bool flag) && flag);
    }

    [Fact]
    public void Write_SignedValues_ReadsBack()
    {
        AbiWriter writer = new(_buffer);
        writer.BeginArguments(headWords: 4);
        writer.WriteInt128(-887272);
        writer.WriteInt256(new UInt256(5), negative: true);
        writer.WriteInt256(new UInt256(0, 0, 0, 1UL << 63), negative: true);
        writer.WriteInt256(UInt256.One, negative: false);
        Assert.True(writer.TryFinish(out int length));
        Assert.Equal(new string('f', 63) + "b", Convert.ToHexStringLower(_buffer.AsSpan(32, 32)));
        AbiReader reader = new(_buffer.AsSpan(0, length));
        Assert.True(reader.TryReadInt32(out int tick));
        Assert.Equal(-887272, tick);
        Assert.True(reader.TryReadInt256(out UInt256 magnitude, out bool negative));
        Assert.True(negative && magnitude == 5UL);
        Assert.True(reader.TryReadInt256(out magnitude, out negative));
        Assert.True(negative && magnitude == new UInt256(0, 0, 0, 1UL << 63));
        Assert.True(reader.TryReadInt256(out magnitude, out negative));
        Assert.True(!negative && magnitude == UInt256.One);
        Assert.False(reader.TryReadInt32(out _));
        Assert.Equal(AbiStatus.TooShort, reader.Status);
    }

    [Fact]
    public void TryFinish_EveryTooShortDestination_SaysSoAndWritesNothingBeyondIt()
    {
        Assert.True(WriteCall(_buffer, out int whole, out _));
        for (int length = 0; length < whole; length++)
        {
            Assert.False(WriteCall(_buffer.AsSpan(0, length), out int written, out AbiStatus status));
            Assert.Equal(0, written);
            Assert.Equal(AbiStatus.TooShort, status);
        }
        Assert.True(WriteCall(_buffer.AsSpan(0, whole), out _, out _));
    }

    [Fact]
    public void TryFinish_HeadNotFilledOrOverrun_SaysSo()
    {
        AbiWriter less = new(_buffer);
        less.BeginArguments(headWords: 2);
        less.WriteBool(true);
        Assert.False(less.TryFinish(out _, out AbiStatus status));
        Assert.Equal(AbiStatus.FrameNotFilled, status);

        AbiWriter more = new(_buffer);
        more.BeginArguments(headWords: 1);
        more.WriteBool(true);
        more.WriteBool(true);
        Assert.False(more.TryFinish(out _, out status));
        Assert.Equal(AbiStatus.FrameNotFilled, status);
    }

    [Fact]
    public void Write_ACall_AllocatesNothing()
    {
        WriteCall(_buffer, out _, out _);
        AllocationWatch watch = new();
        while (watch.Next())
            for (int i = 0; i < 50; i++) WriteCall(_buffer, out _, out _);
        Assert.Equal(0, watch.LeastBytes);
    }

    [Theory]
    [InlineData("0000000000000000000000000000000000000000000000000000000000000021")] // offset past the end
    [InlineData("ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff")]
    [InlineData("0000000000000000000000000000000000000000000000007fffffffffffffff")]
    public void TryReadBytes_OffsetOutsideTheData_SaysSo(string hex)
    {
        AbiReader reader = new(Convert.FromHexString(hex));
        Assert.False(reader.TryReadBytes(out _));
        Assert.Equal(AbiStatus.OffsetOutOfRange, reader.Status);
    }

    [Fact]
    public void TryReadArray_LengthBeyondTheData_SaysSo()
    {
        AbiReader reader = new(Convert.FromHexString(W(0x20) + W(0x7fffffff) + W(1)));
        Assert.False(reader.TryReadArray(1, out _, out _));
        Assert.Equal(AbiStatus.OffsetOutOfRange, reader.Status);
    }

    [Fact]
    public void TryRead_WordAboveItsType_SaysSo()
    {
        byte[] most = new byte[32];
        most.AsSpan().Fill(0xff);
        AbiReader address = new(most);
        Assert.False(address.TryReadAddress(out _));
        Assert.Equal(AbiStatus.ValueOutOfRange, address.Status);
        Assert.False(new AbiReader(most).TryReadBool(out _));
        Assert.False(new AbiReader(most).TryReadUInt64(out _));
        Assert.False(new AbiReader(most).TryReadUInt128(out _));
        Assert.True(new AbiReader(most).TryReadInt128(out Int128 minusOne));
        Assert.Equal(-1, minusOne);
    }

    [Fact]
    public void Decode_RevertData_NamesTheReason()
    {
        Assert.Equal(RevertKind.Empty, RevertReason.Decode([]).Kind);

        AbiWriter error = new(_buffer);
        error.BeginCall(AbiSelector.Of("Error(string)"), headWords: 1);
        error.WriteString("UniswapV2: K");
        Assert.True(error.TryFinish(out int length));
        RevertReason reason = RevertReason.Decode(_buffer.AsSpan(0, length));
        Assert.Equal((RevertKind.Error, "UniswapV2: K"), (reason.Kind, reason.ToString()));
        Assert.Equal(RevertKind.Unreadable, RevertReason.Decode(_buffer.AsSpan(0, 40)).Kind);

        AbiWriter panic = new(_buffer);
        panic.BeginCall(AbiSelector.Of("Panic(uint256)"), headWords: 1);
        panic.WriteUInt64(0x11);
        Assert.True(panic.TryFinish(out length));
        Assert.Equal("panic: arithmetic overflow (0x11)", RevertReason.Decode(_buffer.AsSpan(0, length)).ToString());

        RevertReason custom = RevertReason.Decode([0xde, 0xad, 0xbe, 0xef, 1]);
        Assert.Equal((RevertKind.Custom, "custom error 0xdeadbeef: 0xdeadbeef01"), (custom.Kind, custom.ToString()));
        Assert.Equal(RevertKind.Unreadable, RevertReason.Decode([1, 2]).Kind);
    }

    private static readonly AbiSelector s_call = AbiSelector.Of("swap(address,bytes[],string,uint256)");

    private static bool WriteCall(Span<byte> destination, out int length, out AbiStatus status)
    {
        AbiWriter writer = new(destination);
        writer.BeginCall(s_call, headWords: 4);
        writer.WriteAddress(Address.Zero);
        AbiFrame calls = writer.BeginArray(count: 2, headWordsEach: 1);
        writer.WriteBytes([1, 2, 3]);
        writer.WriteBytes([]);
        writer.End(calls);
        writer.WriteString("memo");
        writer.WriteUInt256(UInt256.MaxValue);
        return writer.TryFinish(out length, out status);
    }

    private void AssertWrote(JsonDocument file, string name, ref AbiWriter writer)
    {
        Assert.True(writer.TryFinish(out int length));
        Assert.Equal(file.RootElement.GetProperty(name).Text("result"), Convert.ToHexStringLower(_buffer.AsSpan(0, length)));
    }

    private static string W(ulong value) => value.ToString("x64", System.Globalization.CultureInfo.InvariantCulture);

    private static string Text(string text) =>
        Convert.ToHexStringLower(System.Text.Encoding.UTF8.GetBytes(text)).PadRight(64, '0');
}
