#ifndef FASTREBALANCE_H
#define FASTREBALANCE_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The native half of FastRebalance: routines of the hot path that take plain arrays and give plain arrays back.
 *
 * Rules that hold for every function, so that they need saying only once:
 *
 * 1. Arguments stand in this order: what is written (Out), what is read and written (InOut), what is only read (In).
 *    The length of an array stands right after the array and counts its elements, or its bytes for `void *`.
 * 2. All memory is the caller's. Nothing is allocated, nothing is kept after the return, there is no global state.
 *    Calls that share no Out or InOut memory may run at the same time on any threads; In memory may be shared.
 *    Out and InOut memory must not overlap any other argument.
 * 3. The answer is an fr_status: positive for an answer, negative for a mistake in the arguments, never zero.
 *    After a negative status Out memory holds nothing of meaning (counts are set to zero, unless a pointer was NULL).
 *    No value in memory of the stated length and its type's alignment leads to undefined behaviour; nothing ever aborts.
 *    (One exception: a graph between its build and its last use is written by fr_path_graph_* alone.)
 * 4. An array may be NULL when its length is 0; no other pointer may.
 * 5. Floating point is binary64 with + - * / and sqrt alone, in the order written, without contraction: the managed twin gives
 *    the same bits on every platform. The library must be compiled with -ffp-contract=off and without -ffast-math.
 */

#if defined(_WIN32)
#  if defined(FR_BUILD)
#    define FR_API __declspec(dllexport)
#  else
#    define FR_API __declspec(dllimport)
#  endif
#elif defined(__GNUC__) && defined(FR_BUILD)
#  define FR_API __attribute__((visibility("default")))
#else
#  define FR_API
#endif

/** Grows by one whenever a signature, a structure or the meaning of a status changes. */
#define FR_ABI_VERSION 2

/** The version this library was built with; a caller built with another one must not go on.
 *
 *  Returns: FR_ABI_VERSION.
 */
FR_API int32_t fr_abi_version(void);

/** What came of a call. Zero is never returned, so that memory nobody wrote to cannot pass for success. */
typedef enum fr_status {
    FR_FOUND = 1,              /**< at least one path is in the output */
    FR_NO_PATH = 2,            /**< the arguments are sound and no path leads from source to target */
    FR_READY = 3,              /**< what was asked is done: the graph is built or changed, the quotes are written */
    FR_UNSUPPORTED = 4,        /**< the compiler of this library had no integers of 128 bits; nothing was done */
    FR_NULL_POINTER = -1,      /**< a pointer is NULL that must not be */
    FR_BAD_LIMIT = -2,         /**< a count or limit is outside its range, or blocked_count is neither 0 nor the graph's pools */
    FR_BAD_INDEX = -3,         /**< an asset, pool or edge index is outside its range, or an edge leads from an asset to itself */
    FR_SAME_ASSET = -4,        /**< source and target are one asset */
    FR_BAD_NUMBER = -5,        /**< a rate, depth, amount or gas price is not finite, has the wrong sign or magnitude */
    FR_OUTPUT_TOO_SMALL = -6,  /**< paths or values cannot hold max_paths paths */
    FR_SCRATCH_TOO_SMALL = -7, /**< scratch is smaller than fr_path_scratch_size says */
    FR_MISALIGNED = -8,        /**< scratch or graph does not start at a multiple of 8 bytes */
    FR_GRAPH_TOO_SMALL = -9,   /**< the graph's memory is smaller than fr_path_graph_size says */
    FR_BAD_GRAPH = -10         /**< the memory is not that of a graph that was built, or not all of it */
} fr_status;

/** Ranges of a path query. */
#define FR_MAX_HOPS 4
#define FR_MAX_PATHS 64
#define FR_MAX_ASSETS 65536
#define FR_MAX_POOLS 65536
#define FR_MAX_EDGES 1048576

/** Rates, depths and amounts lie in [2^-150, 2^150]; a gas price is zero or lies there too. Within these magnitudes no
 *  product of a search of FR_MAX_HOPS hops leaves the normal numbers, which is what makes its bounds exact enough. */
