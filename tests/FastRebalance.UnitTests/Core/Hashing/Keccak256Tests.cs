using System.Runtime.Intrinsics;
using System.Text.Json;
using FastRebalance.Core.Hashing;
using FastRebalance.UnitTests.Ethereum;

namespace FastRebalance.UnitTests.Core.Hashing;

public sealed class Keccak256Tests(ITestOutputHelper output)
{
    [Fact]
    public void Hash_EthersFile_GivesEveryHash()
    {
        using JsonDocument file = Vectors.Open("ethers", "hashes.json.gz");
        int count = 0;
        foreach (JsonElement test in file.RootElement.EnumerateArray())
        {
            Assert.Equal(test.Text("keccak256"), Keccak256.Hash(test.Bytes("data")).ToString());
            count++;
        }
        output.WriteLine($"{count} hashes");
        Assert.Equal(516, count);
    }

    // Lengths on both sides of the 136-byte block are where the padding goes wrong.
    [Fact]
    public void Hash_EveryLengthAroundTheBlock_AgreesWithThePlainTwin()
    {
        byte[] data = new byte[420];
        new Random(21).NextBytes(data);
        for (int length = 0; length <= data.Length; length++)
            Assert.Equal(PlainKeccak256(data.AsSpan(0, length)), Keccak256.Hash(data.AsSpan(0, length)).Span.ToArray());
    }

    // Which lanes the machine's own hash takes depends on the machine; every machine tests those it can.
    [Fact]
    public void Hash_LanesOfEitherKind_AgreeWithThePlainTwin()
    {
        byte[] data = new byte[420], hash = new byte[32];
        new Random(22).NextBytes(data);
        for (int length = 0; length <= data.Length; length++)
        {
            byte[] expected = PlainKeccak256(data.AsSpan(0, length));
            Keccak256.Hash<ulong, ScalarLanes>(data.AsSpan(0, length), hash);
            Assert.Equal(expected, hash);
            if (!VectorLanes.IsSupported) continue;
            Keccak256.Hash<Vector128<ulong>, VectorLanes>(data.AsSpan(0, length), hash);
            Assert.Equal(expected, hash);
        }
        output.WriteLine(VectorLanes.IsSupported ? "scalar and vector lanes" : "scalar lanes alone: this machine has no AVX-512");
    }

    // Every way in which two messages can end: together, in neighbouring blocks, far apart, on a block's edge.
    [Fact]
    public void HashTwo_EveryPairOfLengths_GivesTheHashOfEach()
    {
        byte[] data = new byte[900], one = new byte[32], other = new byte[32];
        new Random(23).NextBytes(data);
        int[] lengths = [0, 1, 31, 134, 135, 136, 137, 270, 271, 272, 273, 300, 407, 408, 409, 700, 816];
        foreach (int first in lengths)
            foreach (int second in lengths)
            {
                Keccak256.HashTwo(data.AsSpan(0, first), one, data.AsSpan(50, second), other);
                Assert.Equal(Keccak256.Hash(data.AsSpan(0, first)).Span.ToArray(), one);
                Assert.Equal(Keccak256.Hash(data.AsSpan(50, second)).Span.ToArray(), other);
            }
        Assert.Throws<ArgumentException>(() => Keccak256.HashTwo(data, one, data, new byte[31]));
    }

    [Fact]
    public void Hash_KnownTexts_GivesTheKnownHashes()
    {
        Assert.Equal("0xc5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470", Keccak256.OfNothing.ToString());
        Assert.Equal("0xddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef",
            Keccak256.HashOfText("Transfer(address,address,uint256)").ToString());
        const string Body = """{"jsonrpc":"2.0","id":1,"method":"eth_sendBundle","params":[{"txs":["0x02"],"blockNumber":"0xb63dcd"}]}""";
        Assert.Equal("0xa8127a5e301e0a0256a8b3c944c4d477146ed83a6f2e09a7dedf009c7ede1a18", Keccak256.HashOfText(Body).ToString());
    }

    [Fact]
    public void Hash_DestinationOverlapsData_HashesTheOldBytes()
    {
        byte[] bytes = [.. Enumerable.Repeat((byte)'x', 64)];
        byte[] expected = Keccak256.Hash(bytes).Span.ToArray();
        Keccak256.Hash(bytes, bytes);
        Assert.Equal(expected, bytes[..32]);
        Assert.Throws<ArgumentException>(() => Keccak256.Hash(bytes, new byte[31]));
    }

    [Fact]
    public void Hash_IntoCallersMemory_AllocatesNothing()
    {
        byte[] data = new byte[300];
        byte[] hash = new byte[32], other = new byte[32];
        Keccak256.Hash(data, hash);
        Keccak256.HashTwo(data, hash, data.AsSpan(0, 100), other);
        AllocationWatch watch = new();
        while (watch.Next())
            for (int i = 0; i < 100; i++)
            {
                Keccak256.Hash(data, hash);
                Keccak256.HashTwo(data, hash, data.AsSpan(0, 100), other);
            }
        Assert.Equal(0, watch.LeastBytes);
    }

    // Straight from the definition, step by step, with the constants and offsets computed instead of listed.
    private static byte[] PlainKeccak256(ReadOnlySpan<byte> data)
    {
        const int Rate = 136;
        byte[] padded = new byte[(data.Length / Rate + 1) * Rate];
        data.CopyTo(padded);
        padded[data.Length] ^= 0x01;
        padded[^1] ^= 0x80;
        ulong[,] a = new ulong[5, 5];
        for (int block = 0; block < padded.Length; block += Rate)
        {
            for (int i = 0; i < Rate / 8; i++) a[i % 5, i / 5] ^= BitConverter.ToUInt64(padded, block + 8 * i);
            PlainPermute(a);
        }
        byte[] hash = new byte[32];
        for (int i = 0; i < 4; i++) BitConverter.GetBytes(a[i, 0]).CopyTo(hash, 8 * i);
        return hash;
    }

    private static void PlainPermute(ulong[,] a)
    {
        int lfsr = 1;
        for (int round = 0; round < 24; round++)
        {
            ulong[] c = new ulong[5];
            for (int x = 0; x < 5; x++)
                for (int y = 0; y < 5; y++) c[x] ^= a[x, y];
            for (int x = 0; x < 5; x++)
                for (int y = 0; y < 5; y++) a[x, y] ^= c[(x + 4) % 5] ^ ulong.RotateLeft(c[(x + 1) % 5], 1);
            ulong[,] b = new ulong[5, 5];
            b[0, 0] = a[0, 0];
            for (int t = 0, x = 1, y = 0; t < 24; t++)
            {
                b[y, (2 * x + 3 * y) % 5] = ulong.RotateLeft(a[x, y], (t + 1) * (t + 2) / 2 % 64);
                (x, y) = (y, (2 * x + 3 * y) % 5);
            }
            for (int x = 0; x < 5; x++)
                for (int y = 0; y < 5; y++) a[x, y] = b[x, y] ^ (~b[(x + 1) % 5, y] & b[(x + 2) % 5, y]);
            for (int j = 0; j < 7; j++)
            {
                if ((lfsr & 1) != 0) a[0, 0] ^= 1UL << ((1 << j) - 1);
                lfsr = (lfsr << 1) ^ ((lfsr & 0x80) != 0 ? 0x171 : 0);
            }
        }
    }
}
