using FastRebalance.Amm.Abi;
using FastRebalance.Amm.CurveFinance;
using FastRebalance.Core.Assets;

namespace FastRebalance.Amm;

/// <summary>
/// Curve pools of plain coins with the classic exchange. Refused by name: pools with another invariant (crypto pools), of lent coins, on top
/// of another pool (metapools), with a fee that depends on the balances and with rates that move (the newer generation).
/// </summary>
public sealed class CurveStableKind : PoolKind
{
    public override string Name => CurveStablePool.KindName;

    public override IPoolDescription BeginDescription(PoolSite site) => new Description(Name, site.Address);

    public override Pool Create(PoolFacts facts, PoolId id, IReadOnlyList<AssetId> assets) => new CurveStablePool(facts, id, assets);

    private sealed class Description(string kind, Address address) : IPoolDescription
    {
        private static readonly (AbiFunction Function, string Meaning)[] Refused =
        [
            (CurveCalls.Gamma, "a crypto pool, which has another invariant"),
            (CurveCalls.BasePool, "a metapool, whose rate moves with its base pool"),
            (CurveCalls.UnderlyingCoins, "a pool of lent coins, whose rates move"),
            (CurveCalls.SignedUnderlyingCoins, "a pool of lent coins, whose rates move"),
            (CurveCalls.OffpegFeeMultiplier, "a pool whose fee depends on its balances"),
            (CurveCalls.StoredRates, "a pool with rates that may move"),
        ];

        private static readonly AbiFunction[] Common =
            [CurveCalls.Amplification, CurveCalls.AmplificationPrecise, CurveCalls.Fee, CurveCalls.AdminFee];

        private List<Address>? _coins;
        private bool _hasSignedNumbers;
        private bool _isPrecise;

        public PoolFacts? Facts { get; private set; }

        public string? Failure { get; private set; }

        public bool NextCalls(List<PoolCall> calls)
        {
            if (Facts is not null || Failure is not null)
                return false;
            if (_coins is not null)
            {
                calls.AddRange(_coins.Select(coin => new PoolCall(coin, CurveCalls.Decimals.Call())));
                return true;
            }
            calls.AddRange(Common.Select(function => new PoolCall(address, function.Call())));
            calls.AddRange(Refused.Select(refused => new PoolCall(address, CallOf(refused.Function))));
            foreach (AbiFunction coins in new[] { CurveCalls.Coins, CurveCalls.SignedCoins })
                for (int i = 0; i <= Pool.MaxAssets; i++)
                    calls.Add(new PoolCall(address, CurveCalls.At(coins, i)));
            return true;
        }

        public void Accept(IReadOnlyList<byte[]> results)
        {
            string? wrong = _coins is null ? TakePool(results) : TakeDecimals(results);
            if (wrong is not null)
                Failure = $"{kind} {address}: {wrong}";
        }

        private static byte[] CallOf(AbiFunction function) =>
            function == CurveCalls.UnderlyingCoins || function == CurveCalls.SignedUnderlyingCoins ? CurveCalls.At(function, 0) : function.Call();

        private string? TakePool(IReadOnlyList<byte[]> results)
        {
            const int Numbers = Pool.MaxAssets + 1;
            int wanted = Common.Length + Refused.Length + 2 * Numbers;
            if (results.Count != wanted)
                return $"{wanted} answers are wanted, found {results.Count}";
            if (!AbiWords.TryReadUInt(results[0], 0, 64, out _) || !AbiWords.TryReadUInt(results[2], 0, 64, out _)
                || !AbiWords.TryReadUInt(results[3], 0, 64, out _))
                return "A(), fee() and admin_fee() did not answer; is it a pool?";
            _isPrecise = AbiWords.TryReadUInt(results[1], 0, 64, out _);
            for (int i = 0; i < Refused.Length; i++)
                if (results[Common.Length + i].Length != 0)
                    return $"it is {Refused[i].Meaning}; plain coins can be quoted";
            List<Address> unsigned = CoinsOf(results, Common.Length + Refused.Length);
            List<Address> signed = CoinsOf(results, Common.Length + Refused.Length + Numbers);
            _hasSignedNumbers = unsigned.Count == 0;
            List<Address> coins = _hasSignedNumbers ? signed : unsigned;
            if (coins.Count is < 2 or > Pool.MaxAssets)
                return $"it names {coins.Count} coins; 2 to {Pool.MaxAssets} can be quoted";
            _coins = coins;
            return null;
        }

        private static List<Address> CoinsOf(IReadOnlyList<byte[]> results, int first)
        {
            List<Address> coins = [];
            while (coins.Count <= Pool.MaxAssets
                && AbiWords.TryReadAddress(results[first + coins.Count], 0, out Address coin) && !coin.IsZero)
                coins.Add(coin);
            return coins;
        }

        private string? TakeDecimals(IReadOnlyList<byte[]> results)
        {
            if (results.Count != _coins!.Count)
                return $"{_coins.Count} answers are wanted, found {results.Count}";
            List<ulong> decimals = [];
            for (int i = 0; i < results.Count; i++)
            {
                if (!AbiWords.TryReadUInt(results[i], 0, 8, out UInt256 found) || found.Limb0 > 18)
                    return $"its coin {_coins[i]} did not answer decimals of at most 18";
                decimals.Add(found.Limb0);
            }
            Dictionary<string, string> parameters = new()
            {
                [FactParameters.Decimals] = string.Join(',', decimals),
                [CurveStablePool.PrecisionFact] = _isPrecise ? "100" : "1",
            };
            if (_hasSignedNumbers)
                parameters[CurveStablePool.SignedNumbersFact] = "yes";
            Facts = new PoolFacts(kind, address, _coins[0], _coins[1], 0) { FurtherTokens = _coins[2..], Parameters = parameters };
            return null;
        }
    }
}
