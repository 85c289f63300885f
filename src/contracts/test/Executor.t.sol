// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Goal, Intent, Leg, Limit, Trust, Venue, Weight} from "../Types.sol";
import {Market, Money} from "./Market.sol";
import {Vm, vm} from "./Vm.sol";

interface IExecutor {
    function exec(uint256 decisionId, uint256 maxBlock, uint256 maxTime, Leg[] calldata legs, Goal calldata goal) external;
    function fill(
        uint256 decisionId,
        uint256 maxBlock,
        uint256 maxTime,
        Leg[] calldata legs,
        Goal calldata goal,
        Intent calldata intent,
        bytes calldata signature
    ) external;
    function digestOf(Intent calldata intent) external view returns (bytes32);
    function filled(bytes32 digest, uint256 limit) external view returns (uint256);
    function isUsed(uint256 decisionId) external view returns (bool);
    function setTrust(address caller, Trust trust) external;
    function setMarkets(bytes32[] calldata markets, bool allowed) external;
    function setGuardian(address guardian) external;
    function setGoalRequired(bool required) external;
    function raiseEpoch(uint64 to) external;
    function pause() external;
    function unpause() external;
    function sweep(address token) external;
    function paused() external view returns (bool);
    function epoch() external view returns (uint64);
    function goalRequired() external view returns (bool);
    function guardian() external view returns (address);
    function trust(address caller) external view returns (Trust);
    function uniswapV3SwapCallback(int256 amount0, int256 amount1, bytes calldata data) external;
    function unlockCallback(bytes calldata data) external returns (bytes memory);
}

