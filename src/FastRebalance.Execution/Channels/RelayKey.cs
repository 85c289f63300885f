using FastRebalance.Core.Configuration;
using FastRebalance.Ethereum.Keys;
using FastRebalance.Ethereum.Signers;
using FastRebalance.Ethereum.Transactions;

namespace FastRebalance.Execution.Channels;

/// <summary>The key by which a relay knows us, apart from the one with the funds: whoever steals it can spoil a name and take nothing.</summary>
internal static class RelayKey
{
    private const string Wanted = "exactly one of keyFile (a file for its owner alone, with 0x and 64 hexadecimal digits) and keyEnv (a variable with the same)";

    public static IEnumerable<OptionProblem> Problems(RelayChannel.Options options, ChannelTerms terms)
    {
        if (options.KeyFile is null == options.KeyEnv is null)
            return [new OptionProblem("keyFile", options.KeyFile is null ? "no key" : "two keys", Wanted)];
        string field = options.KeyFile is null ? "keyEnv" : "keyFile";
        try
        {
            using TransactionSigner key = Open(options, terms);
            return key.Address == terms.Account
                ? [new OptionProblem(field, "the key of the account with the funds", "a key of its own, which holds nothing: a relay sees who signs")]
                : [];
        }
        catch (Exception wrong) when (wrong is KeystoreException or FormatException)
        {
            return [new OptionProblem(field, wrong.Message, Wanted)];
        }
    }

    /// <exception cref="KeystoreException">The file cannot be used.</exception>
    /// <exception cref="FormatException">What was found is no key.</exception>
    public static TransactionSigner Open(RelayChannel.Options options, ChannelTerms terms) => options.KeyFile is { } file
        ? ReputationKey.FromFile(terms.Resolve(file), terms.ChainId)
        : ReputationKey.FromVariable(options.KeyEnv!, terms.ChainId);
}
