// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {SignatureChecker} from "@openzeppelin/contracts/utils/cryptography/SignatureChecker.sol";
import {GoalCheck} from "./GoalCheck.sol";
import {Chain, LegTrader} from "./LegTrader.sol";
import {LimitMath} from "./LimitMath.sol";
import {Goal, Intent, Leg, Limit, Trust, Venue} from "./Types.sol";

/// @title Rebalances one vault: a basket of swaps in one transaction, sized when it runs, within limits signed before.
/// @notice The vault (an account or a Safe) allows this contract to take its tokens, by their own allowance or by Permit2's. Tokens go from
///         the vault to pools and from pools to the vault and nowhere else; nothing stays here. A decision runs once, whoever sends it and
///         however often. Callers, pools and hooks are those that the vault named; there is no call of a caller's choosing.
/// @dev The vault rules; the guardian only stops: it pauses, and raises the epoch, which voids every signed intent.
contract RebalanceExecutor is LegTrader, ReentrancyGuardTransient, EIP712 {
    using SafeERC20 for IERC20;
    using Venue for uint256;

    bytes32 private constant LIMIT_TYPE = keccak256(
        "Limit(address tokenIn,address tokenOut,uint256 maxIn,uint256 keepBalance,uint256 limitPriceX96)"
    );
    bytes32 private constant INTENT_TYPE = keccak256(
        "Intent(uint256 id,uint256 epoch,uint256 maxBlock,Limit[] limits)"
        "Limit(address tokenIn,address tokenOut,uint256 maxIn,uint256 keepBalance,uint256 limitPriceX96)"
    );

    /// @notice May pause and raise the epoch.
    address public guardian;
    bool public paused;
    /// @notice No basket runs without a goal while this is set.
    bool public goalRequired;
    /// @notice Intents of a lower epoch are void.
    uint64 public epoch;

    mapping(address caller => Trust) public trust;
    /// @notice Markets that a leg may trade on: a pool together with two of its tokens, see `marketOf`. Without this a stolen key could bring in
    ///         a pool or a token of its own making, whose code would run while the vault's balances are looked at.
    mapping(bytes32 market => bool) public marketAllowed;
    mapping(uint256 word => uint256 bits) private _usedDecisions;
    mapping(bytes32 digest => mapping(uint256 limit => uint256)) private _filled;

    /// @dev A leg, or a chain of them, as the vault saw it.
    struct Trade {
        address tokenIn;
        address tokenOut;
        uint256 spent;
        uint256 received;
    }

    event DecisionFilled(uint256 indexed decisionId, address indexed caller, uint256 legs);
    event LegFilled(uint256 indexed decisionId, uint256 leg, address tokenIn, address tokenOut, uint256 spent, uint256 received);
    event TrustSet(address indexed caller, Trust trust);
    event MarketSet(bytes32 indexed market, bool allowed);
    event GuardianSet(address guardian);
    event PausedSet(bool paused);
    event GoalRequiredSet(bool required);
    event EpochSet(uint64 epoch);

    error OnlyVault(address caller);
    error OnlyGuardian(address caller);
    error CallerNotTrusted(address caller, Trust has, Trust needs);
    error Paused();
    error Expired(uint256 blockNumber, uint256 maxBlock);
    error TooLate(uint256 timestamp, uint256 maxTime);
    error DecisionUsed(uint256 decisionId);
    error EpochNotRaised(uint64 from, uint64 to);
    error NoLegs();
    error GoalMissing();
    error SameToken(uint256 leg);
    error BrokenChain(uint256 leg);
    error ChainPartlyFilled(uint256 leg, uint256 spent, uint256 carried);
    error LimitMissing(uint256 leg);
    error LimitInChain(uint256 leg);
    error MinimumMissing(uint256 leg);
    error MarketNotAllowed(uint256 leg, bytes32 market);
    error NothingToSell(uint256 leg);
    error SoldTooMuch(uint256 leg, uint256 spent, uint256 most);
    error BelowMinimum(uint256 leg, uint256 spent, uint256 minimum);
    error LimitNotMet(uint256 leg, uint256 spent, uint256 received);
    error IntentVoid(uint256 intentEpoch, uint256 epoch);
    error IntentNotSigned(bytes32 digest);
    error NotIntended(address tokenIn, address tokenOut);
    error IntentUsedUp(uint256 limit, uint256 filled, uint256 most);
    error IntentKeepsMore(uint256 limit, uint256 balance, uint256 keepBalance);
    error IntentLimitNotMet(uint256 limit, uint256 spent, uint256 received);

    constructor(address vault_, address guardian_, Chain memory chain, address[] memory callers, bytes32[] memory markets)
        LegTrader(vault_, chain)
        EIP712("RebalanceExecutor", "1")
    {
        if (vault_ == address(0)) revert OnlyVault(address(0));
        guardian = guardian_;
        emit GuardianSet(guardian_);
        for (uint256 i = 0; i < callers.length; i++) _setTrust(callers[i], Trust.Full);
        for (uint256 i = 0; i < markets.length; i++) _setMarket(markets[i], true);
    }

    // ---- trading ----

    /// @notice Runs a basket within the limits of its legs. All of it, or nothing.
    /// @param decisionId Runs once. Ids that follow each other share storage, which costs a quarter.
    /// @param maxBlock The last block in which it may run. Some rollups count the blocks of the chain below.
    /// @param maxTime The last second of a block in which it may run.
    function exec(uint256 decisionId, uint256 maxBlock, uint256 maxTime, Leg[] calldata legs, Goal calldata goal)
        external
        nonReentrant
    {
        _requireTrust(Trust.Full);
        _open(decisionId, maxBlock, maxTime);
        _run(decisionId, legs, goal);
    }

    /// @notice The same, within the limits of an intent that the vault's owner signed.
    /// @param signature The vault's over the intent's digest; a Safe answers for its own (ERC-1271).
    function fill(
        uint256 decisionId,
        uint256 maxBlock,
        uint256 maxTime,
        Leg[] calldata legs,
        Goal calldata goal,
        Intent calldata intent,
        bytes calldata signature
    ) external nonReentrant {
        _requireTrust(Trust.Intents);
        _open(decisionId, maxBlock, maxTime);
        if (block.number > intent.maxBlock) revert Expired(block.number, intent.maxBlock);
        if (intent.epoch < epoch) revert IntentVoid(intent.epoch, epoch);
        bytes32 digest = digestOf(intent);
        if (!SignatureChecker.isValidSignatureNow(vault, digest, signature)) revert IntentNotSigned(digest);
        Trade[] memory trades = _run(decisionId, legs, goal);
        for (uint256 i = 0; i < trades.length; i++) _draw(intent, digest, trades[i]);
    }

    /// @notice What the vault's owner signs.
    function digestOf(Intent calldata intent) public view returns (bytes32) {
        bytes32[] memory limits = new bytes32[](intent.limits.length);
        for (uint256 i = 0; i < limits.length; i++) {
            Limit calldata limit = intent.limits[i];
            limits[i] = keccak256(
                abi.encode(
                    LIMIT_TYPE, limit.tokenIn, limit.tokenOut, limit.maxIn, limit.keepBalance, limit.limitPriceX96
                )
            );
        }
        return _hashTypedDataV4(
            keccak256(
                abi.encode(INTENT_TYPE, intent.id, intent.epoch, intent.maxBlock, keccak256(abi.encodePacked(limits)))
            )
        );
    }

    /// @notice True once a decision has run.
    function isUsed(uint256 decisionId) external view returns (bool) {
        return _usedDecisions[decisionId >> 8] & (1 << (decisionId & 0xff)) != 0;
    }

    /// @notice What has been sold under one limit of an intent.
    function filled(bytes32 digest, uint256 limit) external view returns (uint256) {
        return _filled[digest][limit];
    }

    // ---- ruling ----

    function setTrust(address caller, Trust trust_) external {
        _requireVault();
        _setTrust(caller, trust_);
    }

    function setMarkets(bytes32[] calldata markets, bool allowed) external {
        _requireVault();
        for (uint256 i = 0; i < markets.length; i++) _setMarket(markets[i], allowed);
    }

    function setGuardian(address guardian_) external {
        _requireVault();
        guardian = guardian_;
        emit GuardianSet(guardian_);
    }

    function setGoalRequired(bool required) external {
        _requireVault();
        goalRequired = required;
        emit GoalRequiredSet(required);
    }

    /// @notice Voids every intent of a lower epoch.
    function raiseEpoch(uint64 to) external {
        _requireGuardian();
        if (to <= epoch) revert EpochNotRaised(epoch, to);
        epoch = to;
        emit EpochSet(to);
    }

    function pause() external {
        _requireGuardian();
        paused = true;
        emit PausedSet(true);
    }

    function unpause() external {
        _requireVault();
        paused = false;
        emit PausedSet(false);
    }

    /// @notice Sends what strayed here to the vault. Anyone may.
    function sweep(IERC20 token) external nonReentrant {
        token.safeTransfer(vault, token.balanceOf(address(this)));
    }

    // ---- workings ----

    /// @dev Who asked for the basket.
    function _caller() internal view virtual returns (address) {
        return msg.sender;
    }

    function _open(uint256 decisionId, uint256 maxBlock, uint256 maxTime) internal {
        if (paused) revert Paused();
        if (block.number > maxBlock) revert Expired(block.number, maxBlock);
        if (block.timestamp > maxTime) revert TooLate(block.timestamp, maxTime);
        uint256 bit = 1 << (decisionId & 0xff);
        uint256 bits = _usedDecisions[decisionId >> 8];
        if (bits & bit != 0) revert DecisionUsed(decisionId);
        _usedDecisions[decisionId >> 8] = bits | bit;
    }

    function _run(uint256 decisionId, Leg[] calldata legs, Goal calldata goal) internal returns (Trade[] memory trades) {
        if (legs.length == 0) revert NoLegs();
        bool hasGoal = goal.weights.length != 0;
        if (!hasGoal && goalRequired) revert GoalMissing();
        if (hasGoal) GoalCheck.requireSound(goal);
        uint256[] memory before = GoalCheck.weigh(goal, vault);

        trades = new Trade[](legs.length);
        uint256 count;
        Trade memory trade;
        for (uint256 i = 0; i < legs.length; i++) {
            Leg calldata leg = legs[i];
            bool ends = i + 1 == legs.length || !legs[i + 1].venue.has(Venue.CHAINED);
            bool begins = !leg.venue.has(Venue.CHAINED);
            if (begins) trade = trades[count++];
            else if (i == 0 || leg.tokenIn != legs[i - 1].tokenOut) revert BrokenChain(i);

            (uint256 spent, uint256 received) = _runLeg(decisionId, leg, i, ends, trade.received);
            if (begins) (trade.tokenIn, trade.spent) = (leg.tokenIn, spent);
            (trade.tokenOut, trade.received) = (leg.tokenOut, received);
            if (!ends) continue;
            if (!LimitMath.isMet(trade.spent, received, leg.limitPriceX96)) revert LimitNotMet(i, trade.spent, received);
            if (hasGoal) GoalCheck.requireListed(goal, trade.tokenIn);
            if (hasGoal) GoalCheck.requireListed(goal, trade.tokenOut);
        }
        assembly ("memory-safe") {
            mstore(trades, count) // shorter where legs are chained
        }

        if (hasGoal) GoalCheck.requireCloser(goal, before, GoalCheck.weigh(goal, vault));
        emit DecisionFilled(decisionId, _caller(), legs.length);
    }

    /// @param ends Whether the limit is judged after this leg.
    /// @param carried What the leg before brought, for a chained one.
    function _runLeg(uint256 decisionId, Leg calldata leg, uint256 index, bool ends, uint256 carried)
        private
        returns (uint256 spent, uint256 received)
    {
        bool chained = leg.venue.has(Venue.CHAINED);
        _requireSound(leg, index, ends);
        uint256 balanceIn = IERC20(leg.tokenIn).balanceOf(vault);
        uint256 balanceOut = IERC20(leg.tokenOut).balanceOf(vault);
        uint256 amount = chained ? carried : Math.min(leg.maxIn, Math.saturatingSub(balanceIn, leg.keepBalance));
        if (amount == 0) revert NothingToSell(index);
        if (amount > leg.maxIn) revert SoldTooMuch(index, amount, leg.maxIn);

        // A limit over a whole chain says nothing about one of its pools.
        _trade(leg, index, amount, ends && !chained ? leg.limitPriceX96 : 0);

        spent = balanceIn - IERC20(leg.tokenIn).balanceOf(vault);
        received = IERC20(leg.tokenOut).balanceOf(vault) - balanceOut;
        if (spent > amount) revert SoldTooMuch(index, spent, amount);
        if (chained && spent != amount) revert ChainPartlyFilled(index, spent, amount);
        if (spent < leg.minFill) revert BelowMinimum(index, spent, leg.minFill);
        emit LegFilled(decisionId, index, leg.tokenIn, leg.tokenOut, spent, received);
    }

    function _requireSound(Leg calldata leg, uint256 index, bool ends) private view {
        if (leg.tokenIn == leg.tokenOut) revert SameToken(index);
        if (leg.minFill == 0) revert MinimumMissing(index);
        if (ends && leg.limitPriceX96 == 0) revert LimitMissing(index);
        if (!ends && leg.limitPriceX96 != 0) revert LimitInChain(index);
        bytes32 market = marketOf(leg);
        if (!marketAllowed[market]) revert MarketNotAllowed(index, market);
    }

    function _draw(Intent calldata intent, bytes32 digest, Trade memory trade) private {
        uint256 i = 0;
        for (; i < intent.limits.length; i++) {
            if (intent.limits[i].tokenIn == trade.tokenIn && intent.limits[i].tokenOut == trade.tokenOut) break;
        }
        if (i == intent.limits.length) revert NotIntended(trade.tokenIn, trade.tokenOut);
        Limit calldata limit = intent.limits[i];
        uint256 total = _filled[digest][i] + trade.spent;
        if (total > limit.maxIn) revert IntentUsedUp(i, total, limit.maxIn);
        _filled[digest][i] = total;
        uint256 balance = IERC20(trade.tokenIn).balanceOf(vault);
        if (balance < limit.keepBalance) revert IntentKeepsMore(i, balance, limit.keepBalance);
        if (limit.limitPriceX96 == 0 || !LimitMath.isMet(trade.spent, trade.received, limit.limitPriceX96)) {
            revert IntentLimitNotMet(i, trade.spent, trade.received);
        }
    }

    function _setTrust(address caller, Trust trust_) private {
        trust[caller] = trust_;
        emit TrustSet(caller, trust_);
    }

    function _setMarket(bytes32 market, bool allowed) private {
        marketAllowed[market] = allowed;
        emit MarketSet(market, allowed);
    }

    function _requireTrust(Trust needs) internal view {
        Trust has = trust[msg.sender];
        if (has < needs) revert CallerNotTrusted(msg.sender, has, needs);
    }

    function _requireVault() private view {
        if (msg.sender != vault) revert OnlyVault(msg.sender);
    }

    function _requireGuardian() private view {
        if (msg.sender != guardian && msg.sender != vault) revert OnlyGuardian(msg.sender);
    }
}
