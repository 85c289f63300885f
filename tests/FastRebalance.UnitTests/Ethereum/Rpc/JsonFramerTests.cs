using System.Text;
using FastRebalance.Ethereum.Rpc;

namespace FastRebalance.UnitTests.Ethereum.Rpc;

public sealed class JsonFramerTests
{
    private const string Tricky = """{"a":"br}ace \" quote \\","b":[1,{"c":"\\\""}],"d":"ü€"}""";

    [Fact]
    public void TryRead_ObjectSplitAtEveryByte_ComesWholeEachTime()
    {
        byte[] text = System.Text.Encoding.UTF8.GetBytes(Tricky);
        for (int split = 0; split <= text.Length; split++)
        {
            JsonFramer framer = new(1024);
            List<string> frames = [];
            Feed(framer, text[..split], frames);
            Feed(framer, text[split..], frames);
            Assert.Equal([Tricky], frames);
        }
    }

    [Fact]
    public void TryRead_OneByteAtATime_ComesWhole()
    {
        JsonFramer framer = new(1024);
        List<string> frames = [];
        foreach (byte one in System.Text.Encoding.UTF8.GetBytes(Tricky + "\n" + Tricky))
            Feed(framer, [one], frames);
        Assert.Equal([Tricky, Tricky], frames);
    }

    [Fact]
    public void TryRead_TwoObjectsAndABatchInOneRead_ComesEach()
    {
        JsonFramer framer = new(1024);
        List<string> frames = [];
        Feed(framer, System.Text.Encoding.UTF8.GetBytes("""{"a":1}{"b":"]}"} [{"c":2},{"d":3}]"""), frames);
        Assert.Equal(["""{"a":1}""", """{"b":"]}"}""", """[{"c":2},{"d":3}]"""], frames);
    }

    [Fact]
    public void TryRead_RandomTextsInRandomPieces_ComeInOrder()
    {
        Random random = new(20261122);
        List<string> sent = [], frames = [];
        StringBuilder stream = new();
        for (int i = 0; i < 300; i++)
        {
            string text = $$"""{"i":{{i}},"s":"{{new string(random.Next(2) == 0 ? '{' : ']', random.Next(1, 4000))}}"}""";
            sent.Add(text);
            stream.Append(text).Append(' ', random.Next(3));
        }
        byte[] bytes = System.Text.Encoding.UTF8.GetBytes(stream.ToString());
        JsonFramer framer = new(8192);
        for (int at = 0; at < bytes.Length;)
        {
            int length = Math.Min(random.Next(1, 9000), bytes.Length - at);
            Feed(framer, bytes[at..(at + length)], frames);
            at += length;
        }
        Assert.Equal(sent, frames);
    }

    [Fact]
    public void FreeSpace_MessageLargerThanAllowed_IsRefusedBeforeMemoryGrows()
    {
        const int allowed = 1024;
        JsonFramer framer = new(allowed);
        byte[] piece = System.Text.Encoding.UTF8.GetBytes("{\"a\":\"" + new string('x', 500));
        Assert.Throws<InvalidDataException>(() =>
        {
            for (int i = 0; i < 1000; i++)
                Feed(framer, i == 0 ? piece : piece[6..], []);
        });
    }

    [Fact]
    public void TryRead_SomethingElseThanObjects_IsRefused()
    {
        JsonFramer framer = new(1024);
        Assert.Throws<InvalidDataException>(() => Feed(framer, "<html>"u8.ToArray(), []));
    }

    private static void Feed(JsonFramer framer, byte[] bytes, List<string> frames)
    {
        for (int at = 0; at < bytes.Length;)
        {
            Memory<byte> space = framer.FreeSpace();
            int take = Math.Min(space.Length, bytes.Length - at);
            bytes.AsSpan(at, take).CopyTo(space.Span);
            framer.Advance(take);
            at += take;
            while (framer.TryRead(out ReadOnlyMemory<byte> frame))
                frames.Add(System.Text.Encoding.UTF8.GetString(frame.Span));
        }
    }
}
