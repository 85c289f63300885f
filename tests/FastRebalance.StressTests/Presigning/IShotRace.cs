namespace FastRebalance.StressTests.Presigning;

/// <summary>A slot that two threads race for, round after round.</summary>
internal interface IShotRace
{
    /// <summary>Account thread, while the other waits: a new arming of the slot.</summary>
    void Arm();

    /// <summary>Trigger thread. True where bytes left.</summary>
    bool TryFire();

    /// <summary>Account thread. True where nothing was and nothing will be released.</summary>
    bool TryWithdraw();
}
