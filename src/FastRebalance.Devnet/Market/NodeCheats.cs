using FastRebalance.Core.Assets;
using FastRebalance.Ethereum.Encoding;
using FastRebalance.Ethereum.Rpc;

namespace FastRebalance.Devnet.Market;

/// <summary>What a test node does that no real one would.</summary>
internal static class NodeCheats
{
    public static Task SetBalance(EthereumNode node, Address account, UInt256 wei, CancellationToken cancellationToken) =>
        node.InvokeAsync("anvil_setBalance", writer =>
        {
            writer.WriteStringValue(account.ToString());
            writer.WriteStringValue(Hex.Quantity(wei));
        }, cancellationToken);

    /// <summary>Sets what the next block asks per gas; the one after it goes on from there by the protocol's rule.</summary>
    public static Task SetNextBaseFee(EthereumNode node, ulong weiPerGas, CancellationToken cancellationToken) =>
        node.InvokeAsync("anvil_setNextBlockBaseFeePerGas", writer => writer.WriteStringValue(Hex.Quantity(weiPerGas)), cancellationToken);

    /// <summary>Stops the node from writing a line for each request.</summary>
    public static Task Silence(EthereumNode node, CancellationToken cancellationToken) =>
        node.InvokeAsync("anvil_setLoggingEnabled", writer => writer.WriteBooleanValue(false), cancellationToken);

    /// <summary>The accounts that the node signs for.</summary>
    public static async Task<Address[]> Accounts(EthereumNode node, CancellationToken cancellationToken)
    {
        System.Text.Json.JsonElement accounts = await node.InvokeAsync("eth_accounts", null, cancellationToken).ConfigureAwait(false);
        return [.. accounts.EnumerateArray().Select(account => Address.Parse(account.GetString()))];
    }
}
