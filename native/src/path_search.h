#ifndef FR_PATH_SEARCH_H
#define FR_PATH_SEARCH_H

/* Best paths for one amount over a prepared graph, by branch and bound.
 *
 * Both sides of a question are one search. The origin is the end where the amount is known, the goal is the other one:
 * source and target for an exact input, target and source for an exact output. What an asset can hold at most (or must
 * hold at least) after exactly h edges from the origin follows from its neighbours' figures for h - 1 edges, since every
 * edge's function grows with the amount. Those figures are made where they are asked for and kept for the query.
 *
 * The search then walks from the goal back to the origin. Edges compose: rate * x / (1 + drag * x) after
 * rate' * x / (1 + drag' * x) is such a function again. So the edges walked so far, applied to the figure of the asset
 * they start from, bound every path that ends in them; and the bound is the very value of the best such path unless that
 * path meets itself. Depth first, most promising edge first, the search turns back where a bound does not reach the worst
 * path it still keeps.
 *
 * Nothing here depends on which query came before: a change of an edge is two writes.
 *
 * Every arithmetic expression here has its twin, written in the same order, in
 * src/FastRebalance.Routing/Paths/PathBranchAndBound.cs: change both or neither. */

#include <float.h>
#include <math.h>
#include <string.h>

#include "../include/fastrebalance.h"
#include "path_graph.h"

#if defined(FLT_EVAL_METHOD) && FLT_EVAL_METHOD != 0
#  error "the twins agree only where doubles are computed as doubles; on 32-bit x86 compile with -msse2 -mfpmath=sse"
#endif

/* Lifts a bound above the rounding of what it is compared with. A path of FR_MAX_HOPS hops and its bound round fewer than
 * 40 times, by at most 2^-53 each and never below the normal numbers (FR_MAGNITUDE_MAX), together under 5e-15. For exact
 * output each rounding is as if a rate had been another one by as much, hence the slack on the rate there. */
#ifndef FR_BOUND_SLACK
#  define FR_BOUND_SLACK (1.0 + 1e-12)
#endif

/* A figure that nobody has asked for yet; 0 stands for an asset out of reach. */
#define FR_UNKNOWN (-1.0)

typedef struct fr_path_search {
    /* The question. */
    const uint8_t *blocked_pools; /* NULL: nothing is blocked */
    int32_t asset_count;
    int32_t origin;
    int32_t goal;
    int32_t max_hops;
    int32_t max_paths;
    int32_t is_exact_out;
    double amount;
    double gas_price;

    /* The graph as seen from the origin: the rows that lead away from it, and those that lead back. */
    const fr_row_edge *away;
    const fr_row_edge *back;
    const int32_t *away_start;
    const int32_t *back_start;

    /* [edges from the origin][asset], and for each asset where its edges begin in the origin's row, -1 where it has none. */
    double *reach;
    uint64_t *least_gas;
    int32_t *first_edge;

    /* The edges worth walking from an asset of the path, in that asset's part of the back rows, as a heap. */
    double *heap_bound;
    int32_t *heap_edge;

    /* The edges walked, from the goal on, and the best paths so far in order; worst is the score a newcomer has to reach. */
    const fr_row_edge *walked[FR_MAX_HOPS];
    int32_t path[FR_MAX_HOPS];
    int32_t *paths;
    double *scores; /* what a path brings, or minus what it costs: more is better */
    int32_t count;
    double worst;
} fr_path_search;

/* Where the parts of the scratch lie, in bytes from its start; the 8-byte parts come first, so all are aligned. */
typedef struct fr_scratch_layout {
    size_t reach, least_gas, heap_bound, heap_edge, first_edge, size;
} fr_scratch_layout;

static fr_scratch_layout fr_scratch_layout_of(size_t edge_count, int32_t asset_count, int32_t max_hops)
{
    const size_t cells = (size_t)asset_count * (size_t)max_hops;
    fr_scratch_layout at;
    at.reach = 0;
    at.least_gas = at.reach + cells * sizeof(double);
    at.heap_bound = at.least_gas + cells * sizeof(uint64_t);
    at.heap_edge = at.heap_bound + edge_count * sizeof(double);
    at.first_edge = at.heap_edge + edge_count * sizeof(int32_t);
    at.size = at.first_edge + (size_t)asset_count * sizeof(int32_t);
    at.size = (at.size + 7) / 8 * 8;
    return at;
}

/* ---- checks ---- */

