using FastRebalance.Amm.Abi;
using FastRebalance.Amm.UniswapV4;
using FastRebalance.Core.Assets;

namespace FastRebalance.Amm;

/// <summary>Pools of Uniswap V4. The site is the manager, and the parameters are the pool's key.</summary>
public sealed class UniswapV4Kind : PoolKind
{
    public override string Name => UniswapV4Pool.KindName;

    public override IReadOnlyList<PoolParameterName> Parameters { get; } =
    [
        new(UniswapV4Key.Currency0Name, "the lower of the two currencies' addresses, zero for the chain's own", IsRequired: true),
        new(UniswapV4Key.Currency1Name, "the higher of the two currencies' addresses", IsRequired: true),
        new(UniswapV4Key.FeeName, $"the key's fee in millionths, {UniswapV4Key.DynamicFee} for a dynamic one", IsRequired: true),
        new(UniswapV4Key.TickSpacingName, $"a number within 1..{UniswapV4Key.MaxTickSpacing}", IsRequired: true),
        new(UniswapV4Key.HooksName, "the address of the pool's hooks", IsRequired: false),
        new(UniswapV4Key.NativeName, "the wrapped token that stands for the chain's own currency", IsRequired: false),
        new(UniswapV4Key.HarmlessHooksName, "addresses of hooks that are called by a swap and known to change none", IsRequired: false),
    ];

    public override IPoolDescription BeginDescription(PoolSite site) => new Description(site);

    public override Pool Create(PoolFacts facts, PoolId id, IReadOnlyList<AssetId> assets) => new UniswapV4Pool(facts, id, assets);

    private sealed class Description : IPoolDescription
    {
        private readonly PoolSite _site;
        private readonly UniswapV4Key? _key;
        private bool _asked;

        public Description(PoolSite site)
        {
            _site = site;
            if (!UniswapV4Key.TryRead(site.Parameters, out _key, out string? failure))
                Failure = $"{UniswapV4Pool.KindName} {site.Address}: {failure}";
        }

        public PoolFacts? Facts { get; private set; }

        public string? Failure { get; private set; }

        public bool NextCalls(List<PoolCall> calls)
        {
            if (_key is null || _asked)
                return false;
            _asked = true;
            calls.Add(UniswapV4Pool.ReadSlot(_site.Address, new UniswapV4Slots(_key.Id).Slot0));
            return true;
        }

        public void Accept(IReadOnlyList<byte[]> results)
        {
            string who = $"{UniswapV4Pool.KindName} {_site.Address}";
            if (results.Count != 1 || !UniswapV4Pool.TryReadFees(results[0], out UniswapV4Fees fees))
                Failure = $"{who}: {UniswapV4Pool.ReadSlotFunction.Signature} did not answer a word with fees; is it the pool manager?";
            else if (AbiWords.TryReadUInt(results[0], 0, 256, out UInt256 slot0) && slot0.IsZero)
                Failure = $"{who}: it keeps no pool {_key!.Id}; are currencies, fee, tickSpacing and hooks those of its key?";
            else if (_key!.Fee != UniswapV4Key.DynamicFee && fees.LpPips != _key.Fee)
                Failure = $"{who}: the pool {_key.Id} takes {fees.LpPips} millionths, its key says {_key.Fee}; is it the pool manager?";
            else
                Facts = new PoolFacts(
                    UniswapV4Pool.KindName, _site.Address, _key.Token0, _key.Currency1, _key.StaticFee, _key.TickSpacing)
                {
                    Parameters = _site.Parameters,
                };
        }
    }
}
