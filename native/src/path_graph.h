#ifndef FR_PATH_GRAPH_H
#define FR_PATH_GRAPH_H

/* The graph of a path search in the caller's memory: every edge twice, in the row of the asset it sells and in the row of
 * the asset it buys. Which assets and pools the edges join is settled when the graph is built; rates, depths and gas change
 * in place. Checked once, when they come in, so that a query checks nothing but itself.
 *
 * The twin is src/FastRebalance.Routing/Paths/PathGraph.cs. */

#include <string.h>

#include "../include/fastrebalance.h"

typedef struct fr_row_edge {
    double rate;          /* 0 where the edge is left out, and so is the depth then */
    double depth;
    double depth_inverse; /* 1 / depth, or 0 */
    int32_t other;        /* the asset at the far end: bought in an out row, sold in an in row */
    int32_t pool;
    int32_t index;        /* of the edge, as the caller counts */
    uint32_t gas;
} fr_row_edge;

/* The start of the caller's memory. The mark tells memory that fr_path_graph_build has not written. */
typedef struct fr_graph_head {
    uint64_t mark;
    int32_t edge_count, asset_count, pool_count, unused;
} fr_graph_head;

#define FR_GRAPH_MARK 0x6672206772617068u /* "fr graph" */

/* The parts of the caller's memory. A row's edges stand by their far end, those with the same far end by their index. */
typedef struct fr_graph {
    fr_row_edge *out, *in;
    int32_t *out_start, *in_start; /* [asset]: where its row begins; one more at the end */
    int32_t *out_at, *in_at;       /* [edge]: where it stands */
    int32_t edge_count, asset_count, pool_count;
} fr_graph;

/* ---- checks ---- */

