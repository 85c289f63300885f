// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Leg} from "../Types.sol";
import {vm} from "./Vm.sol";

/// A plain token that anyone may mint: the tests' own money.
contract Money {
    mapping(address => uint256) public balanceOf;
    mapping(address => mapping(address => uint256)) public allowance;

    function mint(address to, uint256 amount) external {
        balanceOf[to] += amount;
    }

    function approve(address spender, uint256 amount) external returns (bool) {
        allowance[msg.sender][spender] = amount;
        return true;
    }

    function transfer(address to, uint256 amount) external returns (bool) {
        balanceOf[msg.sender] -= amount;
        balanceOf[to] += amount;
        return true;
    }

    function transferFrom(address from, address to, uint256 amount) external returns (bool) {
        allowance[from][msg.sender] -= amount;
        balanceOf[from] -= amount;
        balanceOf[to] += amount;
        return true;
    }
}

interface IFactoryV2 {
    function createPair(address a, address b) external returns (address);
}

interface IPairV2 {
    function mint(address to) external returns (uint256);
    function getReserves() external view returns (uint112, uint112, uint32);
    function swap(uint256 out0, uint256 out1, address to, bytes calldata data) external;
}

interface IFactoryV3 {
    function createPool(address a, address b, uint24 fee) external returns (address);
}

interface IPoolV3 {
    function initialize(uint160 sqrtPriceX96) external;
    function mint(address to, int24 lower, int24 upper, uint128 amount, bytes calldata data) external returns (uint256, uint256);
    function swap(address to, bool zeroForOne, int256 amount, uint160 limit, bytes calldata data) external returns (int256, int256);
    function slot0() external view returns (uint160, int24, uint16, uint16, uint16, uint8, bool);
}

interface IManagerV4 {
    struct PoolKey {
        address currency0;
        address currency1;
        uint24 fee;
        int24 tickSpacing;
        address hooks;
    }

    struct SwapParams {
        bool zeroForOne;
        int256 amountSpecified;
        uint160 sqrtPriceLimitX96;
    }

    struct ModifyLiquidityParams {
        int24 tickLower;
        int24 tickUpper;
        int256 liquidityDelta;
        bytes32 salt;
    }

    function initialize(PoolKey calldata key, uint160 sqrtPriceX96) external returns (int24);
    function unlock(bytes calldata data) external returns (bytes memory);
    function modifyLiquidity(PoolKey calldata key, ModifyLiquidityParams calldata params, bytes calldata data) external returns (int256, int256);
    function swap(PoolKey calldata key, SwapParams calldata params, bytes calldata data) external returns (int256);
    function sync(address currency) external;
    function settle() external payable returns (uint256);
    function take(address currency, address to, uint256 amount) external;
}

/// The published pools of Uniswap V2, V3 and V4 between two tokens, with liquidity, and a rival's way to trade on them.
contract Market {
    string private constant PACKAGES = "node_modules/@uniswap/";
    uint160 private constant PRICE_OF_ONE = 1 << 96;

    Money public immutable token0;
    Money public immutable token1;
    IPairV2 public immutable pair;
    IPoolV3 public immutable pool;
    IManagerV4 public immutable manager;

    constructor() {
        (Money a, Money b) = (new Money(), new Money());
        (token0, token1) = address(a) < address(b) ? (a, b) : (b, a);
        token0.mint(address(this), 1e36);
        token1.mint(address(this), 1e36);

        pair = IPairV2(IFactoryV2(create("v2-core/build/UniswapV2Factory.json", ".bytecode", abi.encode(address(this)))).createPair(address(a), address(b)));
        token0.transfer(address(pair), 1e24);
        token1.transfer(address(pair), 1e24);
        pair.mint(address(this));

        pool = IPoolV3(
            IFactoryV3(create("v3-core/artifacts/contracts/UniswapV3Factory.sol/UniswapV3Factory.json", ".bytecode", "")).createPool(
                address(a), address(b), 3000
            )
        );
        pool.initialize(PRICE_OF_ONE);

        manager = IManagerV4(create("v4-core/out/PoolManager.sol/PoolManager.json", ".bytecode.object", abi.encode(address(this))));
        manager.initialize(key(), PRICE_OF_ONE);
    }

    /// Liquidity is asked for by callbacks, which only a contract that stands already can answer.
    function open() external {
        pool.mint(address(this), -60_000, 60_000, 1e24, "");
        pool.mint(address(this), -600, 600, 1e25, "");
        manager.unlock(abi.encode(false, int256(0)));
    }

    function create(string memory file, string memory where, bytes memory arguments) public returns (address made) {
        bytes memory code = bytes.concat(vm.parseJsonBytes(vm.readFile(string.concat(PACKAGES, file)), where), arguments);
        assembly ("memory-safe") {
            made := create(0, add(code, 0x20), mload(code))
        }
        require(made != address(0), file);
    }

    function key() public view returns (IManagerV4.PoolKey memory) {
        return IManagerV4.PoolKey(address(token0), address(token1), 500, 10, address(0));
    }

    // ---- a rival, who moves prices ----

    function swapV2(bool sells0, uint256 amount) external {
        (uint112 reserve0, uint112 reserve1,) = pair.getReserves();
        (uint256 rIn, uint256 rOut) = sells0 ? (uint256(reserve0), uint256(reserve1)) : (uint256(reserve1), uint256(reserve0));
        uint256 out = amount * 997 * rOut / (rIn * 1000 + amount * 997);
        if (out == 0) return;
        (sells0 ? token0 : token1).transfer(address(pair), amount);
        pair.swap(sells0 ? 0 : out, sells0 ? out : 0, address(this), "");
    }

    function swapV3(bool sells0, uint256 amount) external {
        pool.swap(address(this), sells0, int256(amount), sells0 ? 4295128740 : 1461446703485210103287273052203988822378723970341, "");
    }

    function swapV4(bool sells0, uint256 amount) external {
        manager.unlock(abi.encode(true, sells0 ? int256(amount) : -int256(amount)));
    }

    function uniswapV3MintCallback(uint256 amount0, uint256 amount1, bytes calldata) external {
        if (amount0 > 0) token0.transfer(msg.sender, amount0);
        if (amount1 > 0) token1.transfer(msg.sender, amount1);
    }

    function uniswapV3SwapCallback(int256 amount0, int256 amount1, bytes calldata) external {
        if (amount0 > 0) token0.transfer(msg.sender, uint256(amount0));
        if (amount1 > 0) token1.transfer(msg.sender, uint256(amount1));
    }

    function unlockCallback(bytes calldata data) external returns (bytes memory) {
        (bool swaps, int256 amount) = abi.decode(data, (bool, int256));
        int256 delta;
        if (swaps) {
            bool sells0 = amount > 0;
            delta = manager.swap(
                key(),
                IManagerV4.SwapParams(sells0, sells0 ? -amount : amount, sells0 ? 4295128740 : 1461446703485210103287273052203988822378723970341),
                ""
            );
        } else {
            (delta,) = manager.modifyLiquidity(key(), IManagerV4.ModifyLiquidityParams(-60_000, 60_000, 1e25, 0), "");
        }
        settle(token0, int128(delta >> 128));
        settle(token1, int128(delta));
        return "";
    }

    function settle(Money token, int128 delta) private {
        if (delta < 0) {
            manager.sync(address(token));
            token.transfer(address(manager), uint256(-int256(delta)));
            manager.settle();
        } else if (delta > 0) {
            manager.take(address(token), address(this), uint256(int256(delta)));
        }
    }
}
