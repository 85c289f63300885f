namespace FastRebalance.Ethereum.Signers;

/// <summary>Every kind of remote signer by its configured name. To add one: its file, and its line here.</summary>
public static class RemoteSigners
{
    private static readonly (string Name, Func<RemoteSignerOptions, IAccountSigner> Create)[] Known =
    [
        (Web3Signer.KindName, static options => new Web3Signer(options)),
        (HashSigner.KindName, static options => new HashSigner(options)),
    ];

    public static IReadOnlyList<string> Names { get; } = Array.ConvertAll(Known, static entry => entry.Name);

    /// <exception cref="ArgumentException">No kind has this name, or an option makes no sense; the message says what would.</exception>
    /// <exception cref="Keys.KeystoreException">The file with the credential is missing, empty or open to others.</exception>
    public static IAccountSigner Create(RemoteSignerOptions options)
    {
        foreach ((string name, Func<RemoteSignerOptions, IAccountSigner> create) in Known)
            if (name == options.Kind)
                return create(options);
        throw new ArgumentException($"no remote signer is called '{options.Kind}'; there are: {string.Join(", ", Names)}", nameof(options));
    }
}
