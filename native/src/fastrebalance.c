/* The one compiled file: everything else is a header of static functions that it includes, so that a single compiler
 * command builds the library and nothing but the FR_API functions below can be seen from outside. */

#ifndef FR_BUILD
#  define FR_BUILD
#endif
#include "../include/fastrebalance.h"

#include "path_search.h"
#include "amm_quotes.h"
#include "basket_dual.h"

int32_t fr_abi_version(void)
{
    return FR_ABI_VERSION;
}

size_t fr_path_graph_size(size_t edge_count, int32_t asset_count)
{
    return fr_graph_in_limits(edge_count, asset_count, 0) ? fr_graph_size_of(edge_count, asset_count) : 0;
}

static int fr_is_aligned(const void *memory)
{
    return (uintptr_t)memory % sizeof(uint64_t) == 0;
}

int32_t fr_path_graph_build(
    void *graph, size_t graph_len,
    const fr_edge *edges, size_t edge_count,
    int32_t asset_count, int32_t pool_count)
{
    fr_graph_head *head = graph;
    fr_graph g;
    int32_t status;

    if (graph == NULL || (edges == NULL && edge_count != 0))
        return FR_NULL_POINTER;
    if (!fr_is_aligned(graph))
        return FR_MISALIGNED;
    if (graph_len >= sizeof *head)
        memset(head, 0, sizeof *head);
    if (!fr_graph_in_limits(edge_count, asset_count, pool_count))
        return FR_BAD_LIMIT;
    if (graph_len < fr_graph_size_of(edge_count, asset_count))
        return FR_GRAPH_TOO_SMALL;
    status = fr_check_edges(edges, edge_count, asset_count, pool_count);
    if (status < 0)
        return status;

    fr_graph_lay_out(&g, graph, (int32_t)edge_count, asset_count, pool_count);
    fr_graph_fill(&g, edges);
    head->edge_count = g.edge_count;
    head->asset_count = g.asset_count;
    head->pool_count = g.pool_count;
    head->mark = FR_GRAPH_MARK;
    return FR_READY;
}

int32_t fr_path_graph_change(
    void *graph, size_t graph_len,
    const fr_edge_change *changes, size_t change_count)
{
    fr_graph g;
    int32_t status;
    size_t i;

    if (graph == NULL || (changes == NULL && change_count != 0))
        return FR_NULL_POINTER;
    if (!fr_is_aligned(graph))
        return FR_MISALIGNED;
    if (!fr_graph_open(&g, graph, graph_len))
        return FR_BAD_GRAPH;
    status = fr_check_changes(changes, change_count, &g);
    if (status < 0)
        return status;
    for (i = 0; i < change_count; i++)
        fr_graph_change(&g, &changes[i]);
    return FR_READY;
}

size_t fr_path_scratch_size(size_t edge_count, int32_t asset_count, int32_t max_hops)
{
    if (!fr_graph_in_limits(edge_count, asset_count, 0) || max_hops < 1 || max_hops > FR_MAX_HOPS)
        return 0;
    return fr_scratch_layout_of(edge_count, asset_count, max_hops).size;
}

static int32_t fr_find(
    int32_t *paths, size_t paths_cap,
    double *values, size_t values_cap,
    size_t *path_count,
    void *scratch, size_t scratch_len,
    const void *graph, size_t graph_len,
    const uint8_t *blocked_pools, size_t blocked_count,
    const fr_path_query *query, int32_t is_exact_out)
{
    fr_path_search search;
    fr_graph g;
    int32_t status, i;

    if (path_count == NULL || query == NULL || graph == NULL
        || (paths == NULL && paths_cap != 0) || (values == NULL && values_cap != 0)
        || (scratch == NULL && scratch_len != 0) || (blocked_pools == NULL && blocked_count != 0))
        return FR_NULL_POINTER;

    *path_count = 0;
    if (!fr_is_aligned(graph) || !fr_is_aligned(scratch))
        return FR_MISALIGNED;
    if (!fr_graph_open(&g, graph, graph_len))
        return FR_BAD_GRAPH;
    status = fr_check_query(query, &g, blocked_count);
    if (status < 0)
        return status;
    if (paths_cap < (size_t)query->max_paths * (size_t)query->max_hops || values_cap < (size_t)query->max_paths)
        return FR_OUTPUT_TOO_SMALL;
    if (scratch_len < fr_scratch_layout_of((size_t)g.edge_count, g.asset_count, query->max_hops).size)
        return FR_SCRATCH_TOO_SMALL;

    fr_path_init(&search, paths, values, scratch, &g, blocked_count == 0 ? NULL : blocked_pools, query, is_exact_out);
    fr_path_run(&search);
    for (i = 0; is_exact_out && i < search.count; i++)
        values[i] = -values[i]; /* from scores to costs */
    *path_count = (size_t)search.count;
    return search.count > 0 ? FR_FOUND : FR_NO_PATH;
}

int32_t fr_path_find(
    int32_t *paths, size_t paths_cap,
    double *values, size_t values_cap,
    size_t *path_count,
    void *scratch, size_t scratch_len,
    const void *graph, size_t graph_len,
    const uint8_t *blocked_pools, size_t blocked_count,
    const fr_path_query *query)
{
    return fr_find(paths, paths_cap, values, values_cap, path_count, scratch, scratch_len, graph, graph_len,
                   blocked_pools, blocked_count, query, 0);
}

int32_t fr_path_find_exact_out(
    int32_t *paths, size_t paths_cap,
    double *values, size_t values_cap,
    size_t *path_count,
    void *scratch, size_t scratch_len,
    const void *graph, size_t graph_len,
    const uint8_t *blocked_pools, size_t blocked_count,
    const fr_path_query *query)
{
    return fr_find(paths, paths_cap, values, values_cap, path_count, scratch, scratch_len, graph, graph_len,
                   blocked_pools, blocked_count, query, 1);
}

int32_t fr_quote_v2_batch(
    fr_v2_quote *quotes, size_t quotes_cap,
    const fr_v2_request *requests, size_t request_count)
{
    if ((quotes == NULL && quotes_cap != 0) || (requests == NULL && request_count != 0))
        return FR_NULL_POINTER;
    if (quotes_cap < request_count)
        return FR_OUTPUT_TOO_SMALL;
#if FR_HAS_WIDE
    {
        size_t i;
        for (i = 0; i < request_count; i++) {
            memset(&quotes[i], 0, sizeof quotes[i]);
            quotes[i].status = fr_v2_quote_one(&quotes[i], &requests[i]);
        }
    }
    return FR_READY;
#else
    return FR_UNSUPPORTED;
#endif
}

int32_t fr_quote_v3_batch(
    fr_v3_quote *quotes, size_t quotes_cap,
    const fr_v3_request *requests, size_t request_count,
    const fr_v3_stop *stops, size_t stop_count)
{
    if ((quotes == NULL && quotes_cap != 0) || (requests == NULL && request_count != 0) || (stops == NULL && stop_count != 0))
        return FR_NULL_POINTER;
    if (quotes_cap < request_count)
        return FR_OUTPUT_TOO_SMALL;
#if FR_HAS_WIDE
    {
        size_t i;
        for (i = 0; i < request_count; i++) {
            memset(&quotes[i], 0, sizeof quotes[i]);
            quotes[i].status = fr_v3_quote_one(&quotes[i], &requests[i], stops, stop_count);
        }
    }
    return FR_READY;
#else
    return FR_UNSUPPORTED;
#endif
}
