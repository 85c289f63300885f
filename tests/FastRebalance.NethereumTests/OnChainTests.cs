using System.Numerics;
using System.Text.Json;
using FastRebalance.Core.Assets;
using FastRebalance.Devnet;
using FastRebalance.Ethereum.Rpc;
using FastRebalance.Ethereum.Transactions;
using FastRebalance.Execution;
using FastRebalance.Hosting;
using FastRebalance.Nethereum;
using Nethereum.Contracts.Standards.ERC20.ContractDefinition;
using Nethereum.Hex.HexTypes;
using Nethereum.JsonRpc.Client;
using Nethereum.RPC.Eth.DTOs;
using Nethereum.Web3;

namespace FastRebalance.NethereumTests;

/// <summary>A real node, its contracts and its desk's key, driven through Nethereum.</summary>
public sealed class OnChainTests : IAsyncLifetime
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("nethereum-");
    private LocalChain _chain = null!;
    private TransactionSigner _signer = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _chain = await LocalChain.StartBareAsync(new DevnetOptions { OutputDirectory = _folder.FullName, Seed = 5 });
        _signer = new TransactionSigner(
            KeyLoader.ReadKeystore(Path.Combine(_folder.FullName, "desk.json"), Path.Combine(_folder.FullName, "desk.pass")), LocalChain.ChainId);
    }

    public async ValueTask DisposeAsync()
    {
        _signer.Dispose();
        await _chain.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    [Fact]
    public async Task Web3_OverOurConnectionAndSigner_TransfersCoinsAndTokens()
    {
        IWeb3 web3 = await DeskWeb3.CreateAsync(_chain.Node, _signer);
        const string receiver = "0x00000000000000000000000000000000000000d1";
        string usdc = _chain.Manifest.Token("USDC").Address.ToString();
        ulong before = await _chain.Node.NonceAsync(_signer.Address, BlockRef.Latest, Cancellation);

        string first = await web3.Eth.GetEtherTransferService().TransferEtherAsync(receiver, 1.5m);
        string second = await web3.Eth.GetContractTransactionHandler<TransferFunction>().SendRequestAsync(usdc, new TransferFunction { To = receiver, Value = 12_000_000 });

        Assert.Equal(BigInteger.One, (await MinedAsync(web3, first)).Status.Value);
        Assert.Equal(BigInteger.One, (await MinedAsync(web3, second)).Status.Value);
        Assert.Equal(Web3.Convert.ToWei(1.5m), (await web3.Eth.GetBalance.SendRequestAsync(receiver)).Value);
        Assert.Equal(12_000_000, await web3.Eth.ERC20.GetContractService(usdc).BalanceOfQueryAsync(receiver));
        Assert.Equal(before + 2, await _chain.Node.NonceAsync(_signer.Address, BlockRef.Latest, Cancellation));
        Transaction sent = await web3.Eth.Transactions.GetTransactionByHash.SendRequestAsync(second);
        Assert.Equal(2, sent.Type.Value);
    }

    [Fact]
    public async Task GetNextNonceAsync_ExecutorRunsOrAFeeRequestFails_RefusesAndLeavesNoGap()
    {
        ExecutorState state = ExecutorState.Idle;
        IWeb3 web3 = await DeskWeb3.CreateAsync(_chain.Node, _signer, () => state);
        TransactionInput input = new() { From = _signer.Address.ToString(), To = "0x00000000000000000000000000000000000000d1", Value = new HexBigInteger(1) };
        HexBigInteger first = await web3.TransactionManager.Account.NonceService.GetNextNonceAsync();
        Assert.Equal(first.Value, (await web3.TransactionManager.Account.NonceService.GetNextNonceAsync()).Value); // asking uses none
        string hash = await web3.TransactionManager.SendTransactionAsync(input);
        Assert.Equal(first.Value, (await web3.Eth.Transactions.GetTransactionByHash.SendRequestAsync(hash)).Nonce.Value);

        state = ExecutorState.Running;
        InvalidOperationException refused = await Assert.ThrowsAsync<InvalidOperationException>(
            () => web3.TransactionManager.SendTransactionAsync(new TransactionInput { From = input.From, To = input.To, Value = input.Value }));
        Assert.Contains("the executor trades", refused.Message, StringComparison.Ordinal);
        state = ExecutorState.Stopped;
        await web3.TransactionManager.SendTransactionAsync(new TransactionInput { From = input.From, To = input.To, Value = input.Value });
    }

    [Fact]
    public async Task EthereumNode_OverTheirClient_ReadsCallsRefusesAndFollowsHeads()
    {
        IClient client = new global::Nethereum.JsonRpc.Client.RpcClient(new Uri(_chain.Manifest.Http));
        await using EthereumNode node = await EthereumNode.ConnectAsync(new NethereumTransport(client), Cancellation);
        Assert.Equal(LocalChain.ChainId, await node.ChainIdAsync(Cancellation));
        Assert.Equal(
            (await _chain.Node.BlockAsync(BlockRef.Latest, Cancellation))!.Hash, (await node.BlockAsync(BlockRef.Latest, Cancellation))!.Hash);
        await Assert.ThrowsAsync<RpcErrorException>(() => node.InvokeAsync("no_such_method", null, Cancellation));
        await using RpcSubscription<BlockHeader> heads = await node.SubscribeHeadsAsync(Cancellation);
        await _chain.Node.InvokeAsync("evm_mine", null, Cancellation);
        ulong newest = await _chain.Node.BlockNumberAsync(Cancellation);
        await foreach (SubscriptionItem<BlockHeader> item in heads.Items.ReadAllAsync(Cancellation))
            if (item.Value is { } head && head.Number >= newest)
                break;
    }

    [Fact]
    public async Task Web3_NodeSaysNo_ThrowsNethereumsOwnExceptionWithTheReason()
    {
        NodeClient client = new(_chain.Node);
        RpcResponseException refused = await Assert.ThrowsAsync<RpcResponseException>(() => client.SendRequestAsync<string>("no_such_method"));
        RpcErrorException direct = await Assert.ThrowsAsync<RpcErrorException>(() => _chain.Node.InvokeAsync("no_such_method", null, Cancellation));
        Assert.Equal(direct.Error.Code, refused.RpcError.Code);
        Assert.Contains(direct.Error.Message, refused.RpcError.Message, StringComparison.Ordinal);
        JsonElement raw = await _chain.Node.InvokeAsync("eth_chainId", null, Cancellation);
        Assert.Equal(raw.GetString(), await client.SendRequestAsync<string>("eth_chainId"));
    }

    private static async Task<TransactionReceipt> MinedAsync(IWeb3 web3, string hash)
    {
        TransactionReceipt? receipt;
        while ((receipt = await web3.Eth.Transactions.GetTransactionReceipt.SendRequestAsync(hash)) is null)
            await Task.Delay(20, Cancellation);
        return receipt;
    }
}