#define FR_MAGNITUDE_MAX 1427247692705959881058285969449495136382746624.0
#define FR_MAGNITUDE_MIN (1.0 / FR_MAGNITUDE_MAX)

/** One direction of one pool: selling `from` brings out(x) = rate * x * depth / (depth + x) of `to`, and out(x) = y takes
 *  x = y * depth / (rate * depth - y), which there is for y below rate * depth only.
 *  Exact for a constant product, and a fit from below for the rest. With rate and depth 0 the edge is left out until it
 *  changes. 32 bytes, no padding. */
typedef struct fr_edge {
    double rate;   /**< raw units of `to` per raw unit of `from` at size zero, fee included */
    double depth;  /**< raw units of `from` at which the average rate has fallen to half of `rate` */
    int32_t from;  /**< asset index sold */
    int32_t to;    /**< asset index bought */
    int32_t pool;  /**< pool index; the edges of one pool share it */
    uint32_t gas;  /**< gas units this hop adds */
} fr_edge;

/** An edge's new rate, depth and gas; its assets and pool stay. 24 bytes, no padding. */
typedef struct fr_edge_change {
    double rate;   /**< as in fr_edge */
    double depth;  /**< as in fr_edge */
    int32_t edge;  /**< edge index */
    uint32_t gas;  /**< as in fr_edge */
} fr_edge_change;

/** What is asked of a path search. 32 bytes, no padding. */
typedef struct fr_path_query {
    double amount;       /**< raw units of source that go in; for an exact output raw units of target that come out */
    double gas_price;    /**< what one unit of gas costs, zero to leave gas out: raw units of target, or of source for an exact output */
    int32_t source;      /**< asset index sold */
    int32_t target;      /**< asset index wanted */
    int32_t max_hops;    /**< edges a path may have; 1 to FR_MAX_HOPS */
    int32_t max_paths;   /**< paths wanted; 1 to FR_MAX_PATHS */
} fr_path_query;

/** Bytes of memory that a graph needs.
 *
 *  Returns: the size, a multiple of 8, or 0 when an argument is outside its range.
 *  In:      edge_count:   at most FR_MAX_EDGES
 *           asset_count:  2 to FR_MAX_ASSETS
 */
FR_API size_t fr_path_graph_size(size_t edge_count, int32_t asset_count);

/** Makes a graph of edges, whatever was in its memory before. Its cost is some passes over the edges.
 *
 *  Returns: FR_READY, or a negative fr_status (the memory is then no graph).
 *  Out:     graph:        aligned to 8 bytes; may be moved as a whole
 *           graph_len:    at least fr_path_graph_size bytes
 *  In:      edges:        in any order; an edge's place here is its index from now on
 *           edge_count:   at most FR_MAX_EDGES
 *           asset_count:  asset indices are in [0, asset_count); 2 to FR_MAX_ASSETS
 *           pool_count:   pool indices are in [0, pool_count); 0 to FR_MAX_POOLS
 */
FR_API int32_t fr_path_graph_build(
    void *graph, size_t graph_len,
    const fr_edge *edges, size_t edge_count,
    int32_t asset_count, int32_t pool_count);

/** Changes edges in place, at a cost of two writes each. After any sequence of changes searches answer as on a graph
 *  built anew.
 *
 *  Returns: FR_READY, or a negative fr_status (nothing is changed then).
 *  InOut:   graph:         built before; no search may run on it meanwhile
 *           graph_len:     its bytes
 *  In:      changes:       applied in order
 *           change_count:  how many
 */
FR_API int32_t fr_path_graph_change(
    void *graph, size_t graph_len,
    const fr_edge_change *changes, size_t change_count);

/** Bytes of scratch that a search needs.
 *
 *  Returns: the size, a multiple of 8, or 0 when an argument is outside its range.
 *  In:      edge_count:   edges of the largest graph to be searched
 *           asset_count:  assets of it
 *           max_hops:     hops of the longest path
 */
FR_API size_t fr_path_scratch_size(size_t edge_count, int32_t asset_count, int32_t max_hops);

