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
 * 5. Floating point is binary64 with + - * / alone, in the order written, without contraction: the managed twin gives
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
    FR_READY = 3,              /**< the graph is built or changed as asked */
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

#ifdef __cplusplus
}
#endif

#endif /* FASTREBALANCE_H */
