using System.Security.Cryptography;

namespace FastRebalance.Ethereum.Keys;

/// <summary>How a password becomes a key: which function, with which cost. Bounded, so a file cannot take the machine down.</summary>
internal readonly record struct KeyDerivation
{
    public const int DerivedLength = 32;
    public const long MaxMemoryBytes = 512L << 20;

    private const long MaxScryptWork = 1L << 24;     // eight times the usual n = 2^18, r = 8
    private const int MaxIterations = 10_000_000;    // PBKDF2: about forty times the usual
    private const int MaxSaltLength = 256;

    private KeyDerivation(bool isScrypt, byte[] salt, int cost, int blockSize, int parallelism)
    {
        IsScrypt = isScrypt;
        Salt = salt;
        Cost = cost;
        BlockSize = blockSize;
        Parallelism = parallelism;
    }

    public bool IsScrypt { get; }

    public byte[] Salt { get; }

    /// <summary>scrypt's n, or PBKDF2's iterations.</summary>
    public int Cost { get; }

    public int BlockSize { get; }

    public int Parallelism { get; }

    /// <exception cref="KeystoreException">A parameter is out of bounds.</exception>
    public static KeyDerivation Scrypt(byte[] salt, long n, long r, long p)
    {
        RequireSalt(salt);
        if (n < 2 || n > int.MaxValue || !long.IsPow2(n)) throw OutOfBounds($"scrypt's n is {n}: a power of two is wanted");
        if (r is < 1 or > 1 << 20 || p is < 1 or > 1 << 20) throw OutOfBounds($"scrypt's r is {r} and p is {p}: small positive numbers are wanted");
        Int128 memory = 128 * (Int128)r * (n + p + 2);
        if (memory > MaxMemoryBytes)
            throw OutOfBounds($"scrypt with n {n}, r {r} and p {p} takes {memory >> 20} MiB of memory: at most {MaxMemoryBytes >> 20} MiB are allowed");
        if (n * r * p > MaxScryptWork)
            throw OutOfBounds($"scrypt with n {n}, r {r} and p {p} takes too long: n * r * p is at most {MaxScryptWork}");
        return new KeyDerivation(true, salt, (int)n, (int)r, (int)p);
    }

    /// <exception cref="KeystoreException">A parameter is out of bounds.</exception>
    public static KeyDerivation Pbkdf2(byte[] salt, long iterations)
    {
        RequireSalt(salt);
        if (iterations is < 1 or > MaxIterations)
            throw OutOfBounds($"pbkdf2's c is {iterations}: from 1 to {MaxIterations} iterations are allowed");
        return new KeyDerivation(false, salt, (int)iterations, 0, 0);
    }

    public void Derive(ReadOnlySpan<byte> password, Span<byte> derived)
    {
        if (IsScrypt) Keys.Scrypt.DeriveKey(password, Salt, Cost, BlockSize, Parallelism, derived);
        else Rfc2898DeriveBytes.Pbkdf2(password, Salt, derived, Cost, HashAlgorithmName.SHA256);
    }

    private static void RequireSalt(byte[] salt)
    {
        if (salt.Length is < 1 or > MaxSaltLength)
            throw OutOfBounds($"the salt has {salt.Length} bytes: from 1 to {MaxSaltLength} are allowed");
    }

    private static KeystoreException OutOfBounds(string message) => new(KeystoreProblem.DerivationOutOfBounds, message);
}