static int32_t fr_check_query(const fr_path_query *q, const fr_graph *g, size_t blocked_count)
{
    if (q->max_hops < 1 || q->max_hops > FR_MAX_HOPS || q->max_paths < 1 || q->max_paths > FR_MAX_PATHS
        || (blocked_count != 0 && blocked_count != (size_t)g->pool_count))
        return FR_BAD_LIMIT;
    if (!fr_is_index(q->source, g->asset_count) || !fr_is_index(q->target, g->asset_count))
        return FR_BAD_INDEX;
    if (q->source == q->target)
        return FR_SAME_ASSET;
    if (!fr_is_magnitude(q->amount) || !(q->gas_price == 0.0 || fr_is_magnitude(q->gas_price)))
        return FR_BAD_NUMBER;
    return FR_FOUND;
}

/* ---- one edge, and edges in a row ---- */

/* What the far end holds, seen from the origin: the output for an input, or the input for an output; 0 where that cannot
 * be. An edge that is left out has rate and depth 0 and comes to 0 by itself. */
static double fr_edge_pass(const fr_path_search *s, const fr_row_edge *e, double amount)
{
    double room;
    if (!s->is_exact_out)
        return e->rate * amount * e->depth / (e->depth + amount);
    room = e->rate * e->depth - amount;
    return room > 0.0 ? amount * e->depth / room : 0.0;
}

/* Edges walked so far as one function, rate * x / (1 + drag * x) in the direction of the trade. */
typedef struct fr_chain {
    double rate, drag;
} fr_chain;

static fr_chain fr_chain_extend(const fr_path_search *s, fr_chain chain, const fr_row_edge *e)
{
    fr_chain longer;
    longer.rate = chain.rate * e->rate;
    longer.drag = s->is_exact_out ? chain.drag + chain.rate * e->depth_inverse : e->depth_inverse + chain.drag * e->rate;
    return longer;
}

/* No path that starts with `amount` at the chain's near end and uses `gas` in all can score above this. */
static double fr_chain_bound(const fr_path_search *s, fr_chain chain, double amount, uint64_t gas)
{
    double room;
    if (!s->is_exact_out)
        return chain.rate * amount / (1.0 + chain.drag * amount) * FR_BOUND_SLACK - (double)gas * s->gas_price;
    room = chain.rate * FR_BOUND_SLACK - chain.drag * amount;
    return room > 0.0 ? -(amount / room / FR_BOUND_SLACK + (double)gas * s->gas_price) : -INFINITY;
}

static int fr_is_open(const fr_path_search *s, const fr_row_edge *e)
{
    return e->rate != 0.0 && (s->blocked_pools == NULL || s->blocked_pools[e->pool] == 0);
}

/* ---- what an asset can hold so many edges from the origin ---- */

static void fr_path_init(fr_path_search *s, int32_t *paths, double *values, void *scratch,
                         const fr_graph *g, const uint8_t *blocked_pools, const fr_path_query *q, int32_t is_exact_out)
{
    const fr_scratch_layout at = fr_scratch_layout_of((size_t)g->edge_count, g->asset_count, q->max_hops);
    unsigned char *base = scratch;
    s->blocked_pools = blocked_pools;
    s->asset_count = g->asset_count;
    s->origin = is_exact_out ? q->target : q->source;
    s->goal = is_exact_out ? q->source : q->target;
    s->max_hops = q->max_hops;
    s->max_paths = q->max_paths;
    s->is_exact_out = is_exact_out;
    s->amount = q->amount;
    s->gas_price = q->gas_price;
    s->away = is_exact_out ? g->in : g->out;
    s->back = is_exact_out ? g->out : g->in;
    s->away_start = is_exact_out ? g->in_start : g->out_start;
    s->back_start = is_exact_out ? g->out_start : g->in_start;
    s->reach = (double *)(void *)(base + at.reach);
    s->least_gas = (uint64_t *)(void *)(base + at.least_gas);
    s->heap_bound = (double *)(void *)(base + at.heap_bound);
    s->heap_edge = (int32_t *)(void *)(base + at.heap_edge);
    s->first_edge = (int32_t *)(void *)(base + at.first_edge);
    s->paths = paths;
    s->scores = values;
    s->count = 0;
    s->worst = -DBL_MAX;
}

static void fr_path_keep(const fr_path_search *s, size_t cell, double amount, uint64_t gas)
{
    double *reach = s->reach + cell;
    uint64_t *least_gas = s->least_gas + cell;
    if (*reach <= 0.0) {
        *reach = amount;
        *least_gas = gas;
        return;
    }
    if (s->is_exact_out ? amount < *reach : amount > *reach)
        *reach = amount;
    if (gas < *least_gas)
        *least_gas = gas;
}

