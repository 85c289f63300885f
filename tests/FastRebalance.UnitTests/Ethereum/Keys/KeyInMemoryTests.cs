using FastRebalance.Core.Assets;
using FastRebalance.Ethereum.Keys;
using FastRebalance.Ethereum.Transactions;
using FastRebalance.Hosting;
using FastRebalance.Native;
using FastRebalance.Native.Machine;

namespace FastRebalance.UnitTests.Ethereum.Keys;

/// <summary>
/// Where a key's bytes are while it is open, and that they are nowhere before and after: this process's whole memory is searched. What is
/// looked for is kept under a mask until the search begins, so that the test itself leaves no copy.
/// </summary>
public sealed class KeyInMemoryTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("fastrebalance-memory-");
    private readonly byte[] _mask = new byte[64];
    private readonly byte[] _maskedKey = new byte[PrivateKey.Length];
    private byte[] _maskedPassword = [];

    public KeyInMemoryTests() => Random.Shared.NextBytes(_mask);

    private string KeyPath => Path.Combine(_folder.FullName, "desk.json");

    private string PasswordPath => Path.Combine(_folder.FullName, "desk.pass");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void Open_KeystoreReadAndSignedWith_HasItsKeyInTheLockedPageAloneAndNowhereAfterwards()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "/proc/self/mem is Linux' own");
        MakeFiles();
        Assert.Empty(Find(_maskedKey)); // made and written: already gone

        SecretMemory key = KeyLoader.ReadKeystore(KeyPath, PasswordPath);
        nint page = key.DangerousGetHandle();
        using (TransactionSigner signer = new(key, chainId: 1))
        {
            Assert.Equal([page], Find(_maskedKey));
            SignSomething(signer);
            Assert.Equal([page], Find(_maskedKey));
        }
        Assert.Empty(Find(_maskedKey));
        Assert.Empty(Find(_maskedPassword));
    }

    [Fact]
    public void Open_WrongPasswordOrWrongAddress_LeavesNeitherKeyNorPasswordBehind()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "/proc/self/mem is Linux' own");
        MakeFiles();
        string json = File.ReadAllText(KeyPath);
        int at = json.IndexOf("\"address\": \"", StringComparison.Ordinal) + 12;
        File.WriteAllText(KeyPath, json[..at] + new string('1', 40) + json[(at + 40)..]);
        Assert.Equal(KeystoreProblem.AddressMismatch, Assert.Throws<KeystoreException>(() => KeyLoader.ReadKeystore(KeyPath, PasswordPath)).Problem);
        Assert.Empty(Find(_maskedKey));
        Assert.Empty(Find(_maskedPassword));

        File.WriteAllText(KeyPath, json);
        using (FileStream password = File.OpenWrite(PasswordPath)) password.Write("!"u8); // no made password has it, and so it is another one
        using (SecretMemory spoilt = KeystoreFile.ReadPassword(PasswordPath)) Mask(spoilt.Span, _maskedPassword);
        if (Assert.Throws<KeystoreException>(() => KeyLoader.ReadKeystore(KeyPath, PasswordPath)).Problem is var problem)
            Assert.Equal(KeystoreProblem.MacMismatch, problem);
        Assert.Empty(Find(_maskedPassword));
    }

    [Fact]
    public void Derive_Scrypt_LeavesItsDerivedKeyNowhere()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "/proc/self/mem is Linux' own");
        MakeFiles();
        byte[] masked = new byte[KeyDerivation.DerivedLength];
        using (SecretMemory derived = SecretMemory.Take(masked.Length))
        using (SecretMemory password = KeystoreFile.ReadPassword(PasswordPath))
        {
            KeystoreJson.Parse(File.ReadAllBytes(KeyPath)).Derivation.Derive(password.Span, derived.Span);
            Mask(derived.Span, masked);
        }
        Assert.Empty(Find(masked));
        KeyLoader.ReadKeystore(KeyPath, PasswordPath).Dispose();
        Assert.Empty(Find(masked));
    }

    /// <summary>The search finds what lies about: a copy in the collector's memory, and one on the stack.</summary>
    [Fact]
    public void Find_CopiesLeftOnPurpose_FindsThem()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "/proc/self/mem is Linux' own");
        MakeFiles();
        using SecretMemory key = KeyLoader.ReadKeystore(KeyPath, PasswordPath);
        byte[] careless = key.Span.ToArray();
        byte[] backwards = [.. careless.Reverse()];
        Assert.True(Find(_maskedKey).Count >= 3);
        GC.KeepAlive(careless);
        GC.KeepAlive(backwards);
    }

    // Of its own, so that the frames that have made the files are gone when the search begins.
    private void MakeFiles()
    {
        KeystoreFile.WriteNewPassword(PasswordPath);
        using SecretMemory key = SecretMemory.Take(PrivateKey.Length);
        using SecretMemory password = KeystoreFile.ReadPassword(PasswordPath);
        Secp256k1.GenerateKey(key.Span);
        KeystoreFile.Write(KeyPath, key.Span, password.Span, Keystore.LightCost);
        Mask(key.Span, _maskedKey);
        _maskedPassword = new byte[password.Length];
        Mask(password.Span, _maskedPassword);
    }

    private static void SignSomething(TransactionSigner signer)
    {
        byte[] raw = new byte[500];
        signer.Sign(new Eip1559Transaction { GasLimit = 21_000, To = signer.Address }, raw, out Hash32 hash);
        signer.SignDigest(in hash);
    }

    private List<nint> Find(byte[] masked)
    {
        using SecretMemory needle = SecretMemory.Take(masked.Length);
        Mask(masked, needle.Span);
        return MemoryScan.Find(needle);
    }

    // Its own way back.
    private void Mask(ReadOnlySpan<byte> from, Span<byte> to)
    {
        for (int i = 0; i < from.Length; i++)
            to[i] = (byte)(from[i] ^ _mask[i]);
    }
}