/** Finds the paths that bring most of the target, net of gas, for one given input amount.
 *
 *  A path's value is what its last edge brings minus gas_price times the gas of its edges. No path uses a pool twice or
 *  visits an asset twice. The search is exact: the result is what trying every path would give. Paths come best first; of
 *  two with the same value the one whose edge indices are smaller in dictionary order comes first. A path whose gas costs
 *  more than it brings has a negative value and is still given: the caller judges.
 *
 *  Returns: FR_FOUND, FR_NO_PATH (path_count is 0), or a negative fr_status.
 *  Out:     paths:          edge indices, max_hops per path, -1 after a path's last edge
 *           paths_cap:      at least max_paths * max_hops
 *           values:         value of each path, in raw units of target
 *           values_cap:     at least max_paths
 *           path_count:     paths found, at most max_paths
 *  InOut:   scratch:        one per thread, aligned to 8 bytes; its content before and after means nothing
 *           scratch_len:    at least fr_path_scratch_size bytes
 *  In:      graph:          built before
 *           graph_len:      its bytes
 *           blocked_pools:  one byte per pool; an edge of a pool whose byte is not zero is left out
 *           blocked_count:  the graph's pool_count, or 0 when nothing is blocked
 *           query:          the question
 */
FR_API int32_t fr_path_find(
    int32_t *paths, size_t paths_cap,
    double *values, size_t values_cap,
    size_t *path_count,
    void *scratch, size_t scratch_len,
    const void *graph, size_t graph_len,
    const uint8_t *blocked_pools, size_t blocked_count,
    const fr_path_query *query);

/** Finds the paths that take least of the source, gas counted, for one given output amount.
 *
 *  A path's value is its cost here: what its first edge takes plus gas_price times the gas of its edges, the least first.
 *  Paths that cannot bring the amount are none. All else is as in fr_path_find.
 */
FR_API int32_t fr_path_find_exact_out(
    int32_t *paths, size_t paths_cap,
    double *values, size_t values_cap,
    size_t *path_count,
    void *scratch, size_t scratch_len,
    const void *graph, size_t graph_len,
    const uint8_t *blocked_pools, size_t blocked_count,
    const fr_path_query *query);

/* ---- exact quotes ---- */

/** What came of one quote of a batch. Zero is never written. */
typedef enum fr_quote_status {
    FR_QUOTE_EXACT = 1,                  /**< the amounts are the contract's, to the unit */
    FR_QUOTE_ZERO_AMOUNT = 3,            /**< nothing goes in */
    FR_QUOTE_INSUFFICIENT_LIQUIDITY = 4, /**< the pool is empty, or runs out: the amounts tell what would be taken and paid */
    FR_QUOTE_ZERO_OUTPUT = 5,            /**< too little goes in to bring one unit */
    FR_QUOTE_OVERFLOW = 6,               /**< the contract would revert */
    FR_QUOTE_BAD_REQUEST = -1            /**< the request cannot be of such a pool */
} fr_quote_status;

/** An unsigned integer of 256 bits, the lowest limb first. */
typedef struct fr_u256 {
    uint64_t limb[4];
} fr_u256;

/** One exact-input quote of a constant-product pool. 72 bytes, no padding. */
typedef struct fr_v2_request {
    uint64_t reserve_in[2];   /**< of the asset sold, the low limb first; below 2^112 */
    uint64_t reserve_out[2];  /**< of the asset bought; below 2^112 */
    fr_u256 amount_in;        /**< units that go in */
    uint32_t fee_kept;        /**< what the fee leaves: fee_kept / fee_whole of the input; above 0 */
    uint32_t fee_whole;       /**< at least fee_kept, at most 1000000 */
} fr_v2_request;

/** Its answer. 24 bytes, no padding. */
typedef struct fr_v2_quote {
    uint64_t amount_out[2];   /**< units that come out; 0 unless exact */
    int32_t status;           /**< fr_quote_status */
    int32_t reserved;         /**< 0 */
} fr_v2_quote;

