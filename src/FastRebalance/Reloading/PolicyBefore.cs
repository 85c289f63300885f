using FastRebalance.Configuration;
using FastRebalance.Engine;

namespace FastRebalance.Reloading;

/// <summary>What held until now: plug-ins whose options do not change are taken over from it, with all that they remember.</summary>
internal sealed record PolicyBefore(ConfigFile Config, PortfolioPolicy Policy);
