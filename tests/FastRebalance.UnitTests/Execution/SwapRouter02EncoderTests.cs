using System.Text;
using FastRebalance.Amm;
using FastRebalance.Core.Assets;
using FastRebalance.Core.Events;
using FastRebalance.Ethereum.Encoding;
using FastRebalance.Execution.Transactions;

namespace FastRebalance.UnitTests.Execution;

public sealed class SwapRouter02EncoderTests
{
    private static readonly Address Payee = Address.Parse("0x9d8a62f656a8d1615c1294fd71e9cfb3e4855a4f");
    private static readonly SwapRouter02Encoder Encoder = new(Payee, World.Assets, World.Pools);

    // Laid out by hand after the ABI specification; the selectors are those of the deployed router.
    [Fact]
    public void TryEncode_OneV3Hop_IsExactInputSingleInAMulticall()
    {
        string data = Encode(World.Leg(World.A, World.B, 1000, 990, World.V3AB));

        Assert.Equal(
            Words("5ae401dc", "77", "40", "1", "20", "e4") + Words("04e45aaf",
                "a1", "b2", "1f4", Payee.ToString()[2..], "3e8", "3de", "0") + Padding(28), data);
    }

    [Fact]
    public void TryEncode_TwoV3Hops_IsExactInputWithAPackedPath()
    {
        string data = Encode(World.Leg(World.A, World.C, 1000, 990, World.V3AB, World.V3BC));

        string path = Hex20("a1") + "0001f4" + Hex20("b2") + "000bb8" + Hex20("c3");
        Assert.Equal(
            Words("5ae401dc", "77", "40", "1", "20", "124")
            + Words("b858183f", "20", "80", Payee.ToString()[2..], "3e8", "3de", "42") + path + Padding(30) + Padding(28), data);
    }

    [Fact]
    public void TryEncode_TwoV2Hops_IsSwapExactTokensForTokens()
    {
        string data = Encode(World.Leg(World.C, World.A, 1000, 990, World.V2BC, World.V2AB));

        Assert.Equal(
            Words("5ae401dc", "77", "40", "1", "20", "104")
            + Words("472b43f3", "3e8", "3de", "80", Payee.ToString()[2..], "3", "c3", "b2", "a1") + Padding(28), data);
    }

    // What lies between the calls stays with the router (address 2) and the next call sells all of it (amount 0).
    [Fact]
    public void TryEncode_V3ThenV2_ChainsThroughTheRouter()
    {
        string data = Encode(World.Leg(World.A, World.C, 1000, 990, World.V3AB, World.V2BC));

        Assert.Equal(
            Words("5ae401dc", "77", "40", "2", "40", "160", "e4")
            + Words("04e45aaf", "a1", "b2", "1f4", "2", "3e8", "0", "0") + Padding(28)
            + Words("", "e4") + Words("472b43f3", "0", "3de", "80", Payee.ToString()[2..], "2", "b2", "c3") + Padding(28), data);
    }

    [Fact]
    public void TryEncode_FourV3Hops_IsOneExactInput()
    {
        string data = Encode(World.Leg(World.A, World.A, 1000, 990, World.V3AB, World.V3BC, World.V3BC, World.V3AB));

        string path = Hex20("a1") + "0001f4" + Hex20("b2") + "000bb8" + Hex20("c3") + "000bb8" + Hex20("b2") + "0001f4" + Hex20("a1");
        Assert.Equal(
            Words("5ae401dc", "77", "40", "1", "20", "144")
            + Words("b858183f", "20", "80", Payee.ToString()[2..], "3e8", "3de", "70") + path + Padding(16) + Padding(28), data);
    }

    [Fact]
    public void TryEncode_FourV2Hops_IsOneSwapOverFiveTokens()
    {
        string data = Encode(World.Leg(World.A, World.A, 1000, 990, World.V2AB, World.V2BC, World.V2BC, World.V2AB));

        Assert.Equal(
            Words("5ae401dc", "77", "40", "1", "20", "144")
            + Words("472b43f3", "3e8", "3de", "80", Payee.ToString()[2..], "5", "a1", "b2", "c3", "b2", "a1") + Padding(28), data);
    }

