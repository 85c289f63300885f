// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {LimitMath} from "./LimitMath.sol";
import {Leg, Venue} from "./Types.sol";
import {
    IBalancerPool,
    IBalancerVault,
    IPermit2,
    IUniswapV2Pair,
    IUniswapV3Pool,
    IUniswapV4PoolManager,
    IWrappedNative
} from "./Venues.sol";

/// @notice The contracts of a chain that a trade goes through; zero where the chain has none, and legs that need it then revert.
struct Chain {
    IUniswapV4PoolManager poolManager;
    IBalancerVault balancer;
    IPermit2 permit2;
    IWrappedNative wrappedNative;
}

/// @title Swaps one leg at its pool: the vault's tokens go straight to the pool, what they buy straight to the vault.
/// @dev What a pool is paid, it must ask for within the leg, once, and it gets no more than the leg sells: a stranger's callback, a second
///      one and one that asks for more all revert. What the vault really spent and got is measured outside, by its balances.
abstract contract LegTrader {
    using SafeERC20 for IERC20;
    using Venue for uint256;

    /// @notice Whose tokens are traded, and the only place that they go to.
    address public immutable vault;

    IUniswapV4PoolManager public immutable poolManager;
    IBalancerVault public immutable balancer;
    IPermit2 public immutable permit2;
    IWrappedNative public immutable wrappedNative;

    // Between the call of a pool and its callback: who may ask, for which token, for how much at most, and how it is taken.
    address private transient s_payee;
    address private transient s_token;
    uint256 private transient s_most;
    uint256 private transient s_venue;

    error UnknownVenue(uint256 leg, uint256 kind);
    error BeyondLimit(uint256 leg);
    error StrangerCalled(address caller);
    error AskedTooMuch(uint256 asked, uint256 most);

    constructor(address vault_, Chain memory chain) {
        vault = vault_;
        poolManager = chain.poolManager;
        balancer = chain.balancer;
        permit2 = chain.permit2;
        wrappedNative = chain.wrappedNative;
    }

    /// @dev Only unwrapping and a V4 pool that pays in the chain's own coin send any.
    receive() external payable {
        if (msg.sender != address(wrappedNative) && msg.sender != address(poolManager)) revert StrangerCalled(msg.sender);
    }

    /// @param amount Most that is sold.
    /// @param limitX96 What the trade must average, by which it is sized; 0 for whatever comes.
    function _trade(Leg calldata leg, uint256 index, uint256 amount, uint256 limitX96) internal {
        uint256 kind = leg.venue.kind();
        if (kind == Venue.UNISWAP_V3) _tradeV3(leg, index, amount, limitX96);
        else if (kind == Venue.UNISWAP_V2) _tradeV2(leg, index, amount, limitX96);
        else if (kind == Venue.UNISWAP_V4 && address(poolManager) != address(0)) _tradeV4(leg, index, amount, limitX96);
        else if (kind == Venue.BALANCER_V2 && address(balancer) != address(0)) _tradeBalancer(leg, amount);
        else revert UnknownVenue(index, kind);
    }

    // ---- Uniswap V2: paid first, and the proceeds are worked out here ----

    function _tradeV2(Leg calldata leg, uint256 index, uint256 amount, uint256 limitX96) private {
        IUniswapV2Pair pair = IUniswapV2Pair(leg.pool);
        bool sells0 = leg.tokenIn < leg.tokenOut;
        (uint256 reserveIn, uint256 reserveOut,) = pair.getReserves();
        if (!sells0) (reserveIn, reserveOut) = (reserveOut, reserveIn);
        uint256 fee = leg.venue.feePips();
        if (limitX96 != 0) amount = Math.min(amount, LimitMath.maxInConstantProduct(reserveIn, reserveOut, limitX96, fee));
        if (amount == 0) revert BeyondLimit(index);

        _take(leg.venue, leg.tokenIn, address(pair), amount);
        // What arrived: a token may keep some of it.
        uint256 arrived = (IERC20(leg.tokenIn).balanceOf(address(pair)) - reserveIn) * (LimitMath.PIPS - fee);
        uint256 out = arrived * reserveOut / (reserveIn * LimitMath.PIPS + arrived);
        pair.swap(sells0 ? 0 : out, sells0 ? out : 0, vault, "");
    }

    // ---- Uniswap V3: the pool asks for what it is owed ----

    function _tradeV3(Leg calldata leg, uint256 index, uint256 amount, uint256 limitX96) private {
        IUniswapV3Pool pool = IUniswapV3Pool(leg.pool);
        bool sells0 = leg.tokenIn < leg.tokenOut;
        (uint160 sqrtPrice, uint256 fee) = (0, 0);
        if (limitX96 != 0) {
            fee = pool.fee();
            (sqrtPrice,,,,,,) = pool.slot0();
        }
        uint160 sqrtLimit = _sqrtLimit(sqrtPrice, limitX96, fee, sells0, index);
        _expect(address(pool), leg, amount);
        pool.swap(vault, sells0, SafeCast.toInt256(amount), sqrtLimit, "");
        s_payee = address(0);
    }

    function uniswapV3SwapCallback(int256 amount0, int256 amount1, bytes calldata) external {
        _pay(amount0 > 0 ? uint256(amount0) : amount1 > 0 ? uint256(amount1) : 0, msg.sender);
    }

    // ---- Uniswap V4: everything happens while the manager is unlocked ----

    function _tradeV4(Leg calldata leg, uint256 index, uint256 amount, uint256 limitX96) private {
        (IUniswapV4PoolManager.PoolKey memory key, bool sells0) = _keyOf(leg);
        (uint160 sqrtPrice, uint256 fee) = (0, 0);
        if (limitX96 != 0) (sqrtPrice, fee) = _stateOf(key, sells0);
        uint160 sqrtLimit = _sqrtLimit(sqrtPrice, limitX96, fee, sells0, index);
        _expect(address(poolManager), leg, amount);
        poolManager.unlock(
            abi.encode(key, IUniswapV4PoolManager.SwapParams(sells0, -SafeCast.toInt256(amount), sqrtLimit))
        );
        s_payee = address(0);
    }

    function unlockCallback(bytes calldata data) external returns (bytes memory) {
        if (msg.sender != s_payee || msg.sender != address(poolManager)) revert StrangerCalled(msg.sender);
        (IUniswapV4PoolManager.PoolKey memory key, IUniswapV4PoolManager.SwapParams memory params) =
            abi.decode(data, (IUniswapV4PoolManager.PoolKey, IUniswapV4PoolManager.SwapParams));
        int256 delta = poolManager.swap(key, params, "");
        (int128 delta0, int128 delta1) = (int128(delta >> 128), int128(delta));
        (int128 owed, int128 due) = params.zeroForOne ? (delta0, delta1) : (delta1, delta0);
        (address currencyIn, address currencyOut) =
            params.zeroForOne ? (key.currency0, key.currency1) : (key.currency1, key.currency0);
        if (owed < 0) _settle(currencyIn, uint256(-int256(owed)));
        if (due > 0) _collect(currencyOut, uint256(int256(due)));
        return "";
    }

    function _settle(address currency, uint256 amount) private {
        if (currency != address(0)) {
            poolManager.sync(currency);
            _pay(amount, address(poolManager));
            poolManager.settle();
        } else {
            _pay(amount, address(this));
            wrappedNative.withdraw(amount);
            poolManager.settle{value: amount}();
        }
    }

    function _collect(address currency, uint256 amount) private {
        if (currency != address(0)) {
            poolManager.take(currency, vault, amount);
        } else {
            poolManager.take(currency, address(this), amount);
            wrappedNative.deposit{value: amount}();
            IERC20(address(wrappedNative)).safeTransfer(vault, amount);
        }
    }

    function _keyOf(Leg calldata leg) private view returns (IUniswapV4PoolManager.PoolKey memory key, bool sells0) {
        (address currencyIn, address currencyOut) = (leg.tokenIn, leg.tokenOut);
        if (leg.venue.has(Venue.NATIVE)) {
            if (currencyIn == address(wrappedNative)) currencyIn = address(0);
            else if (currencyOut == address(wrappedNative)) currencyOut = address(0);
        }
        sells0 = currencyIn < currencyOut;
        key = IUniswapV4PoolManager.PoolKey({
            currency0: sells0 ? currencyIn : currencyOut,
            currency1: sells0 ? currencyOut : currencyIn,
            fee: uint24(leg.venue.feePips()),
            tickSpacing: leg.venue.tickSpacing(),
            hooks: leg.pool
        });
    }

    /// @notice What the vault allows a leg by: of a V4 pool its id, which holds its currencies; elsewhere the hash of the pool, the lower token's
    ///         address and the higher one's, whichever is sold.
    function marketOf(Leg calldata leg) public view returns (bytes32) {
        if (leg.venue.kind() == Venue.UNISWAP_V4) {
            (IUniswapV4PoolManager.PoolKey memory key,) = _keyOf(leg);
            return keccak256(abi.encode(key));
        }
        return leg.tokenIn < leg.tokenOut
            ? keccak256(abi.encode(leg.pool, leg.tokenIn, leg.tokenOut))
            : keccak256(abi.encode(leg.pool, leg.tokenOut, leg.tokenIn));
    }

    // The first word of a pool's state in the manager: root price (160), tick (24), the protocol's fees (12 each way), the fee (24).
    function _stateOf(IUniswapV4PoolManager.PoolKey memory key, bool sells0)
        private
        view
        returns (uint160 sqrtPrice, uint256 fee)
    {
        uint256 word = uint256(poolManager.extsload(keccak256(abi.encode(keccak256(abi.encode(key)), 6))));
        sqrtPrice = uint160(word);
        uint256 protocolFee = (word >> (sells0 ? 184 : 196)) & 0xfff;
        fee = (word >> 208) & 0xffffff;
        fee = protocolFee + fee - protocolFee * fee / LimitMath.PIPS;
    }

    // ---- Balancer V2: its vault takes from this contract, which holds the tokens for the length of one call ----

    function _tradeBalancer(Leg calldata leg, uint256 amount) private {
        IERC20 token = IERC20(leg.tokenIn);
        uint256 before = token.balanceOf(address(this));
        _take(leg.venue, leg.tokenIn, address(this), amount);
        uint256 arrived = token.balanceOf(address(this)) - before;
        // Standing, because this contract owns nothing between two trades.
        if (token.allowance(address(this), address(balancer)) < arrived) token.forceApprove(address(balancer), type(uint256).max);
        // No limit of its own: what the vault gets is measured and judged by ours.
        balancer.swap(
            IBalancerVault.SingleSwap({
                poolId: IBalancerPool(leg.pool).getPoolId(),
                kind: IBalancerVault.SwapKind.GIVEN_IN,
                assetIn: leg.tokenIn,
                assetOut: leg.tokenOut,
                amount: arrived,
                userData: ""
            }),
            IBalancerVault.FundManagement({
                sender: address(this),
                fromInternalBalance: false,
                recipient: payable(vault),
                toInternalBalance: false
            }),
            0,
            block.timestamp
        );
    }

    // ---- paying ----

    function _expect(address payee, Leg calldata leg, uint256 most) private {
        (s_payee, s_token, s_most, s_venue) = (payee, leg.tokenIn, most, leg.venue);
    }

    function _pay(uint256 amount, address to) private {
        if (msg.sender != s_payee) revert StrangerCalled(msg.sender);
        if (amount > s_most) revert AskedTooMuch(amount, s_most);
        s_payee = address(0); // before the transfer: a token may call back
        _take(s_venue, s_token, to, amount);
    }

    function _take(uint256 venue, address token, address to, uint256 amount) private {
        if (venue.has(Venue.PERMIT2)) permit2.transferFrom(vault, to, SafeCast.toUint160(amount), token);
        else IERC20(token).safeTransferFrom(vault, to, amount);
    }

    function _sqrtLimit(uint160 sqrtPrice, uint256 limitX96, uint256 fee, bool sells0, uint256 index) private pure returns (uint160) {
        (bool isWithin, uint160 sqrtLimit) = LimitMath.sqrtPriceLimit(sqrtPrice, limitX96, fee, sells0);
        if (!isWithin) revert BeyondLimit(index);
        return sqrtLimit;
    }
}