/* The assets one edge from the origin. Neither the origin nor the goal is between a path's ends: both stay out of reach. */
static void fr_path_leave_origin(fr_path_search *s)
{
    const size_t assets = (size_t)s->asset_count;
    double *reach = s->reach + assets; /* row 0 would be the origin alone and is never looked at */
    int32_t hops, i;

    for (i = 0; i < s->asset_count; i++)
        s->first_edge[i] = -1;
    if (s->max_hops > 1)
        memset(reach, 0, assets * sizeof(double)); /* all bits zero is 0.0 in binary64 */
    for (hops = 2; hops < s->max_hops; hops++) {
        double *row = s->reach + (size_t)hops * assets;
        for (i = 0; i < s->asset_count; i++)
            row[i] = FR_UNKNOWN;
        row[s->origin] = 0.0;
        row[s->goal] = 0.0;
    }

    for (i = s->away_start[s->origin]; i < s->away_start[s->origin + 1]; i++) {
        const fr_row_edge *e = &s->away[i];
        double amount;
        if (s->first_edge[e->other] < 0)
            s->first_edge[e->other] = i;
        if (s->max_hops == 1 || e->other == s->goal || !fr_is_open(s, e))
            continue;
        amount = fr_edge_pass(s, e, s->amount);
        if (amount != 0.0)
            fr_path_keep(s, assets + (size_t)e->other, amount, e->gas);
    }
}

/* The most (or least) that `asset` holds after exactly so many edges, one or more, from the origin; 0 out of reach. A walk
 * may meet itself here, so this bounds what paths do. Recursion is FR_MAX_HOPS deep. */
static double fr_path_reach(fr_path_search *s, int32_t hops, int32_t asset)
{
    const size_t cell = (size_t)hops * (size_t)s->asset_count + (size_t)asset;
    int32_t i;
    if (s->reach[cell] != FR_UNKNOWN)
        return s->reach[cell];

    s->reach[cell] = 0.0;
    for (i = s->back_start[asset]; i < s->back_start[asset + 1]; i++) {
        const fr_row_edge *e = &s->back[i];
        double before, amount;
        if (!fr_is_open(s, e))
            continue;
        before = fr_path_reach(s, hops - 1, e->other);
        if (before == 0.0)
            continue;
        amount = fr_edge_pass(s, e, before);
        if (amount != 0.0)
            fr_path_keep(s, cell, amount,
                         e->gas + s->least_gas[(size_t)(hops - 1) * (size_t)s->asset_count + (size_t)e->other]);
    }
    return s->reach[cell];
}

/* ---- the best paths ---- */

static int fr_path_comes_before(const int32_t *a, const int32_t *b, int32_t hops)
{
    int32_t i;
    for (i = 0; i < hops; i++)
        if (a[i] != b[i])
            return a[i] < b[i];
    return 0;
}

/* Keeps the path in s->path when it is among the best so far. */
static void fr_path_offer(fr_path_search *s, double score)
{
    const int32_t hops = s->max_hops;
    int32_t at = s->count;

    while (at > 0 && (score > s->scores[at - 1]
           || (score == s->scores[at - 1] && fr_path_comes_before(s->path, s->paths + (size_t)(at - 1) * (size_t)hops, hops))))
        at--;
    if (at == s->max_paths)
        return;

    if (s->count < s->max_paths)
        s->count++;
    memmove(s->scores + at + 1, s->scores + at, (size_t)(s->count - 1 - at) * sizeof(double));
    memmove(s->paths + (size_t)(at + 1) * (size_t)hops, s->paths + (size_t)at * (size_t)hops,
            (size_t)(s->count - 1 - at) * (size_t)hops * sizeof(int32_t));
    s->scores[at] = score;
    memcpy(s->paths + (size_t)at * (size_t)hops, s->path, (size_t)hops * sizeof(int32_t));
    if (s->count == s->max_paths)
        s->worst = s->scores[s->count - 1];
}

/* ---- heap: the greatest bound at the root ---- */

static void fr_heap_sink(double *bound, int32_t *edge, int32_t n, int32_t at)
{
    const double b = bound[at];
    const int32_t e = edge[at];
    for (;;) {
        int32_t child = 2 * at + 1;
        if (child >= n)
            break;
        if (child + 1 < n && bound[child + 1] > bound[child])
            child++;
        if (bound[child] <= b)
            break;
        bound[at] = bound[child];
        edge[at] = edge[child];
        at = child;
    }
    bound[at] = b;
    edge[at] = e;
}

static void fr_heap_make(double *bound, int32_t *edge, int32_t n)
{
    int32_t at;
    for (at = n / 2 - 1; at >= 0; at--)
        fr_heap_sink(bound, edge, n, at);
}

