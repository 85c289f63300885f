using FastRebalance.Core.Assets;
using FastRebalance.Core.Results;

namespace FastRebalance.Engine.Positions;

/// <summary>What a position wants done now.</summary>
public enum PositionAction : byte
{
    /// <summary>Nothing: it is where it should be, or rests.</summary>
    Hold = 0,

    /// <summary>Trade towards the target.</summary>
    Rebalance,

    /// <summary>The next slice of a rebalance that began.</summary>
    Iterate,

    /// <summary>Take on the first debt.</summary>
    Engage,

    /// <summary>Repay, because health is below its band.</summary>
    Repay,

    /// <summary>Borrow more, because health is above its band.</summary>
    Boost,

    /// <summary>Trade the hedge towards what it hedges.</summary>
    Rehedge,

    /// <summary>Put the account's own behind the debt.</summary>
    TopUp,

    /// <summary>Pay debt back with what it hedges.</summary>
    Shrink,

    /// <summary>Bring it to safety now.</summary>
    Ripcord,

    /// <summary>A trade is due, and nothing can be done: the reason lies in the market or in the holding.</summary>
    Blocked,
}

/// <summary>An action with its size.</summary>
/// <param name="Action">What to do; the default holds.</param>
/// <param name="Tier">Whom it is for; none where nothing is to be done.</param>
/// <param name="Sell">Asset that is sold, out of collateral or on new debt. The same as <paramref name="Buy"/>: a move into the market.</param>
/// <param name="Buy">Asset that is bought: it repays, and is supplied beyond.</param>
/// <param name="ValueNumeraire">Worth of it; above zero where something is to be done.</param>
/// <param name="MayBorrow">Debt may be taken on for what is sold.</param>
/// <param name="WholeNumeraire">Worth of the whole way, where this is a slice of it.</param>
/// <param name="Goal">Leverage or health at the end of the way.</param>
/// <param name="Before">The same when it was decided.</param>
public readonly record struct PositionDecision(
    PositionAction Action, PolicyTier Tier = PolicyTier.None, AssetId Sell = default, AssetId Buy = default, double ValueNumeraire = 0,
    bool MayBorrow = false, double WholeNumeraire = 0, double Goal = double.NaN, double Before = double.NaN)
{
    /// <summary>What is asked for goes all the way.</summary>
    public bool IsWhole => ValueNumeraire >= WholeNumeraire * (1 - 1e-9);

    /// <summary>Something is to be traded or moved.</summary>
    public bool Acts => Tier != PolicyTier.None && ValueNumeraire > 0 && double.IsFinite(ValueNumeraire);

    public bool IsMove => Acts && Sell == Buy;
}
