// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Lending, LendingEntry} from "../Lending.sol";
import {Goal, Leg, Weight} from "../Types.sol";
import {Market, Money} from "./Market.sol";
import {vm} from "./Vm.sol";

interface ILeveraged {
    function execLeveraged(
        uint256 decisionId,
        uint256 maxBlock,
        uint256 maxTime,
        Leg[] calldata legs,
        Goal calldata goal,
        Lending calldata lending
    ) external;
    function executeOperation(
        address[] calldata tokens,
        uint256[] calldata amounts,
        uint256[] calldata premiums,
        address initiator,
        bytes calldata params
    ) external returns (bool);
    function isUsed(uint256 decisionId) external view returns (bool);
}

/// A market that refuses every borrowing and lends for the trade, as it is told: honestly, or not.
contract OddPool {
    enum Way {
        Honest,
        Twice,
        OtherCall,
        OtherInitiator,
        Nothing,
        AgainLater
    }

    Money private immutable i_aToken = new Money();
    Money private immutable i_debtToken = new Money();
    Way public way;
    uint256 public healthBefore = 2e18;
    uint256 public healthAfter = 2e18;
    uint256 public supplied;
    bool private s_traded;
    bytes private s_params;

    function set(Way way_, uint256 before, uint256 afterwards) external {
        (way, healthBefore, healthAfter) = (way_, before, afterwards);
    }

    function getUserAccountData(address) external view returns (uint256, uint256, uint256, uint256, uint256, uint256) {
        return (0, 0, 0, 0, 0, s_traded ? healthAfter : healthBefore);
    }

    function getReserveData(address)
        external
        view
        returns (uint256, uint256, uint256, uint256, uint256, uint256, uint256, uint256, address, address, address)
    {
        return (0, 1e27, 0, 1e27, 0, 0, 0, 0, address(i_aToken), address(0), address(i_debtToken));
    }

    function borrow(address, uint256, uint256, uint16, address) external pure {
        revert("not before the trade");
    }

    function supply(address token, uint256 amount, address, uint16) external {
        supplied += amount;
        Money(token).transferFrom(msg.sender, address(this), amount);
    }

    function flashLoan(
        address receiver,
        address[] calldata tokens,
        uint256[] calldata amounts,
        uint256[] calldata,
        address,
        bytes calldata params,
        uint16
    ) external {
        s_traded = true;
        if (way == Way.Nothing) return;
        for (uint256 i = 0; i < tokens.length; i++) Money(tokens[i]).mint(receiver, amounts[i]);
        bytes memory given = params;
        if (way == Way.OtherCall) given[31] ^= 0x01;
        address initiator = way == Way.OtherInitiator ? address(this) : msg.sender;
        require(ILeveraged(receiver).executeOperation(tokens, amounts, new uint256[](tokens.length), initiator, given));
        if (way == Way.Twice) ILeveraged(receiver).executeOperation(tokens, amounts, new uint256[](tokens.length), initiator, given);
        s_params = given;
    }

    function again(ILeveraged executor) external {
        executor.executeOperation(new address[](0), new uint256[](0), new uint256[](0), address(executor), s_params);
    }
}