/** Quotes constant-product pools: floor(in * kept * reserve_out / (reserve_in * whole + in * kept)), with an overflow where
 *  the pair's balance would leave 112 bits.
 *
 *  Returns: FR_READY when every quote has its status, FR_UNSUPPORTED, or a negative fr_status.
 *  Out:     quotes:         one per request
 *           quotes_cap:     at least request_count
 *  In:      requests:       in any order
 *           request_count:  how many
 */
FR_API int32_t fr_quote_v2_batch(
    fr_v2_quote *quotes, size_t quotes_cap,
    const fr_v2_request *requests, size_t request_count);

/** A stop of a walk over a concentrated pool's ranges. 48 bytes, no padding. */
typedef struct fr_v3_stop {
    fr_u256 price;            /**< square root of token 1 per token 0, Q64.96; above 0, below 2^160 */
    uint64_t net[2];          /**< what passing it upwards adds to the liquidity, signed, the low limb first; 0 where no tick is */
} fr_v3_stop;

/** One exact-input quote of a concentrated pool. The stops are those where the contract's loop stops: initialised ticks, the
 *  ends of bitmap words (every stop rounds) and at last the limit. 96 bytes, no padding. */
typedef struct fr_v3_request {
    fr_u256 amount_in;        /**< units that go in */
    fr_u256 price;            /**< where the walk starts, as in fr_v3_stop */
    uint64_t liquidity[2];    /**< active there, the low limb first */
    uint32_t fee_pips;        /**< fee on the input, in millionths; below 1000000 */
    int32_t sells_token0;     /**< not zero: token 0 goes in and the price falls */
    int32_t first_stop;       /**< of the request, in the array of stops, which requests may share */
    int32_t stop_count;       /**< in the order of the walk */
} fr_v3_request;

/** Its answer. 72 bytes, no padding. */
typedef struct fr_v3_quote {
    fr_u256 amount_out;       /**< units that come out; 0 after an overflow or a bad request, and so is what follows */
    fr_u256 amount_in_used;   /**< units that go in, fee included: less than asked where the stops end before */
    int32_t status;           /**< fr_quote_status */
    int32_t stops_passed;     /**< of the request's */
} fr_v3_quote;

/** Quotes concentrated pools by the loop of UniswapV3Pool.swap over given stops, step by step with the contract's roundings.
 *
 *  Returns: FR_READY when every quote has its status, FR_UNSUPPORTED, or a negative fr_status.
 *  Out:     quotes:         one per request; FR_QUOTE_BAD_REQUEST also where a stop on the way is out of range or behind
 *           quotes_cap:     at least request_count
 *  In:      requests:       in any order
 *           request_count:  how many
 *           stops:          of all requests
 *           stop_count:     how many
 */
FR_API int32_t fr_quote_v3_batch(
    fr_v3_quote *quotes, size_t quotes_cap,
    const fr_v3_request *requests, size_t request_count,
    const fr_v3_stop *stops, size_t stop_count);

/* ---- baskets ---- */

/** Ranges of a basket problem. */
#define FR_DUAL_MAX_TOKENS 512
#define FR_DUAL_MAX_EDGES 65536
#define FR_DUAL_MAX_SEGMENTS 1048576

/** Positive answers of fr_dual_solve. */
#define FR_DUAL_EXACT 3       /**< the pools' own trades at the prices balance, to a merit of 1e-10; eps and over follow from each other */
#define FR_DUAL_APPROACHED 4  /**< pools are so deep that prices alone do not tell the trades: over holds trades that balance */
#define FR_DUAL_UNFINISHED 5  /**< the iterations were used up; eps is the best found, still a valid bound */

/** Goals. */
#define FR_DUAL_TARGET_WEIGHTS 1
#define FR_DUAL_TRACKING_ERROR 2
#define FR_DUAL_MOST_OF_ONE 3

/** The ways of an edge. */
#define FR_DUAL_WAY_AB 1
#define FR_DUAL_WAY_BA 2

