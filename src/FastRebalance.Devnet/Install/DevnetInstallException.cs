namespace FastRebalance.Devnet.Install;

/// <summary>The real parts could not be installed; the message says what is missing and how to get it.</summary>
public sealed class DevnetInstallException : Exception
{
    public DevnetInstallException(string message)
        : base(message)
    {
    }

    public DevnetInstallException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
