#ifndef FR_PATH_SEARCH_H
#define FR_PATH_SEARCH_H

/* Best paths for one amount, by branch and bound.
 *
 * out_e(x) = rate * x * depth / (depth + x) never exceeds rate * x. The product of the rates of the edges still to come
 * therefore bounds what an amount can become, and a backward pass from the target gives the largest such product for
 * every asset and every number of edges left. The search goes depth first, dearest bound first, and turns back where
 * the bound does not reach the worst path it still keeps.
 *
 * Every arithmetic expression here has its twin, written in the same order, in
 * src/FastRebalance.Engine/Routing/PathSearch/ManagedPathSearch.cs: change both or neither. */

#include <float.h>
#include <string.h>

#include "../include/fastrebalance.h"

#if defined(FLT_EVAL_METHOD) && FLT_EVAL_METHOD != 0
#  error "the twins agree only where doubles are computed as doubles; on 32-bit x86 compile with -msse2 -mfpmath=sse"
#endif

/* Lifts a bound above the rounding of the products it is compared with. A path of FR_MAX_HOPS hops rounds fewer than
 * 40 times, by at most 2^-53 each and never below the normal numbers (FR_MAGNITUDE_MAX), together under 5e-15. */
#ifndef FR_BOUND_SLACK
#  define FR_BOUND_SLACK (1.0 + 1e-12)
#endif

typedef struct fr_path_search {
    /* The question. */
    const fr_edge *edges;
    const uint8_t *blocked_pools; /* NULL: nothing is blocked */
    int32_t edge_count;
    int32_t asset_count;
    int32_t source;
    int32_t target;
    int32_t max_hops;
    int32_t max_paths;
    double amount_in;
    double gas_price;

    /* What the backward pass found, [edges left][asset]: the largest product of rates to the target, 0 where the target
     * is out of reach, and the least gas. The two need not belong to the same path: both are bounds. */
    double *best_rate;
    uint64_t *least_gas;

    /* The edges worth trying, one row per asset, each row by falling reach. */
    double *row_reach;   /* rate times best_rate behind the edge, with as many edges left as there can be */
    int32_t *row_edge;
    int32_t *row_start;

    /* The path under way, and the best so far in order; worst is the value a newcomer has to reach. */
    int32_t path[FR_MAX_HOPS];
    int32_t *paths;
    double *values;
    int32_t count;
    double worst;
} fr_path_search;

/* Where the parts of the scratch lie, in bytes from its start; the 8-byte parts come first, so all are aligned. */
typedef struct fr_path_layout {
    size_t best_rate, least_gas, row_reach, row_edge, row_start, size;
} fr_path_layout;

static fr_path_layout fr_path_layout_of(size_t edge_count, int32_t asset_count, int32_t max_hops)
{
    const size_t cells = (size_t)asset_count * (size_t)max_hops;
    fr_path_layout at;
    at.best_rate = 0;
    at.least_gas = at.best_rate + cells * sizeof(double);
    at.row_reach = at.least_gas + cells * sizeof(uint64_t);
    at.row_edge = at.row_reach + edge_count * sizeof(double);
    at.row_start = at.row_edge + edge_count * sizeof(int32_t);
    at.size = at.row_start + ((size_t)asset_count + 1) * sizeof(int32_t);
    at.size = (at.size + 7) / 8 * 8;
    return at;
}

/* ---- checks ---- */

static int fr_graph_in_limits(size_t edge_count, int32_t asset_count, int32_t max_hops)
{
    return edge_count <= FR_MAX_EDGES
        && asset_count >= 2 && asset_count <= FR_MAX_ASSETS
        && max_hops >= 1 && max_hops <= FR_MAX_HOPS;
}

/* False for NaN as well: every comparison with it is. */
static int fr_is_magnitude(double x)
{
    return x >= FR_MAGNITUDE_MIN && x <= FR_MAGNITUDE_MAX;
}

static int fr_is_index(int32_t i, int32_t count)
{
    return i >= 0 && i < count;
}

static int32_t fr_check_query(const fr_path_query *q, size_t edge_count, size_t blocked_count)
{
    if (!fr_graph_in_limits(edge_count, q->asset_count, q->max_hops)
        || q->max_paths < 1 || q->max_paths > FR_MAX_PATHS
        || q->pool_count < 0 || q->pool_count > FR_MAX_POOLS
        || (blocked_count != 0 && blocked_count != (size_t)q->pool_count))
        return FR_BAD_LIMIT;
    if (!fr_is_index(q->source, q->asset_count) || !fr_is_index(q->target, q->asset_count))
        return FR_BAD_INDEX;
    if (q->source == q->target)
        return FR_SAME_ASSET;
    if (!fr_is_magnitude(q->amount_in) || !(q->gas_price_in_target == 0.0 || fr_is_magnitude(q->gas_price_in_target)))
        return FR_BAD_NUMBER;
    return FR_FOUND;
}