static void fr_heap_pop(double *bound, int32_t *edge, int32_t n)
{
    bound[0] = bound[n - 1];
    edge[0] = edge[n - 1];
    fr_heap_sink(bound, edge, n - 1, 0);
}

/* ---- search ---- */

static int fr_path_uses(const fr_path_search *s, int32_t depth, int32_t pool)
{
    int32_t i;
    for (i = 0; i < depth; i++)
        if (s->walked[i]->pool == pool)
            return 1;
    return 0;
}

static int fr_path_visits(const fr_path_search *s, int32_t depth, int32_t asset)
{
    int32_t i;
    for (i = 0; i < depth; i++)
        if (s->walked[i]->other == asset)
            return 1;
    return 0;
}

/* Writes down the path of the walked edges and `first`, the one at the origin, by the order of the trade; -1 after it. */
static void fr_path_write(fr_path_search *s, int32_t depth, const fr_row_edge *first)
{
    int32_t i;
    for (i = 0; i < depth; i++)
        s->path[s->is_exact_out ? i : depth - i] = s->walked[i]->index;
    s->path[s->is_exact_out ? depth : 0] = first->index;
    for (i = depth + 1; i < s->max_hops; i++)
        s->path[i] = -1;
}

/* The walk ends: every edge between the origin and `at` makes a path. Turning back needs a bound strictly below the worst
 * path kept, here and below: an equal score may still win by its edge indices. */
static void fr_path_close(fr_path_search *s, int32_t depth, int32_t at, fr_chain chain, uint64_t gas)
{
    int32_t i = s->first_edge[at];
    if (i < 0)
        return;
    for (; i < s->away_start[s->origin + 1] && s->away[i].other == at; i++) {
        const fr_row_edge *e = &s->away[i];
        const uint64_t gas_in_all = gas + e->gas;
        double amount;
        int32_t k;
        if (!fr_is_open(s, e) || fr_path_uses(s, depth, e->pool)
            || fr_chain_bound(s, fr_chain_extend(s, chain, e), s->amount, gas_in_all) < s->worst)
            continue;
        amount = fr_edge_pass(s, e, s->amount);
        for (k = depth - 1; k >= 0 && amount != 0.0; k--)
            amount = fr_edge_pass(s, s->walked[k], amount);
        if (amount == 0.0)
            continue;
        fr_path_write(s, depth, e);
        fr_path_offer(s, s->is_exact_out ? -(amount + (double)gas_in_all * s->gas_price)
                                         : amount - (double)gas_in_all * s->gas_price);
    }
}

/* Walks on from `at`, `depth` edges from the goal, over all paths that have exactly `left` edges more. Recursion is
 * FR_MAX_HOPS deep; the assets of a path differ, so the levels' heaps lie apart. */
static void fr_path_walk(fr_path_search *s, int32_t depth, int32_t at, int32_t left, fr_chain chain, uint64_t gas)
{
    const int32_t start = s->back_start[at];
    const uint64_t *least_gas = s->least_gas + (size_t)(left - 1) * (size_t)s->asset_count;
    double *bounds = s->heap_bound + start;
    int32_t *edges = s->heap_edge + start;
    int32_t i, n = 0;

    if (left == 1) {
        fr_path_close(s, depth, at, chain, gas);
        return;
    }
    for (i = start; i < s->back_start[at + 1]; i++) {
        const fr_row_edge *e = &s->back[i];
        double amount, bound;
        if (!fr_is_open(s, e) || fr_path_uses(s, depth, e->pool) || fr_path_visits(s, depth, e->other))
            continue;
        amount = fr_path_reach(s, left - 1, e->other);
        if (amount == 0.0)
            continue;
        bound = fr_chain_bound(s, fr_chain_extend(s, chain, e), amount, gas + e->gas + least_gas[e->other]);
        if (bound < s->worst)
            continue;
        bounds[n] = bound;
        edges[n] = i;
        n++;
    }
    fr_heap_make(bounds, edges, n);
    for (; n > 0 && bounds[0] >= s->worst; n--) {
        const fr_row_edge *e = &s->back[edges[0]];
        fr_heap_pop(bounds, edges, n);
        s->walked[depth] = e;
        fr_path_walk(s, depth + 1, e->other, left - 1, fr_chain_extend(s, chain, e), gas + e->gas);
    }
}

static void fr_path_run(fr_path_search *s)
{
    const fr_chain nothing = { 1.0, 0.0 };
    int32_t hops;
    fr_path_leave_origin(s);
    for (hops = 1; hops <= s->max_hops; hops++)
        fr_path_walk(s, 0, s->goal, hops, nothing, 0);
}

#endif /* FR_PATH_SEARCH_H */
