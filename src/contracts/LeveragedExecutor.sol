// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {IAavePool, Lending, LendingEntry} from "./Lending.sol";
import {Chain} from "./LegTrader.sol";
import {RebalanceExecutor} from "./RebalanceExecutor.sol";
import {Goal, Leg, Trust, Venue} from "./Types.sol";

/// @title Rebalances a vault whose tokens are in a lending market (Aave V3): selling brings out collateral and new debt, buying repays and supplies.
/// @notice One transaction from one leverage to another, within the limits of its legs and between two health factors. Beside what
///         `RebalanceExecutor` asks of the vault, this needs its allowance of every aToken that may be sold and its credit delegation of every
///         token that may be borrowed. The market is the one named at construction; its tokens are asked of it.
/// @dev The market itself is asked whether a take suffices before the trade: it alone knows its caps, categories and roundings. What it
///      refuses, it lends for the length of the trade: debt becomes the vault's afterwards (no premium), collateral is withdrawn afterwards
///      and pays the loan back (with its premium). A refusal for any other reason, a pause or a cap, is met again there and reverts it all.
contract LeveragedExecutor is RebalanceExecutor {
    using SafeERC20 for IERC20;
    using Venue for uint256;

    uint256 private constant RAY = 1e27;

    // Interest rate modes of the market: of a debt, and of what becomes of a flash loan.
    uint256 private constant RETURNED = 0;
    uint256 private constant VARIABLE = 2;

    /// @notice The market's pool.
    IAavePool public immutable lendingPool;

    // While the market lends for the trade: what it must hand back to us, by hash, who asked for the trade, and the entries that it lends for,
    // bit i for entry i: those whose loan becomes debt, and those whose loan is paid back.
    bytes32 private transient s_loan;
    address private transient s_caller;
    uint256 private transient s_debts;
    uint256 private transient s_returned;

    // Of each entry what stays outside, from this transient slot on.
    uint256 private constant KEPT = uint256(keccak256("LeveragedExecutor.kept"));

    /// @dev What the market lends for the length of the trade, at most one loan for an entry.
    struct Loans {
        address[] tokens;
        uint256[] amounts;
        uint256[] modes;
        uint256 count;
    }

    /// @dev A token at the market; without aToken it is no reserve.
    struct Reserve {
        IERC20 aToken;
        IERC20 debtToken;
        uint256 index;
    }

    event PositionMoved(uint256 indexed decisionId, uint256 healthBeforeWad, uint256 healthAfterWad, uint256 loans);

    error HealthLimitMissing();
    error EntriesOutOfOrder(address token);
    error TooManyEntries(uint256 count);
    error NotListed(uint256 leg, address token);
    error NotAReserve(address token);
    error HealthTooLow(uint256 healthBeforeWad, uint256 healthAfterWad, uint256 floorWad);
    error HealthTooHigh(uint256 healthBeforeWad, uint256 healthAfterWad, uint256 ceilingWad);

    constructor(
        IAavePool lendingPool_,
        address vault_,
        address guardian_,
        Chain memory chain,
        address[] memory callers,
        bytes32[] memory markets
    ) RebalanceExecutor(vault_, guardian_, chain, callers, markets) {
        lendingPool = lendingPool_;
    }

    /// @notice Runs a basket out of and into the vault's lending account. All of it, or nothing; otherwise as `exec`.
    /// @param legs None for a move: the vault's own above `keepBalance` repays, and is then supplied.
    /// @param goal Judged by what the vault holds outright: after what is taken out came, before what was bought goes in.
    function execLeveraged(
        uint256 decisionId,
        uint256 maxBlock,
        uint256 maxTime,
        Leg[] calldata legs,
        Goal calldata goal,
        Lending calldata lending
    ) external nonReentrant {
        _requireTrust(Trust.Full);
        _open(decisionId, maxBlock, maxTime);
        _requireListed(legs, lending);
        uint256 healthBefore = _health();
        (s_debts, s_returned) = (0, 0); // another trade of this transaction may have left some
        Loans memory loans = _take(lending.entries);
        if (loans.count == 0) {
            _runOrMove(decisionId, legs, goal, lending.entries);
            _putBack(lending.entries, type(uint256).max);
        } else {
            (s_loan, s_caller) = (keccak256(msg.data[4:]), msg.sender);
            lendingPool.flashLoan(address(this), loans.tokens, loans.amounts, loans.modes, vault, msg.data[4:], 0);
            if (s_loan != 0) revert StrangerCalled(address(lendingPool)); // it lent nothing
            s_caller = address(0);
            _putBack(lending.entries, s_debts); // debt as of now
        }
        _requireHealth(lending, decisionId, healthBefore, loans.count);
    }

    /// @notice The market's, while it lends for a trade of ours.
    /// @param params The data of our own call.
    function executeOperation(
        address[] calldata tokens,
        uint256[] calldata amounts,
        uint256[] calldata premiums,
        address initiator,
        bytes calldata params
    ) external returns (bool) {
        if (msg.sender != address(lendingPool) || initiator != address(this) || s_loan == 0 || keccak256(params) != s_loan)
            revert StrangerCalled(msg.sender);
        s_loan = 0;
        for (uint256 i = 0; i < tokens.length; i++) IERC20(tokens[i]).safeTransfer(vault, amounts[i]);
        (uint256 decisionId, Leg[] calldata legs, Goal calldata goal, Lending calldata lending) = _callIn(params);
        _run(decisionId, legs, goal);

        // What must be withdrawn may be so only once debt is repaid; what becomes debt is put back when it is one.
        (uint256 debts, uint256 returned) = (s_debts, s_returned);
        _putBack(lending.entries, ~(debts | returned));
        uint256 loan;
        for (uint256 i = 0; i < lending.entries.length; i++) {
            if (returned & (1 << i) != 0) _handBack(tokens[loan], amounts[loan] + premiums[loan], i);
            if ((debts | returned) & (1 << i) != 0) loan++;
        }
        return true;
    }

    /// @dev Without a leg the vault's own goes into its account and nothing else: what stays outside is told by the entries.
    function _runOrMove(uint256 decisionId, Leg[] calldata legs, Goal calldata goal, LendingEntry[] calldata entries) private {
        if (legs.length != 0) {
            _run(decisionId, legs, goal);
            return;
        }
        if (entries.length == 0) revert NoLegs();
        for (uint256 i = 0; i < entries.length; i++) if (entries[i].take != 0) revert NoLegs();
        emit DecisionFilled(decisionId, msg.sender, 0);
    }

    // ---- what is asked ----

    function _requireListed(Leg[] calldata legs, Lending calldata lending) private pure {
        if (lending.healthFloorWad == 0 || lending.healthCeilingWad == 0) revert HealthLimitMissing();
        LendingEntry[] calldata entries = lending.entries;
        if (entries.length > 256) revert TooManyEntries(entries.length); // a bit of a word for each
        address last;
        for (uint256 i = 0; i < entries.length; i++) {
            if (entries[i].token <= last) revert EntriesOutOfOrder(entries[i].token);
            last = entries[i].token;
        }
        for (uint256 i = 0; i < legs.length; i++) {
            bool ends = i + 1 == legs.length || !legs[i + 1].venue.has(Venue.CHAINED);
            if (!legs[i].venue.has(Venue.CHAINED) && !_isListed(entries, legs[i].tokenIn)) revert NotListed(i, legs[i].tokenIn);
            if (ends && !_isListed(entries, legs[i].tokenOut)) revert NotListed(i, legs[i].tokenOut);
        }
    }

    function _isListed(LendingEntry[] calldata entries, address token) private pure returns (bool) {
        for (uint256 i = 0; i < entries.length; i++) if (entries[i].token == token) return true;
        return false;
    }

    function _requireHealth(Lending calldata lending, uint256 decisionId, uint256 before, uint256 loans) private {
        uint256 now_ = _health();
        if (now_ < lending.healthFloorWad && now_ <= before) revert HealthTooLow(before, now_, lending.healthFloorWad);
        // Without debt it is the greatest number.
        if (now_ > lending.healthCeilingWad && now_ != type(uint256).max && now_ >= before)
            revert HealthTooHigh(before, now_, lending.healthCeilingWad);
        emit PositionMoved(decisionId, before, now_, loans);
    }

    function _health() private view returns (uint256 health) {
        (,,,,, health) = lendingPool.getUserAccountData(vault);
    }

    // ---- before the legs ----

    /// @return loans What the market does not hand out before the trade.
    function _take(LendingEntry[] calldata entries) private returns (Loans memory loans) {
        uint256 count = entries.length;
        (loans.tokens, loans.amounts, loans.modes) = (new address[](count), new uint256[](count), new uint256[](count));
        for (uint256 i = 0; i < count; i++) {
            LendingEntry calldata entry = entries[i];
            _keep(i, Math.min(entry.keepBalance, IERC20(entry.token).balanceOf(vault)));
            if (entry.take == 0) continue;
            IERC20 aToken = _reserve(entry.token).aToken;
            if (address(aToken) == address(0)) revert NotAReserve(entry.token);
            uint256 supplied = Math.min(entry.take, aToken.balanceOf(vault));
            if (supplied != 0 && !_tryWithdraw(entry.token, aToken, supplied)) {
                _add(loans, entry.token, entry.take, RETURNED);
                s_returned |= 1 << i;
            } else if (supplied != entry.take && !_tryBorrow(entry.token, entry.take - supplied)) {
                _add(loans, entry.token, entry.take - supplied, VARIABLE);
                s_debts |= 1 << i;
            }
        }
        (address[] memory tokens, uint256[] memory amounts, uint256[] memory modes) = (loans.tokens, loans.amounts, loans.modes);
        count = loans.count;
        assembly ("memory-safe") {
            mstore(tokens, count) // shorter where the market handed out
            mstore(amounts, count)
            mstore(modes, count)
        }
    }

    function _add(Loans memory loans, address token, uint256 amount, uint256 mode) private pure {
        uint256 next = loans.count++;
        (loans.tokens[next], loans.amounts[next], loans.modes[next]) = (token, amount, mode);
    }

    /// @dev The market looks at the vault's health when its aTokens move, so that is all that may be refused.
    function _tryWithdraw(address token, IERC20 aToken, uint256 amount) private returns (bool) {
        try aToken.transferFrom(vault, address(this), amount) {
            _withdraw(token, aToken, amount);
            return true;
        } catch {
            return false;
        }
    }

    function _withdraw(address token, IERC20 aToken, uint256 amount) private {
        lendingPool.withdraw(token, Math.min(amount, aToken.balanceOf(address(this))), vault);
    }

    function _tryBorrow(address token, uint256 amount) private returns (bool) {
        try lendingPool.borrow(token, amount, VARIABLE, 0, vault) {
            IERC20(token).safeTransfer(vault, amount);
            return true;
        } catch {
            return false;
        }
    }

    // ---- after the legs ----

    /// @dev Repays, and supplies what is left. A token that is no reserve stays with the vault.
    /// @param which Bit i: entry i.
    function _putBack(LendingEntry[] calldata entries, uint256 which) private {
        for (uint256 i = 0; i < entries.length; i++) if (which & (1 << i) != 0) _putBackOne(entries[i].token, i);
    }

    function _putBackOne(address token, uint256 entry) private {
        uint256 amount = _above(token, entry);
        if (amount == 0) return;
        Reserve memory reserve = _reserve(token);
        if (address(reserve.aToken) == address(0) || _isDust(amount, reserve)) return;
        _pull(token, amount);
        if (reserve.debtToken.balanceOf(vault) != 0) amount -= lendingPool.repay(token, amount, VARIABLE, vault);
        if (amount == 0) return;
        if (_isDust(amount, reserve)) IERC20(token).safeTransfer(vault, amount);
        else lendingPool.supply(token, amount, vault, 0);
    }

    /// @dev Less than half of one of the market's own units, which is refused there.
    function _isDust(uint256 amount, Reserve memory reserve) private pure returns (bool) {
        return 2 * amount * RAY < reserve.index;
    }

    /// @dev Makes ready what the market takes back: what the legs left, then collateral, then new debt. What is over is put back.
    function _handBack(address token, uint256 owed, uint256 entry) private {
        Reserve memory reserve = _reserve(token);
        uint256 missing = Math.saturatingSub(owed, _above(token, entry));
        uint256 supplied = reserve.aToken.balanceOf(vault);
        if (missing > supplied) {
            lendingPool.borrow(token, missing - supplied, VARIABLE, 0, vault);
            IERC20(token).safeTransfer(vault, missing - supplied);
            missing = supplied;
        }
        while (missing != 0) {
            reserve.aToken.safeTransferFrom(vault, address(this), missing);
            _withdraw(token, reserve.aToken, missing);
            // Where the market's units do not divide one of them lacks.
            missing = _above(token, entry) < owed ? reserve.index / RAY : 0;
        }
        _pull(token, owed);
        _putBackOne(token, entry);
    }

    function _above(address token, uint256 entry) private view returns (uint256) {
        return Math.saturatingSub(IERC20(token).balanceOf(vault), _kept(entry));
    }

    /// @dev Standing, because this contract owns nothing between two trades.
    function _pull(address token, uint256 amount) private {
        IERC20(token).safeTransferFrom(vault, address(this), amount);
        if (IERC20(token).allowance(address(this), address(lendingPool)) < amount)
            IERC20(token).forceApprove(address(lendingPool), type(uint256).max);
    }

    function _reserve(address token) private view returns (Reserve memory reserve) {
        (, uint256 liquidityIndex,, uint256 borrowIndex,,,,, IERC20 aToken,, IERC20 debtToken) = lendingPool.getReserveData(token);
        return Reserve(aToken, debtToken, Math.max(liquidityIndex, borrowIndex));
    }

    // ---- what outlives a call of the market ----

    function _caller() internal view override returns (address) {
        return s_caller != address(0) ? s_caller : msg.sender;
    }

    /// @dev The compiler held the call to its types when it came; the pool hands on what was hashed.
    function _callIn(bytes calldata params)
        private
        pure
        returns (uint256 decisionId, Leg[] calldata legs, Goal calldata goal, Lending calldata lending)
    {
        assembly ("memory-safe") {
            let call_ := params.offset
            decisionId := calldataload(call_)
            let list := add(call_, calldataload(add(call_, 0x60)))
            legs.offset := add(list, 0x20)
            legs.length := calldataload(list)
            goal := add(call_, calldataload(add(call_, 0x80)))
            lending := add(call_, calldataload(add(call_, 0xa0)))
        }
    }

    function _keep(uint256 entry, uint256 amount) private {
        uint256 slot = KEPT + entry;
        assembly ("memory-safe") {
            tstore(slot, amount)
        }
    }

    function _kept(uint256 entry) private view returns (uint256 amount) {
        uint256 slot = KEPT + entry;
        assembly ("memory-safe") {
            amount := tload(slot)
        }
    }
}
