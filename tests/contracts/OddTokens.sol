// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

// Tokens and pools that misbehave in the ways that real ones do. For a local chain alone.

contract PlainToken {
    mapping(address => uint256) internal _balances;
    mapping(address => mapping(address => uint256)) public allowance;

    event Transfer(address indexed from, address indexed to, uint256 value);

    constructor(uint256 supply) {
        _balances[msg.sender] = supply;
    }

    function decimals() external pure returns (uint8) {
        return 18;
    }

    function balanceOf(address owner) public view virtual returns (uint256) {
        return _balances[owner];
    }

    function approve(address spender, uint256 value) external returns (bool) {
        allowance[msg.sender][spender] = value;
        return true;
    }

    function transfer(address to, uint256 value) external virtual returns (bool) {
        _move(msg.sender, to, value);
        return true;
    }

    function transferFrom(address from, address to, uint256 value) external virtual returns (bool) {
        _spend(from, value);
        _move(from, to, value);
        return true;
    }

    function _spend(address from, uint256 value) internal {
        allowance[from][msg.sender] -= value;
    }

    function _move(address from, address to, uint256 value) internal virtual {
        _balances[from] -= value;
        _balances[to] += value;
        emit Transfer(from, to, value);
    }
}

/// Keeps a hundredth of what is sent.
contract FeeOnTransferToken is PlainToken {
    constructor(uint256 supply) PlainToken(supply) {}

    function _move(address from, address to, uint256 value) internal override {
        super._move(from, to, value);
        _balances[to] -= value / 100;
    }
}

/// Takes a hundredth more from the sender than is sent.
contract SenderPaysToken is PlainToken {
    constructor(uint256 supply) PlainToken(supply) {}

    function _move(address from, address to, uint256 value) internal override {
        super._move(from, to, value);
        _balances[from] -= value / 100;
    }
}

/// Answers false instead of failing, while it is frozen.
contract FalseToken is PlainToken {
    bool public frozen;

    constructor(uint256 supply) PlainToken(supply) {}

    function setFrozen(bool value) external {
        frozen = value;
    }

    function transferFrom(address from, address to, uint256 value) external override returns (bool) {
        if (frozen) return false;
        _spend(from, value);
        _move(from, to, value);
        return true;
    }
}

/// Balances are shares of what a rebase scales, in percent.
contract RebasingToken is PlainToken {
    uint256 public percent = 100;

    constructor(uint256 supply) PlainToken(supply) {}

    function rebase(uint256 to) external {
        percent = to;
    }

    function balanceOf(address owner) public view override returns (uint256) {
        return _balances[owner] * percent / 100;
    }

    function _move(address from, address to, uint256 value) internal override {
        super._move(from, to, value * 100 / percent);
    }
}

/// Makes a call of its owner's choosing in the middle of every transfer, and remembers how that ended.
contract CallingToken is PlainToken {
    address public target;
    bytes public data;
    bool public called;
    bool public succeeded;
    bytes public answer;

    constructor(uint256 supply) PlainToken(supply) {}

    function arm(address target_, bytes calldata data_) external {
        (target, data, called) = (target_, data_, false);
    }

    function _move(address from, address to, uint256 value) internal override {
        super._move(from, to, value);
        if (target == address(0)) return;
        address to_ = target;
        target = address(0);
        called = true;
        (succeeded, answer) = to_.call(data);
    }
}

/// No bool comes back from it, as from some of the oldest and largest tokens, and an allowance only changes from or to nothing.
contract SilentToken {
    mapping(address => uint256) public balanceOf;
    mapping(address => mapping(address => uint256)) public allowance;

    constructor(uint256 supply) {
        balanceOf[msg.sender] = supply;
    }

    function approve(address spender, uint256 value) external {
        require(value == 0 || allowance[msg.sender][spender] == 0, "allowance must be zero first");
        allowance[msg.sender][spender] = value;
    }

    function transfer(address to, uint256 value) external {
        balanceOf[msg.sender] -= value;
        balanceOf[to] += value;
    }

    function transferFrom(address from, address to, uint256 value) external {
        allowance[from][msg.sender] -= value;
        balanceOf[from] -= value;
        balanceOf[to] += value;
    }
}

interface ICallback {
    function uniswapV3SwapCallback(int256 amount0, int256 amount1, bytes calldata data) external;
}

/// Looks like a pool of Uniswap V3 and asks for whatever it was told to ask.
contract GreedyPool {
    uint24 public constant fee = 0;
    uint256 public asks;
    uint256 public times = 1;

    function set(uint256 asks_, uint256 times_) external {
        (asks, times) = (asks_, times_);
    }

    function slot0() external pure returns (uint160, int24, uint16, uint16, uint16, uint8, bool) {
        return (1 << 96, 0, 0, 0, 0, 0, true);
    }

    function swap(address, bool zeroForOne, int256, uint160, bytes calldata) external returns (int256, int256) {
        (int256 in0, int256 in1) = zeroForOne ? (int256(asks), int256(0)) : (int256(0), int256(asks));
        for (uint256 i = 0; i < times; i++) ICallback(msg.sender).uniswapV3SwapCallback(in0, in1, "");
        return (in0, in1);
    }
}

/// A vault with code that signs whatever one key signed (ERC-1271).
contract OneKeyVault {
    address public immutable key;

    constructor(address key_) {
        key = key_;
    }

    function isValidSignature(bytes32 digest, bytes calldata signature) external view returns (bytes4) {
        (bytes32 r, bytes32 s) = abi.decode(signature[:64], (bytes32, bytes32));
        return ecrecover(digest, uint8(signature[64]), r, s) == key ? this.isValidSignature.selector : bytes4(0);
    }

    function approve(PlainToken token, address spender) external {
        token.approve(spender, type(uint256).max);
    }
}