static int32_t fr_check_edges(const fr_edge *edges, size_t edge_count, const fr_path_query *q)
{
    size_t i;
    for (i = 0; i < edge_count; i++) {
        const fr_edge *e = &edges[i];
        if (!fr_is_index(e->from, q->asset_count) || !fr_is_index(e->to, q->asset_count) || e->from == e->to
            || !fr_is_index(e->pool, q->pool_count))
            return FR_BAD_INDEX;
        if (!fr_is_magnitude(e->rate) || !fr_is_magnitude(e->depth))
            return FR_BAD_NUMBER;
    }
    return FR_FOUND;
}

/* ---- set-up: O(edges) passes, no search yet ---- */

static void fr_path_init(fr_path_search *s, int32_t *paths, double *values, void *scratch,
                         const fr_edge *edges, int32_t edge_count, const uint8_t *blocked_pools, const fr_path_query *q)
{
    const fr_path_layout at = fr_path_layout_of((size_t)edge_count, q->asset_count, q->max_hops);
    unsigned char *base = scratch;
    s->edges = edges;
    s->blocked_pools = blocked_pools;
    s->edge_count = edge_count;
    s->asset_count = q->asset_count;
    s->source = q->source;
    s->target = q->target;
    s->max_hops = q->max_hops;
    s->max_paths = q->max_paths;
    s->amount_in = q->amount_in;
    s->gas_price = q->gas_price_in_target;
    s->best_rate = (double *)(void *)(base + at.best_rate);
    s->least_gas = (uint64_t *)(void *)(base + at.least_gas);
    s->row_reach = (double *)(void *)(base + at.row_reach);
    s->row_edge = (int32_t *)(void *)(base + at.row_edge);
    s->row_start = (int32_t *)(void *)(base + at.row_start);
    s->paths = paths;
    s->values = values;
    s->count = 0;
    s->worst = -DBL_MAX;
}

/* A path ends at its first sight of the target and never comes back to the source. */
static int fr_path_is_open(const fr_path_search *s, const fr_edge *e)
{
    return e->from != s->target && e->to != s->source
        && (s->blocked_pools == NULL || s->blocked_pools[e->pool] == 0);
}

static void fr_path_measure_reach(fr_path_search *s)
{
    const size_t assets = (size_t)s->asset_count;
    int32_t left, i;

    memset(s->best_rate, 0, assets * sizeof(double)); /* all bits zero is 0.0 in binary64 */
    memset(s->least_gas, 0, assets * sizeof(uint64_t));
    s->best_rate[s->target] = 1.0;

    for (left = 1; left < s->max_hops; left++) {
        const double *rate_before = s->best_rate + (size_t)(left - 1) * assets;
        const uint64_t *gas_before = s->least_gas + (size_t)(left - 1) * assets;
        double *rate = s->best_rate + (size_t)left * assets;
        uint64_t *gas = s->least_gas + (size_t)left * assets;
        memcpy(rate, rate_before, assets * sizeof(double));
        memcpy(gas, gas_before, assets * sizeof(uint64_t));
        for (i = 0; i < s->edge_count; i++) {
            const fr_edge *e = &s->edges[i];
            double through;
            uint64_t gas_through;
            if (rate_before[e->to] == 0.0 || !fr_path_is_open(s, e))
                continue;
            through = e->rate * rate_before[e->to];
            gas_through = e->gas + gas_before[e->to];
            if (rate[e->from] == 0.0 || gas_through < gas[e->from])
                gas[e->from] = gas_through;
            if (through > rate[e->from])
                rate[e->from] = through;
        }
    }
}

/* Best reach first; equal reach by edge index, so that the order is one and the same everywhere. */
static int fr_row_before(double reach_a, int32_t edge_a, double reach_b, int32_t edge_b)
{
    return reach_a > reach_b || (reach_a == reach_b && edge_a < edge_b);
}

/* Shell sort: in place, short, and quick on the few dozen edges an asset has. */
static void fr_row_sort(double *reach, int32_t *edge, int32_t n)
{
    static const int32_t gaps[] = { 29524, 9841, 3280, 1093, 364, 121, 40, 13, 4, 1 };
    size_t g;
    for (g = 0; g < sizeof(gaps) / sizeof(gaps[0]); g++) {
        const int32_t gap = gaps[g];
        int32_t i;
        for (i = gap; i < n; i++) {
            const double r = reach[i];
            const int32_t e = edge[i];
            int32_t j = i;
            for (; j >= gap && fr_row_before(r, e, reach[j - gap], edge[j - gap]); j -= gap) {
                reach[j] = reach[j - gap];
                edge[j] = edge[j - gap];
            }
            reach[j] = r;
            edge[j] = e;
        }
    }
}