    [Fact]
    public void TryEncode_SeveralLegs_KeepTheirOrder()
    {
        string data = Encode(World.Leg(World.A, World.B, 1, 1, World.V3AB), World.Leg(World.B, World.C, 2, 2, World.V2BC));

        int first = data.IndexOf("04e45aaf", StringComparison.Ordinal);
        int second = data.IndexOf("472b43f3", StringComparison.Ordinal);
        Assert.True(first > 0 && second > first);
    }

    [Fact]
    public void TryEncode_LargestOrder_FitsTheAnnouncedLength()
    {
        OrderLeg[] legs = [.. Enumerable.Repeat(World.Leg(World.A, World.A, 1, 1, World.V3AB, World.V2BC, World.V3BC, World.V2AB), 8)];
        byte[] data = new byte[SwapRouter02Encoder.MaxLength(legs.Length)];

        Assert.Equal(EncodeStatus.Encoded, Encoder.TryEncode(1, legs, data, out int length));
        Assert.Equal(EncodeStatus.BufferTooShort, Encoder.TryEncode(1, legs, data.AsSpan(0, length - 1), out int none));
        Assert.Equal(0, none);
    }

    [Fact]
    public void TryEncode_AllocatesNothing()
    {
        OrderLeg[] legs = [World.Leg(World.A, World.C, 1000, 990, World.V3AB, World.V2BC)];
        byte[] data = new byte[SwapRouter02Encoder.MaxLength(1)];
        Encoder.TryEncode(1, legs, data, out _);

        AllocationWatch watch = new();
        while (watch.Next())
            for (int i = 0; i < 100; i++)
                Encoder.TryEncode(1, legs, data, out _);
        Assert.Equal(0, watch.LeastBytes);
    }

    public static TheoryData<string, EncodeStatus> Refused => new()
    {
        { "none", EncodeStatus.NoLegs },
        { "zero in", EncodeStatus.ZeroAmount },
        { "zero minimum", EncodeStatus.NoMinimum },
        { "no pool", EncodeStatus.UnknownPool },
        { "strange pool", EncodeStatus.UnknownPool },
        { "strange asset", EncodeStatus.UnknownAsset },
        { "wrong token", EncodeStatus.BrokenPath },
        { "wrong end", EncodeStatus.BrokenPath },
    };

    [Theory, MemberData(nameof(Refused))]
    public void TryEncode_WhatCannotBeMeant_IsRefusedByName(string what, EncodeStatus status)
    {
        OrderLeg[] legs = what switch
        {
            "none" => [],
            "zero in" => [World.Leg(World.A, World.B, 0, 1, World.V3AB)],
            "zero minimum" => [World.Leg(World.A, World.B, 1, 0, World.V3AB)],
            "no pool" => [World.Leg(World.A, World.B, 1, 1)],
            "strange pool" => [World.Leg(World.A, World.B, 1, 1, PoolId.FromIndex(9))],
            "strange asset" => [World.Leg(AssetId.FromIndex(9), World.B, 1, 1, World.V3AB)],
            "wrong token" => [World.Leg(World.C, World.B, 1, 1, World.V3AB)],
            _ => [World.Leg(World.A, World.C, 1, 1, World.V3AB)],
        };

        Assert.Equal(status, Encoder.TryEncode(1, legs, new byte[4096], out int length));
        Assert.Equal(0, length);
    }

    [Fact]
    public void Constructor_KindTheRouterCannotTrade_NamesThePool()
    {
        PoolFacts strange = new("curve", World.Token(0x77), World.Assets[0], World.Assets[1], 4);

        ArgumentException error = Assert.Throws<ArgumentException>(() => new SwapRouter02Encoder(Payee, World.Assets, [strange]));
        Assert.Contains("curve", error.Message);
    }

    private static string Encode(params OrderLeg[] legs)
    {
        byte[] data = new byte[SwapRouter02Encoder.MaxLength(legs.Length)];
        Assert.Equal(EncodeStatus.Encoded, Encoder.TryEncode(0x77, legs, data, out int length));
        return Hex.Encode(data.AsSpan(0, length))[2..];
    }

    private static string Words(string selector, params string[] words)
    {
        StringBuilder text = new(selector);
        foreach (string word in words)
            text.Append(word.PadLeft(64, '0'));
        return text.ToString();
    }

    private static string Hex20(string last) => last.PadLeft(40, '0');

    private static string Padding(int bytes) => new('0', 2 * bytes);
}
