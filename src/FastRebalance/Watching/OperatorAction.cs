namespace FastRebalance.Watching;

/// <summary>What an operator may ask of a running desk. Zero is no action.</summary>
public enum OperatorAction : byte
{
    None = 0,

    /// <summary>No new order until <see cref="Resume"/>; those under way are followed to their end.</summary>
    Pause,

    /// <summary>Ends a pause, and a flattening. A kill switch is not lifted by it.</summary>
    Resume,

    /// <summary>Everything into the numeraire, by orders as any other, until <see cref="Resume"/>. Not for a portfolio with debt.</summary>
    Flatten,

    /// <summary>No new order, for this run and later ones; those that are out are followed to their end.</summary>
    KillSoft,

    /// <summary>As soft, and those that are out are cancelled as far as that can be.</summary>
    KillHard,

    /// <summary>Nothing is sent any more, not even a cancel.</summary>
    KillCold,

    /// <summary>The configuration's file is read again, and what it says is taken up whole or not at all.</summary>
    Reload,
}
