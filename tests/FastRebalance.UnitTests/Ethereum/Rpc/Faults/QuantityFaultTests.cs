using System.Text.Json;
using FastRebalance.Ethereum.Rpc;

namespace FastRebalance.UnitTests.Ethereum.Rpc.Faults;

/// <summary>Numbers and bytes that are not spelt as the specification has it: refused, with the reason named, and never a zero in their place.</summary>
public sealed class QuantityFaultTests
{
    [Theory]
    [InlineData("\"0x\"", "no digits")]
    [InlineData("\"\"", "it is empty")]
    [InlineData("\"0x00\"", "leading zeros")]
    [InlineData("\"0x02a\"", "leading zeros")]
    [InlineData("\"0x2A\"", "upper case")]
    [InlineData("\"0X2a\"", "does not begin with 0x")]
    [InlineData("\"0x10000000000000000\"", "longer than 8 bytes")]
    [InlineData("\"-0x1\"", "negative")]
    [InlineData("\"-1\"", "negative")]
    [InlineData("\"42\"", "decimal")]
    [InlineData("\"0x1g\"", "something else than hexadecimal")]
    [InlineData("\"0x 1\"", "something else than hexadecimal")]
    [InlineData("\" 0x1\"", "does not begin with 0x")]
    [InlineData("\"\\u0030x1\"", "does not begin with 0x")]
    [InlineData("42", "Number")]
    [InlineData("-1", "Number")]
    [InlineData("4.2e1", "Number")]
    [InlineData("null", "Null")]
    [InlineData("true", "True")]
    [InlineData("[\"0x1\"]", "StartArray")]
    public async Task BlockNumber_NotAsSpecified_IsRefusedWithTheReason(string result, string reason) =>
        Assert.Contains(reason, await RefusalOfAsync(result, node => node.BlockNumberAsync()));

    [Theory]
    [InlineData("0x1", 64, "longer than 32 bytes")]
    [InlineData("0x", 65, "longer than 32 bytes")]
    public async Task Balance_OfThirtyThreeBytes_IsRefusedWithTheReason(string start, int digits, string reason) =>
        Assert.Contains(reason, await RefusalOfAsync(
            $"\"{start}{new string('f', digits)}\"", node => node.BalanceAsync(default, BlockRef.Latest)));

    [Fact]
    public async Task Balance_OfThirtyTwoBytes_IsRead() =>
        Assert.Equal(FastRebalance.Core.Assets.UInt256.MaxValue, await AnswerAsync(
            $"\"0x{new string('f', 64)}\"", node => node.BalanceAsync(default, BlockRef.Latest)));

    [Theory]
    [InlineData("\"0xabc\"", "odd number of digits")]
    [InlineData("\"abcd\"", "does not begin with 0x")]
    [InlineData("\"0xzz\"", "something else than hexadecimal")]
    [InlineData("12", "Number")]
    public async Task Code_NotAsSpecified_IsRefusedWithTheReason(string result, string reason) =>
        Assert.Contains(reason, await RefusalOfAsync(result, node => node.CodeAsync(default, BlockRef.Latest)));

    // Bytes may come in either case, an address even as its checksum has it; quantities may not.
    [Fact]
    public async Task Code_InUpperCase_IsRead() => Assert.Equal([0xAB], await AnswerAsync("\"0xAB\"", node => node.CodeAsync(default, BlockRef.Latest)));

    [Theory]
    [InlineData("number", "\"0x\"")]
    [InlineData("timestamp", "\"0x00\"")]
    [InlineData("baseFeePerGas", "7")]
    [InlineData("gasLimit", "\"-0x1\"")]
    [InlineData("gasUsed", "null")]
    [InlineData("hash", "\"0x12\"")]
    [InlineData("parentHash", "null")]
    public async Task Block_OneMemberNotAsSpecified_IsRefusedWhole(string member, string value)
    {
        using JsonDocument good = JsonDocument.Parse(Json.Header(5));
        string bad = "{" + string.Join(',', good.RootElement.EnumerateObject().Select(property =>
            $"\"{property.Name}\":{(property.Name == member ? value : property.Value.GetRawText())}")) + "}";

        await RefusalOfAsync(bad, node => node.BlockAsync(BlockRef.At(5)));
    }

    private static async Task<string> RefusalOfAsync<T>(string result, Func<EthereumNode, Task<T>> ask) =>
        (await Assert.ThrowsAsync<RpcTransportException>(() => AnswerAsync(result, ask))).Message;

    private static async Task<T> AnswerAsync<T>(string result, Func<EthereumNode, Task<T>> ask)
    {
        await using ScriptedNode server = ScriptedNode.Ipc(async (peer, _) =>
        {
            JsonElement request = await peer.NextAsync();
            await peer.SendAsync(Json.Result(request, result));
            await peer.ReceiveAsync();
        });
        await using EthereumNode node = await server.ConnectAsync();
        return await ask(node);
    }
}
