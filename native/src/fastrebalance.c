/* The one compiled file: everything else is a header of static functions that it includes, so that a single compiler
 * command builds the library and nothing but the FR_API functions below can be seen from outside. */

#ifndef FR_BUILD
#  define FR_BUILD
#endif
#include "../include/fastrebalance.h"

#include "path_search.h"
#include "basket_dual.h"

int32_t fr_abi_version(void)
{
    return FR_ABI_VERSION;
}

size_t fr_path_scratch_size(size_t edge_count, int32_t asset_count, int32_t max_hops)
{
    if (!fr_graph_in_limits(edge_count, asset_count, max_hops))
        return 0;
    return fr_path_layout_of(edge_count, asset_count, max_hops).size;
}

int32_t fr_path_find(
    int32_t *paths, size_t paths_cap,
    double *values, size_t values_cap,
    size_t *path_count,
    void *scratch, size_t scratch_len,
    const fr_edge *edges, size_t edge_count,
    const uint8_t *blocked_pools, size_t blocked_count,
    const fr_path_query *query)
{
    fr_path_search search;
    int32_t status;

    if (path_count == NULL || query == NULL
        || (paths == NULL && paths_cap != 0) || (values == NULL && values_cap != 0)
        || (scratch == NULL && scratch_len != 0) || (edges == NULL && edge_count != 0)
        || (blocked_pools == NULL && blocked_count != 0))
        return FR_NULL_POINTER;

    *path_count = 0;
    status = fr_check_query(query, edge_count, blocked_count);
    if (status < 0)
        return status;
    if (paths_cap < (size_t)query->max_paths * (size_t)query->max_hops || values_cap < (size_t)query->max_paths)
        return FR_OUTPUT_TOO_SMALL;
    if ((uintptr_t)scratch % sizeof(uint64_t) != 0)
        return FR_SCRATCH_MISALIGNED;
    if (scratch_len < fr_path_layout_of(edge_count, query->asset_count, query->max_hops).size)
        return FR_SCRATCH_TOO_SMALL;
    status = fr_check_edges(edges, edge_count, query);
    if (status < 0)
        return status;

    fr_path_init(&search, paths, values, scratch, edges, (int32_t)edge_count,
                 blocked_count == 0 ? NULL : blocked_pools, query);
    fr_path_measure_reach(&search);
    fr_path_build_rows(&search);
    fr_path_extend(&search, 0, query->source, query->amount_in, 0);

    *path_count = (size_t)search.count;
    return search.count > 0 ? FR_FOUND : FR_NO_PATH;
}