/// The shipped leveraged executor before strangers and a market that does not keep to its word.
contract LeveragedTests {
    address private constant CALLER = address(0x7001);
    address private constant VAULT = address(0x7005);

    Market private market;
    OddPool private pool;
    ILeveraged private executor;

    function setUp() external {
        market = new Market();
        market.open();
        pool = new OddPool();
        address[] memory callers = new address[](1);
        callers[0] = CALLER;
        bytes32[] memory markets = new bytes32[](1);
        markets[0] = keccak256(abi.encode(market.pool(), market.token0(), market.token1()));
        bytes memory code = bytes.concat(
            vm.parseJsonBytes(vm.readFile("artifact/LeveragedExecutor.json"), ".bytecode"),
            abi.encode(pool, VAULT, address(0), address(0), address(0), address(0), address(0), callers, markets)
        );
        address made;
        assembly ("memory-safe") {
            made := create(0, add(code, 0x20), mload(code))
        }
        require(made != address(0), "the executor was not created");
        executor = ILeveraged(made);
        Money[2] memory tokens = [market.token0(), market.token1()];
        for (uint256 i = 0; i < 2; i++) {
            tokens[i].mint(VAULT, 1e24);
            vm.prank(VAULT);
            tokens[i].approve(made, type(uint256).max);
        }
    }

    function testFuzz_ALoanThatNobodyAskedFor_IsAnsweredToNobody(address who, address initiator, bytes calldata params, uint128 amount) external {
        address[] memory tokens = new address[](1);
        tokens[0] = address(market.token0());
        uint256[] memory amounts = new uint256[](1);
        amounts[0] = amount;
        vm.prank(who);
        try executor.executeOperation(tokens, amounts, amounts, initiator, params) {
            revert("a stranger's loan was answered");
        } catch { }
        vm.prank(address(pool)); // the market itself, in the executor's name
        try executor.executeOperation(tokens, amounts, amounts, address(executor), params) {
            revert("the market's own call was answered without a trade");
        } catch { }
    }

    function test_AMarketThatKeepsItsWord_LendsForTheTradeOnce() external {
        require(run(1, OddPool.Way.Honest), "an honest market was refused");
        require(executor.isUsed(1) && pool.supplied() != 0, "it did not trade");
        require(market.token0().balanceOf(address(executor)) == 0 && market.token1().balanceOf(address(executor)) == 0, "something stayed");
        require(market.token0().balanceOf(VAULT) == 1e24 && market.token1().balanceOf(VAULT) == 1e24, "the vault's own was touched");
        try pool.again(executor) {
            revert("the same loan was answered again later");
        } catch { }
    }

    function test_AMarketThatDoesNot_ChangesNothing() external {
        OddPool.Way[4] memory ways = [OddPool.Way.Twice, OddPool.Way.OtherCall, OddPool.Way.OtherInitiator, OddPool.Way.Nothing];
        for (uint256 i = 0; i < ways.length; i++) {
            require(!run(i + 10, ways[i]), "a market that breaks its word was answered");
            require(!executor.isUsed(i + 10) && pool.supplied() == 0, "a refused trade left something");
        }
    }

    /// Health is let through exactly where it is at the floor or better than it was, and at the ceiling, lower than it was or without debt.
    function testFuzz_Health_IsHeldBetweenItsLimits(uint64 before, uint64 afterwards, uint64 floor, uint64 ceiling, bool paysAll) external {
        uint256 after_ = paysAll ? type(uint256).max : afterwards;
        pool.set(OddPool.Way.Honest, before, after_);
        bool floorHolds = after_ >= floor || after_ > before;
        bool ceilingHolds = after_ <= ceiling || after_ == type(uint256).max || after_ < before;
        bool expected = floor != 0 && ceiling != 0 && floorHolds && ceilingHolds;
        require(exec(1, floor, ceiling) == expected, "the health factor was judged otherwise");
    }

    function run(uint256 decision, OddPool.Way way) private returns (bool) {
        pool.set(way, 2e18, 2e18);
        return exec(decision, 1e18, type(uint256).max);
    }

    function exec(uint256 decision, uint256 floor, uint256 ceiling) private returns (bool) {
        Leg[] memory legs = new Leg[](1);
        legs[0] = Leg(2, address(market.pool()), address(market.token0()), address(market.token1()), 1e18, 0, 1, 1);
        Lending memory lending = Lending(floor, ceiling, new LendingEntry[](2));
        lending.entries[0] = LendingEntry(address(market.token0()), 1e18, type(uint256).max);
        lending.entries[1] = LendingEntry(address(market.token1()), 0, type(uint256).max);
        Goal memory goal = Goal(0, new Weight[](0));
        vm.prank(CALLER);
        try executor.execLeveraged(decision, type(uint256).max, type(uint256).max, legs, goal, lending) {
            return true;
        } catch {
            return false;
        }
    }
}