/* Counting sort by asset, then each row by reach. Edges that cannot be on a path are left out for good. */
static void fr_path_build_rows(fr_path_search *s)
{
    const double *behind = s->best_rate + (size_t)(s->max_hops - 1) * (size_t)s->asset_count;
    int32_t *start = s->row_start;
    int32_t i;

    memset(start, 0, ((size_t)s->asset_count + 1) * sizeof(int32_t));
    for (i = 0; i < s->edge_count; i++)
        if (behind[s->edges[i].to] != 0.0 && fr_path_is_open(s, &s->edges[i]))
            start[s->edges[i].from]++;
    for (i = 0; i < s->asset_count; i++)
        start[i + 1] += start[i];

    /* start[a] is the end of row a now; filling from behind brings it to the row's start. */
    for (i = s->edge_count - 1; i >= 0; i--) {
        const fr_edge *e = &s->edges[i];
        if (behind[e->to] != 0.0 && fr_path_is_open(s, e)) {
            const int32_t slot = --start[e->from];
            s->row_edge[slot] = i;
            s->row_reach[slot] = e->rate * behind[e->to];
        }
    }
    for (i = 0; i < s->asset_count; i++)
        fr_row_sort(s->row_reach + start[i], s->row_edge + start[i], start[i + 1] - start[i]);
}

/* ---- search ---- */

static double fr_edge_out(const fr_edge *e, double amount)
{
    return e->rate * amount * e->depth / (e->depth + amount);
}

static int fr_path_comes_before(const int32_t *a, const int32_t *b, int32_t hops)
{
    int32_t i;
    for (i = 0; i < hops; i++)
        if (a[i] != b[i])
            return a[i] < b[i];
    return 0;
}

/* Keeps the path under way when it is among the best so far; its slots after the last edge hold -1. */
static void fr_path_offer(fr_path_search *s, double value)
{
    const int32_t hops = s->max_hops;
    int32_t at = s->count;

    while (at > 0 && (value > s->values[at - 1]
           || (value == s->values[at - 1] && fr_path_comes_before(s->path, s->paths + (size_t)(at - 1) * (size_t)hops, hops))))
        at--;
    if (at == s->max_paths)
        return;

    if (s->count < s->max_paths)
        s->count++;
    memmove(s->values + at + 1, s->values + at, (size_t)(s->count - 1 - at) * sizeof(double));
    memmove(s->paths + (size_t)(at + 1) * (size_t)hops, s->paths + (size_t)at * (size_t)hops,
            (size_t)(s->count - 1 - at) * (size_t)hops * sizeof(int32_t));
    s->values[at] = value;
    memcpy(s->paths + (size_t)at * (size_t)hops, s->path, (size_t)hops * sizeof(int32_t));
    if (s->count == s->max_paths)
        s->worst = s->values[s->count - 1];
}

static int fr_path_revisits(const fr_path_search *s, int32_t depth, const fr_edge *e)
{
    int32_t i;
    for (i = 0; i < depth; i++) {
        const fr_edge *taken = &s->edges[s->path[i]];
        if (taken->pool == e->pool || taken->to == e->to)
            return 1;
    }
    return 0;
}

/* Tries every edge that leaves `at`, the end of the path under way of `depth` edges. Recursion is FR_MAX_HOPS deep.
 * Turning back needs a bound strictly below the worst path kept: an equal value may still win by its edge indices. */
static void fr_path_extend(fr_path_search *s, int32_t depth, int32_t at, double amount, uint64_t gas)
{
    const size_t left = (size_t)(s->max_hops - 1 - depth);
    const double *rate_left = s->best_rate + left * (size_t)s->asset_count;
    const uint64_t *gas_left = s->least_gas + left * (size_t)s->asset_count;
    const double spent = (double)gas * s->gas_price;
    int32_t i;

    for (i = s->row_start[at]; i < s->row_start[at + 1]; i++) {
        const int32_t index = s->row_edge[i];
        const fr_edge *e = &s->edges[index];
        double out;
        uint64_t gas_then;

        if (amount * s->row_reach[i] * FR_BOUND_SLACK - spent < s->worst)
            return; /* reach falls along the row: nothing after this edge can do better */
        if (rate_left[e->to] == 0.0 || fr_path_revisits(s, depth, e))
            continue;

        out = fr_edge_out(e, amount);
        gas_then = gas + e->gas;
        if (out * rate_left[e->to] * FR_BOUND_SLACK - (double)(gas_then + gas_left[e->to]) * s->gas_price < s->worst)
            continue;

        s->path[depth] = index;
        if (e->to == s->target) {
            int32_t rest;
            for (rest = depth + 1; rest < s->max_hops; rest++)
                s->path[rest] = -1;
            fr_path_offer(s, out - (double)gas_then * s->gas_price);
        } else {
            fr_path_extend(s, depth + 1, e->to, out, gas_then);
        }
    }
}

#endif /* FR_PATH_SEARCH_H */