static int fr_graph_in_limits(size_t edge_count, int32_t asset_count, int32_t pool_count)
{
    return edge_count <= FR_MAX_EDGES
        && asset_count >= 2 && asset_count <= FR_MAX_ASSETS
        && pool_count >= 0 && pool_count <= FR_MAX_POOLS;
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

/* Both in range, or both zero for an edge that is left out. */
static int fr_is_curve(double rate, double depth)
{
    return (rate == 0.0 && depth == 0.0) || (fr_is_magnitude(rate) && fr_is_magnitude(depth));
}

static int32_t fr_check_edges(const fr_edge *edges, size_t edge_count, int32_t asset_count, int32_t pool_count)
{
    size_t i;
    for (i = 0; i < edge_count; i++) {
        const fr_edge *e = &edges[i];
        if (!fr_is_index(e->from, asset_count) || !fr_is_index(e->to, asset_count) || e->from == e->to
            || !fr_is_index(e->pool, pool_count))
            return FR_BAD_INDEX;
        if (!fr_is_curve(e->rate, e->depth))
            return FR_BAD_NUMBER;
    }
    return FR_READY;
}

static int32_t fr_check_changes(const fr_edge_change *changes, size_t change_count, const fr_graph *g)
{
    size_t i;
    for (i = 0; i < change_count; i++) {
        if (!fr_is_index(changes[i].edge, g->edge_count))
            return FR_BAD_INDEX;
        if (!fr_is_curve(changes[i].rate, changes[i].depth))
            return FR_BAD_NUMBER;
    }
    return FR_READY;
}

/* ---- memory ---- */

static size_t fr_graph_size_of(size_t edge_count, int32_t asset_count)
{
    const size_t rows = 2 * edge_count * sizeof(fr_row_edge);
    const size_t indices = 2 * ((size_t)asset_count + 1) + 2 * edge_count;
    return sizeof(fr_graph_head) + rows + indices * sizeof(int32_t); /* an even number of indices: a multiple of 8 */
}

static void fr_graph_lay_out(fr_graph *g, void *memory, int32_t edge_count, int32_t asset_count, int32_t pool_count)
{
    const size_t edges = (size_t)edge_count;
    const size_t starts = (size_t)asset_count + 1;
    g->out = (fr_row_edge *)(void *)((unsigned char *)memory + sizeof(fr_graph_head));
    g->in = g->out + edges;
    g->out_start = (int32_t *)(void *)(g->in + edges);
    g->in_start = g->out_start + starts;
    g->out_at = g->in_start + starts;
    g->in_at = g->out_at + edges;
    g->edge_count = edge_count;
    g->asset_count = asset_count;
    g->pool_count = pool_count;
}

/* Finds the parts of a graph that was built; false for other memory. Only reads it, and lets the parts be written for
 * those who were given the memory to write. */
static int fr_graph_open(fr_graph *g, const void *memory, size_t len)
{
    const fr_graph_head *head = memory;
    if (len < sizeof(fr_graph_head) || head->mark != FR_GRAPH_MARK || head->edge_count < 0
        || !fr_graph_in_limits((size_t)head->edge_count, head->asset_count, head->pool_count)
        || len < fr_graph_size_of((size_t)head->edge_count, head->asset_count))
        return 0;
    fr_graph_lay_out(g, (void *)(uintptr_t)memory, head->edge_count, head->asset_count, head->pool_count);
    return 1;
}

/* ---- building ---- */

static void fr_row_set(fr_row_edge *e, double rate, double depth, uint32_t gas)
{
    e->rate = rate;
    e->depth = depth;
    e->depth_inverse = depth == 0.0 ? 0.0 : 1.0 / depth;
    e->gas = gas;
}

/* Makes of counts the ends of the rows; whoever fills the rows from behind brings them to the starts. */
static void fr_rows_end(int32_t *start, int32_t asset_count)
{
    int32_t i;
    for (i = 0; i < asset_count; i++)
        start[i + 1] += start[i];
}

static void fr_rows_count(fr_graph *g, const fr_edge *edges)
{
    const size_t size = ((size_t)g->asset_count + 1) * sizeof(int32_t);
    int32_t i;
    memset(g->out_start, 0, size);
    memset(g->in_start, 0, size);
    for (i = 0; i < g->edge_count; i++) {
        g->out_start[edges[i].from]++;
        g->in_start[edges[i].to]++;
    }
    fr_rows_end(g->out_start, g->asset_count);
    fr_rows_end(g->in_start, g->asset_count);
}

/* Two stable counting sorts: by the asset sold, and then those by the asset bought. */
static void fr_graph_fill(fr_graph *g, const fr_edge *edges)
{
    int32_t i;
    fr_rows_count(g, edges);
    for (i = g->edge_count - 1; i >= 0; i--) /* for now only which edge stands where */
        g->in_at[--g->out_start[edges[i].from]] = i;
    for (i = g->edge_count - 1; i >= 0; i--) {
        const int32_t edge = g->in_at[i];
        g->out_at[--g->in_start[edges[edge].to]] = edge;
    }

    for (i = 0; i < g->edge_count; i++) {
        const int32_t edge = g->out_at[i];
        const fr_edge *e = &edges[edge];
        fr_row_edge *row = &g->in[i];
        row->other = e->from;
        row->pool = e->pool;
        row->index = edge;
        fr_row_set(row, e->rate, e->depth, e->gas);
    }

    /* The in rows stand by asset bought and index: a stable sort by asset sold gives the out rows the same order. */
    fr_rows_count(g, edges);
    for (i = g->edge_count - 1; i >= 0; i--) {
        const int32_t edge = g->in[i].index;
        const int32_t slot = --g->out_start[edges[edge].from];
        g->out[slot] = g->in[i];
        g->out[slot].other = edges[edge].to;
        --g->in_start[edges[edge].to];
    }
    for (i = 0; i < g->edge_count; i++) {
        g->in_at[g->in[i].index] = i;
        g->out_at[g->out[i].index] = i;
    }
}

static void fr_graph_change(fr_graph *g, const fr_edge_change *c)
{
    fr_row_set(&g->out[g->out_at[c->edge]], c->rate, c->depth, c->gas);
    fr_row_set(&g->in[g->in_at[c->edge]], c->rate, c->depth, c->gas);
}

#endif /* FR_PATH_GRAPH_H */