/// Whatever anyone calls, in whatever order, on the shipped code: every call goes through here and is judged at once.
contract Crowd {
    uint256 private constant OWNER_KEY = 0xa11ce;
    bytes32 private constant LEG_FILLED = keccak256("LegFilled(uint256,uint256,address,address,uint256,uint256)");

    Market public immutable market;
    IExecutor public immutable executor;
    address public immutable vault = vm.addr(OWNER_KEY);
    address public constant TRUSTED = address(0x7001);
    address public constant INTENTS = address(0x7002);
    address public constant GUARDIAN = address(0x7003);
    address public constant STRANGER = address(0x7004);

    Money[2] private s_tokens;
    mapping(uint256 => bool) private s_ran;
    Intent private s_intent;
    uint256[2] private s_strayed; // what was sent to the executor by mistake
    uint256 public baskets;
    uint256 public fills;
    uint256 public refusals;
    uint256 public limited; // baskets that a limit stopped short
    string public fault;

    constructor() {
        market = new Market();
        market.open();
        s_tokens = [market.token0(), market.token1()];
        address[] memory callers = new address[](1);
        callers[0] = TRUSTED;
        bytes32[] memory markets = new bytes32[](3);
        markets[0] = keccak256(abi.encode(market.pair(), s_tokens[0], s_tokens[1]));
        markets[1] = keccak256(abi.encode(market.pool(), s_tokens[0], s_tokens[1]));
        markets[2] = keccak256(abi.encode(market.key()));
        bytes memory code = bytes.concat(
            vm.parseJsonBytes(vm.readFile("artifact/RebalanceExecutor.json"), ".bytecode"),
            abi.encode(vault, GUARDIAN, address(market.manager()), address(0), address(0), address(0), callers, markets)
        );
        address made;
        assembly ("memory-safe") {
            made := create(0, add(code, 0x20), mload(code))
        }
        require(made != address(0), "the executor was not created");
        executor = IExecutor(made);
        for (uint256 i = 0; i < 2; i++) {
            s_tokens[i].mint(vault, 1e24);
            vm.prank(vault);
            s_tokens[i].approve(made, type(uint256).max);
        }
        vm.prank(vault);
        executor.setTrust(INTENTS, Trust.Intents);
        s_intent.id = 1;
        s_intent.maxBlock = type(uint256).max;
        s_intent.limits.push(Limit(address(s_tokens[0]), address(s_tokens[1]), 1e23, 5e23, 0.9e18 * uint256(1 << 96) / 1e18));
        s_intent.limits.push(Limit(address(s_tokens[1]), address(s_tokens[0]), 1e23, 5e23, 0.9e18 * uint256(1 << 96) / 1e18));
    }

    // ---- what anyone may try ----

    function exec(uint256 seed, uint8 who, uint256 decision, uint8 count) external {
        address caller = actor(who);
        Leg[] memory legs = basket(seed, count);
        decision %= 64; // often the same again
        Before memory before = look();
        vm.recordLogs();
        vm.prank(caller);
        try executor.exec(decision, expiry(seed), type(uint256).max, legs, noGoal()) {
            if (executor.trust(caller) != Trust.Full || caller == vault) note("a caller without trust ran a basket");
            judgeBasket(seed, decision, legs, before);
            baskets++;
        } catch {
            refusals++;
            judgeNothing(before);
        }
    }

    function fill(uint256 seed, uint8 who, uint256 decision, uint8 count, bool forged) external {
        address caller = actor(who);
        Leg[] memory legs = basket(seed, count);
        decision %= 64;
        Intent memory intent = s_intent;
        bytes32 digest = executor.digestOf(intent);
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(forged ? OWNER_KEY + 1 : OWNER_KEY, digest);
        Before memory before = look();
        vm.recordLogs();
        vm.prank(caller);
        try executor.fill(decision, expiry(seed), type(uint256).max, legs, noGoal(), intent, abi.encodePacked(r, s, v)) {
            if (forged) note("a forged intent was filled");
            if (executor.trust(caller) == Trust.None) note("a stranger filled an intent");
            if (intent.epoch < executor.epoch()) note("an intent of an old epoch was filled");
            judgeBasket(seed, decision, legs, before);
            judgeIntent(intent, digest);
            fills++;
        } catch {
            refusals++;
            judgeNothing(before);
        }
    }

    function rule(uint8 who, uint8 what, uint64 epoch_, address target, uint8 trust_) external {
        address caller = actor(who);
        bool mayRule = caller == vault;
        bool mayStop = mayRule || caller == executor.guardian();
        Before memory before = look();
        vm.prank(caller);
        // The vault's own rules are left as they are: what is tried here is what it alone may do.
        if (what % 8 == 0) try executor.setTrust(mayRule ? TRUSTED : target, mayRule ? Trust.Full : Trust(trust_ % 3)) { if (!mayRule) note("trust was set by another"); } catch { }
        else if (what % 8 == 1) try executor.setMarkets(new bytes32[](1), true) { if (!mayRule) note("markets were set by another"); } catch { }
        else if (what % 8 == 2) try executor.setGuardian(GUARDIAN) { if (!mayRule) note("the guardian was set by another"); } catch { }
        else if (what % 8 == 3) try executor.unpause() { if (!mayRule) note("unpaused by another"); } catch { }
        else if (what % 8 == 4) try executor.pause() { if (!mayStop) note("paused by another"); } catch { }
        else if (what % 8 == 5) try executor.raiseEpoch(epoch_ % 4) { if (!mayStop) note("the epoch was raised by another"); } catch { }
        else if (what % 8 == 6) try executor.setGoalRequired(false) { if (!mayRule) note("the goal was set by another"); } catch { }
        else try executor.sweep(address(s_tokens[what / 8 % 2])) { s_strayed[what / 8 % 2] = 0; return; } catch { note("a sweep failed"); }
        judgeNothing(before);
    }

    function callBack(uint8 who, int256 amount0, int256 amount1, bool v4) external {
        Before memory before = look();
        vm.prank(actor(who));
        if (v4) try executor.unlockCallback(abi.encode(amount0, amount1)) { note("a stranger's unlock was answered"); } catch { }
        else try executor.uniswapV3SwapCallback(amount0, amount1, "") { note("a stranger's callback was answered"); } catch { }
        judgeNothing(before);
    }

    function move(uint8 where, bool sells0, uint256 amount) external {
        amount = amount % 3e23 + 1;
        if (where % 3 == 0) market.swapV2(sells0, amount);
        else if (where % 3 == 1) market.swapV3(sells0, amount);
        else market.swapV4(sells0, amount);
    }

    function stray(bool first, uint256 amount) external {
        amount %= 1e20;
        s_tokens[first ? 0 : 1].mint(address(executor), amount);
        s_strayed[first ? 0 : 1] += amount;
    }

    function age(uint8 blocks) external {
        vm.roll(block.number + blocks);
    }

    // ---- what must hold ----

    function strayed(uint256 token) external view returns (uint256) {
        return s_strayed[token];
    }

    function tokens(uint256 index) external view returns (Money) {
        return s_tokens[index];
    }

    struct Before {
        uint256[2] vault;
        uint256[2] others;
    }

    function look() private view returns (Before memory before) {
        for (uint256 i = 0; i < 2; i++) {
            before.vault[i] = s_tokens[i].balanceOf(vault);
            before.others[i] = ofOthers(s_tokens[i]);
        }
    }

    function ofOthers(Money token) private view returns (uint256) {
        return token.balanceOf(TRUSTED) + token.balanceOf(INTENTS) + token.balanceOf(GUARDIAN) + token.balanceOf(STRANGER) + token.balanceOf(address(executor));
    }

    function judgeNothing(Before memory before) private {
        for (uint256 i = 0; i < 2; i++) {
            if (s_tokens[i].balanceOf(vault) != before.vault[i]) note("a refused call moved the vault's tokens");
            if (ofOthers(s_tokens[i]) != before.others[i]) note("a refused call moved tokens to someone");
        }
    }

    function judgeBasket(uint256 seed, uint256 decision, Leg[] memory legs, Before memory before) private {
        if (s_ran[decision]) note("a decision ran twice");
        s_ran[decision] = true;
        if (!executor.isUsed(decision)) note("a decision that ran is not marked");
        if (executor.paused()) note("a basket ran while paused");
        if (block.number > expiry(seed)) note("a basket ran after its last block");
        for (uint256 i = 0; i < 2; i++) if (ofOthers(s_tokens[i]) != before.others[i]) note("somebody else got the vault's tokens");

        Vm.Log[] memory logs = vm.getRecordedLogs();
        uint256 index;
        uint256 start;
        uint256[2] memory held = before.vault;
        for (uint256 i = 0; i < logs.length; i++) {
            if (logs[i].emitter != address(executor) || logs[i].topics[0] != LEG_FILLED) continue;
            (uint256 leg, address tokenIn,, uint256 spent, uint256 received) = abi.decode(logs[i].data, (uint256, address, address, uint256, uint256));
            if (leg != index || leg >= legs.length) { note("legs are not told in their order"); return; }
            judgeLeg(legs, leg, tokenIn, spent, received, held);
            if (!Venue.has(legs[leg].venue, Venue.CHAINED)) start = spent;
            bool ends = leg + 1 == legs.length || !Venue.has(legs[leg + 1].venue, Venue.CHAINED);
            if (ends && received * (1 << 96) < start * legs[leg].limitPriceX96) note("a limit was passed");
            index++;
        }
        if (index != legs.length) note("a basket ran without one of its legs");
        for (uint256 i = 0; i < 2; i++) if (s_tokens[i].balanceOf(vault) != held[i]) note("the vault holds something else than its legs say");
    }

    function judgeLeg(Leg[] memory legs, uint256 index, address tokenIn, uint256 spent, uint256 received, uint256[2] memory held) private {
        Leg memory leg = legs[index];
        if (tokenIn != leg.tokenIn) note("another token was sold");
        if (spent < leg.minFill) note("less than the least was sold");
        if (spent > leg.maxIn) note("more than the most was sold");
        uint256 sold = tokenIn == address(s_tokens[0]) ? 0 : 1;
        if (spent < leg.maxIn && leg.limitPriceX96 > 1) limited++;
        held[sold] -= spent;
        held[1 - sold] += received;
        if (!Venue.has(leg.venue, Venue.CHAINED) && held[sold] < leg.keepBalance) note("what should stay was sold");
    }

    function judgeIntent(Intent memory intent, bytes32 digest) private {
        for (uint256 i = 0; i < intent.limits.length; i++) {
            if (executor.filled(digest, i) > intent.limits[i].maxIn) note("an intent was filled beyond its most");
        }
    }

    function note(string memory what) private {
        if (bytes(fault).length == 0) fault = what;
    }

    // ---- made up ----

    function actor(uint8 who) private view returns (address) {
        return [TRUSTED, INTENTS, GUARDIAN, STRANGER, vault, TRUSTED, INTENTS, TRUSTED][who % 8];
    }

    function expiry(uint256 seed) private view returns (uint256) {
        return seed % 7 == 0 && block.number > 1 ? block.number - 1 : block.number + 5;
    }

    function noGoal() private pure returns (Goal memory goal) {
        goal.weights = new Weight[](0);
    }

    function basket(uint256 seed, uint8 count) private view returns (Leg[] memory legs) {
        legs = new Leg[](count % 3 + 1);
        for (uint256 i = 0; i < legs.length; i++) {
            seed = uint256(keccak256(abi.encode(seed, i)));
            bool chained = i > 0 && seed % 4 == 0;
            bool sells0 = chained ? legs[i - 1].tokenOut == address(s_tokens[0]) : seed % 2 == 0;
            uint256 kind = seed % 29 == 0 ? seed % 6 : seed / 8 % 3 + 1;
            legs[i] = Leg({
                venue: kind | (kind == 3 ? uint256(500) << 16 | uint256(10) << 40 : uint256(3000) << 16) | (chained ? Venue.CHAINED : 0),
                pool: kind == 1 ? address(market.pair()) : kind == 2 ? address(market.pool()) : seed % 31 == 0 ? address(market) : address(0),
                tokenIn: address(s_tokens[sells0 ? 0 : 1]),
                tokenOut: address(s_tokens[sells0 ? 1 : 0]),
                maxIn: chained ? type(uint256).max : seed / 64 % 2e23,
                keepBalance: seed % 5 == 0 ? seed / 128 % 2e24 : 0,
                limitPriceX96: seed % 3 == 0 ? 1 : (seed / 256 % 300 + 850) * uint256(1 << 96) / 1000,
                minFill: seed % 37 == 0 ? 0 : 1
            });
            if (chained) legs[i - 1].limitPriceX96 = 0;
        }
    }
}

