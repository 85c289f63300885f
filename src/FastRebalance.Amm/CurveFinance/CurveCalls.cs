using FastRebalance.Amm.Abi;
using FastRebalance.Core.Assets;

namespace FastRebalance.Amm.CurveFinance;

/// <summary>What a Curve pool is asked and what it logs. The oldest pools number their coins with signed integers.</summary>
internal static class CurveCalls
{
    public static readonly AbiFunction Coins = new("coins(uint256)", 0xc6610657);
    public static readonly AbiFunction SignedCoins = new("coins(int128)", 0x23746eb8);
    public static readonly AbiFunction Balances = new("balances(uint256)", 0x4903b0d1);
    public static readonly AbiFunction SignedBalances = new("balances(int128)", 0x065a80d8);
    public static readonly AbiFunction Amplification = new("A()", 0xf446c1d0);
    public static readonly AbiFunction AmplificationPrecise = new("A_precise()", 0x76a2f0f0);
    public static readonly AbiFunction Fee = new("fee()", 0xddca3f43);
    public static readonly AbiFunction AdminFee = new("admin_fee()", 0xfee3f7f9);
    public static readonly AbiFunction Decimals = new("decimals()", 0x313ce567);
    public static readonly AbiFunction Exchange = new("exchange(int128,int128,uint256,uint256)", 0x3df02124);

    // Whoever answers one of these is no pool of plain coins.
    public static readonly AbiFunction UnderlyingCoins = new("underlying_coins(uint256)", 0xb9947eb0);
    public static readonly AbiFunction SignedUnderlyingCoins = new("underlying_coins(int128)", 0xb739953e);
    public static readonly AbiFunction BasePool = new("base_pool()", 0x5d6362bb);
    public static readonly AbiFunction Gamma = new("gamma()", 0xb1373929);
    public static readonly AbiFunction OffpegFeeMultiplier = new("offpeg_fee_multiplier()", 0x8edfdd5f);
    public static readonly AbiFunction StoredRates = new("stored_rates()", 0xfd0684b1);

    public static readonly AbiEvent TokenExchange = new(
        "TokenExchange(address,int128,uint256,int128,uint256)", "0x8b3e96f2b889fa771c53c981b40daf005f63f637f1869f707052d15a3dd97140");

    /// <summary>
    /// Logs that move what only a snapshot tells, for pools of up to four coins. A log that is not among them shows at the next
    /// comparison with the chain.
    /// </summary>
    public static readonly AbiEvent[] Resets =
    [
        new(
            "AddLiquidity(address,uint256[2],uint256[2],uint256,uint256)",
            "0x26f55a85081d24974e85c6c00045d0f0453991e95873f52bff0d21af4079a768"),
        new(
            "AddLiquidity(address,uint256[3],uint256[3],uint256,uint256)",
            "0x423f6495a08fc652425cf4ed0d1f9e37e571d9b9529b1c1c23cce780b2e7df0d"),
        new(
            "AddLiquidity(address,uint256[4],uint256[4],uint256,uint256)",
            "0x3f1915775e0c9a38a57a7bb7f1f9005f486fb904e1f84aa215364d567319a58d"),
        new("RemoveLiquidity(address,uint256[2],uint256[2],uint256)", "0x7c363854ccf79623411f8995b362bce5eddff18c927edc6f5dbbb5e05819a82c"),
        new("RemoveLiquidity(address,uint256[3],uint256[3],uint256)", "0xa49d4cf02656aebf8c771f5a8585638a2a15ee6c97cf7205d4208ed7c1df252d"),
        new("RemoveLiquidity(address,uint256[4],uint256[4],uint256)", "0x9878ca375e106f2a43c3b599fc624568131c4c9a4ba66a14563715763be9d59d"),
        new(
            "RemoveLiquidityImbalance(address,uint256[2],uint256[2],uint256,uint256)",
            "0x2b5508378d7e19e0d5fa338419034731416c4f5b219a10379956f764317fd47e"),
        new(
            "RemoveLiquidityImbalance(address,uint256[3],uint256[3],uint256,uint256)",
            "0x173599dbf9c6ca6f7c3b590df07ae98a45d74ff54065505141e7de6c46a624c2"),
        new(
            "RemoveLiquidityImbalance(address,uint256[4],uint256[4],uint256,uint256)",
            "0xb964b72f73f5ef5bf0fdc559b2fab9a7b12a39e47817a547f1f0aee47febd602"),
        new("RemoveLiquidityOne(address,uint256,uint256)", "0x9e96dd3b997a2a257eec4df9bb6eaf626e206df5f543bd963682d143300be310"),
        new("RemoveLiquidityOne(address,uint256,uint256,uint256)", "0x5ad056f2e28a8cec232015406b843668c1e36cda598127ec3b8c59b8c72773a0"),
        new("NewFee(uint256,uint256)", "0xbe12859b636aed607d5230b2cc2711f68d70e51060e6cca1f575ef5d2fcc95d1"),
        new("ApplyNewFee(uint256,uint256)", "0x750d10a7f37466ce785ee6bcb604aac543358db42afbcc332a3c12a49c80bf6d"),
        new("RampA(uint256,uint256,uint256,uint256)", "0xa2b71ec6df949300b59aab36b55e189697b750119dd349fcfa8c0f779e83c254"),
        new("StopRampA(uint256,uint256)", "0x46e22fb3709ad289f62ce63d469248536dbc78d82b84a3d7e74ad606dc201938"),
    ];

    /// <summary>The call for the coin or balance of one number, which reads the same signed and unsigned.</summary>
    public static byte[] At(AbiFunction function, int number) => function.Call((UInt256)(ulong)number);
}
