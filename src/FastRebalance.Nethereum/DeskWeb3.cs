using System.Numerics;
using FastRebalance.Ethereum.Rpc;
using FastRebalance.Ethereum.Signers;
using FastRebalance.Execution;
using Nethereum.Web3;
using Nethereum.Web3.Accounts;

namespace FastRebalance.Nethereum;

/// <summary>Contract services of Nethereum over the desk's own connection, with the desk's own signer.</summary>
public static class DeskWeb3
{
    /// <param name="node">The connection; not owned.</param>
    /// <param name="signer">The desk's signer; not owned.</param>
    /// <param name="executorState">The state of an executor that trades with the same account; no nonce is given while it runs.</param>
    public static async Task<IWeb3> CreateAsync(EthereumNode node, IAccountSigner signer, Func<ExecutorState>? executorState = null)
    {
        DeskExternalSigner external = new(signer);
        NodeClient client = new(node);
        ExternalAccount account = new(external, new BigInteger(signer.ChainId))
        {
            NonceService = new DeskNonceService(signer.Address, external, executorState) { Client = client },
        };
        await account.InitialiseAsync().ConfigureAwait(false);
        account.InitialiseDefaultTransactionManager(client);
        return new Web3(account, client);
    }
}