contract ExecutorInvariants {
    Crowd private crowd;

    function setUp() external {
        crowd = new Crowd();
    }

    function targetContracts() external view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(crowd);
    }

    /// No sequence of calls breaks a promise; the first one broken is told.
    function invariant_EveryCallKeepsItsPromises() external view {
        require(bytes(crowd.fault()).length == 0, crowd.fault());
    }

    /// Nothing of the vault's stays in the executor.
    function invariant_TheExecutorHoldsOnlyWhatStrayedThere() external view {
        for (uint256 i = 0; i < 2; i++) {
            require(crowd.tokens(i).balanceOf(address(crowd.executor())) == crowd.strayed(i), "it holds something else");
        }
    }

    /// Sequences do trade: a crowd that is refused every time would prove nothing.
    function test_ASequence_TradesAndIsLimitedAndRefused() external {
        for (uint256 i = 0; i < 400; i++) {
            uint256 seed = uint256(keccak256(abi.encode(i)));
            crowd.exec(seed, uint8(seed >> 8), i, uint8(seed >> 16));
            crowd.fill(seed, uint8(seed >> 24), i + 31, uint8(seed >> 32), seed % 5 == 0);
            crowd.move(uint8(seed >> 40), seed % 2 == 0, seed >> 48);
        }
        require(bytes(crowd.fault()).length == 0, crowd.fault());
        require(crowd.baskets() > 10 && crowd.fills() > 0 && crowd.limited() > 0 && crowd.refusals() > 10, "it hardly traded");
    }
}
