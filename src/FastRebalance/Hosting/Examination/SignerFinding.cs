namespace FastRebalance.Hosting.Examination;

/// <summary>
/// Whether the library that signs is the quick build. The question is one of the release, not of a measurement: release 0.4.1 replaced the
/// field code and 0.5.0 the multiplication above it, on which signing spends its time, and Debian 12 ships 0.2.0. A ratio of two times would
/// have to tell a quarter apart, which a busy neighbour on the same core makes and unmakes.
/// </summary>
internal static class SignerFinding
{
    /// <param name="signsByComb">Whether the library is of release 0.5.0 or later; see <see cref="Native.Secp256k1.SignsByComb"/>.</param>
    public static Finding Of(bool signsByComb) => signsByComb
        ? new("signer", Health.Good, "libsecp256k1, 0.5.0 or newer", "")
        : new(
            "signer", Health.Advice, "libsecp256k1 older than 0.5.0: a signature takes about a quarter longer than it need",
            "build libsecp256k1 0.5.0 or newer (./configure --enable-module-recovery --with-ecmult-gen-kb=86) and put libsecp256k1.so beside the "
            + "program; fastrebalance bench signing shows the difference");
}