/** One token of a basket. Values are shares of the portfolio at reference prices. 24 bytes. */
typedef struct fr_dual_token {
    double held;    /**< value held; not negative */
    double weight;  /**< target weight; not negative */
    double owed;    /**< value that must be left; for FR_DUAL_MOST_OF_ONE */
} fr_dual_token;

/** A pair of tokens that one pool trades, both ways. A way without segments has kappa -1. 40 bytes. */
typedef struct fr_dual_edge {
    double kappa_ab;  /**< kappa of the first segment of selling a for b */
    double kappa_ba;
    int32_t a, b;
    int32_t first_ab, count_ab;  /**< segments of selling a for b */
    int32_t first_ba, count_ba;
} fr_dual_edge;

/** One hyperbola of a way: out = rate x / (1 + x / depth) until 1 + x / depth has grown to 1 + cap. Prices p are the reference prices
 *  per base unit. 40 bytes. */
typedef struct fr_dual_segment {
    double kappa;      /**< sqrt(rate p_out / p_in) - 1; above -1 */
    double log_kappa;  /**< ln(1 + kappa) */
    double root;       /**< depth sqrt(rate p_in p_out); above 0 */
    double cap;        /**< largest growth less one; DBL_MAX for an endless segment */
    double log_cap;    /**< ln(1 + cap); DBL_MAX for an endless segment */
} fr_dual_segment;

/** What is asked of fr_dual_solve. 40 bytes. */
typedef struct fr_dual_query {
    double scale;            /**< one over the portfolio's value */
    double aversion;         /**< of FR_DUAL_TRACKING_ERROR; above 0 for the others too */
    double tolerance;        /**< merit, about twice the gap, at which to stop */
    int32_t goal;
    int32_t kept;            /**< token whose amount is to be largest, for FR_DUAL_MOST_OF_ONE */
    int32_t max_iterations;  /**< 1 to 10000 */
    int32_t keep_factor;     /**< not 0: eps and the workspace are as the last call left them, and little has changed since */
} fr_dual_query;

/** 32 bytes. */
typedef struct fr_dual_result {
    double merit;        /**< how far the trades at eps are from balance; about twice the gap */
    uint64_t trace;      /**< hash of every number that steered the iteration, and of eps */
    int32_t iterations;  /**< steps made */
    int32_t evaluations; /**< passes over the edges */
    int32_t factorings;  /**< matrices factored */
    int32_t reserved;
} fr_dual_result;

/** Doubles of workspace that fr_dual_solve needs.
 *
 *  Returns: the count, or 0 when an argument is outside its range.
 */
FR_API size_t fr_dual_workspace_size(size_t token_count, size_t edge_count, size_t segment_count);

/** Finds the prices at which a basket trades best. Token i is then worth (1 + eps[i])^2 times its reference price to the goal.
 *
 *  Returns: FR_DUAL_EXACT, FR_DUAL_APPROACHED, FR_DUAL_UNFINISHED, or a negative fr_status. Numbers of edges and segments that are
 *           no sound numbers give an answer without meaning.
 *  Out:     result:     how it went
 *           over:       growth less one of every segment: depth times it goes in
 *           over_cap:   segment_count, or 0 where the trades are not wanted
 *  InOut:   eps:        in: where to begin, above -1, zeros without a better guess; out: the prices
 *           eps_len:    token_count
 *           workspace:  one per problem; what it holds matters only with keep_factor
 *           workspace_len: at least fr_dual_workspace_size doubles
 *  In:      tokens, edges, segments: the problem
 *           closed:     one byte per edge, the sum of the ways that are not to be used
 *           closed_count: edge_count, or 0 when nothing is closed
 *           query:      the question
 */
FR_API int32_t fr_dual_solve(
    fr_dual_result *result,
    double *over, size_t over_cap,
    double *eps, size_t eps_len,
    double *workspace, size_t workspace_len,
    const fr_dual_token *tokens, size_t token_count,
    const fr_dual_edge *edges, size_t edge_count,
    const fr_dual_segment *segments, size_t segment_count,
    const uint8_t *closed, size_t closed_count,
    const fr_dual_query *query);

#ifdef __cplusplus
}
#endif

#endif /* FASTREBALANCE_H */
