using FastRebalance.Core.Assets;

namespace FastRebalance.Ethereum.Signers;

/// <summary>Which program holds the key, and how it is asked.</summary>
public sealed record RemoteSignerOptions
{
    /// <summary>A name of <see cref="RemoteSigners.Names"/>.</summary>
    public required string Kind { get; init; }

    /// <summary>http or https, without a user or password in it.</summary>
    public required Uri Url { get; init; }

    /// <summary>Whose signatures are wanted.</summary>
    public required Address Address { get; init; }

    /// <summary>The only chain that is signed for; not 0.</summary>
    public required ulong ChainId { get; init; }

    /// <summary>The whole of one request, from the connection to the last byte. An order waits that long at most.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>
    /// A file of its owner alone whose first line is the value of the Authorization header; null for none. The value becomes a string in
    /// this process, as the framework's HTTP wants it; it is never in a message.
    /// </summary>
    public string? AuthorizationFile { get; init; }

    /// <exception cref="ArgumentException">A value makes no sense, or would give a credential away; the message says what to do.</exception>
    internal void Validate()
    {
        Require(Url.IsAbsoluteUri && Url.Scheme is "http" or "https", "the signer's url is not http:// or https://");
        Require(Url.UserInfo.Length == 0, "the signer's url holds a user or a password: put the header's value into authorizationFile");
        Require(Url.Query.Length == 0 && Url.Fragment.Length == 0, "the signer's url has a query, which would stand in messages: put a credential into authorizationFile");
        Require(!Address.IsZero, "the signer's address is zero: name the account whose key it holds");
        Require(ChainId != 0, "the chain id is 0: set chain.id to the id the node reports");
        Require(Timeout > TimeSpan.Zero, $"the signer's time limit is {Timeout}: it must be longer than zero");
        Require(AuthorizationFile is null || Url.Scheme == "https" || Url.IsLoopback, "a credential would travel in the clear: use https, or a signer on this machine");
    }

    private static void Require(bool holds, string message)
    {
        if (!holds)
            throw new ArgumentException(message);
    }
}
