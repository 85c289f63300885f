/* Self-checking tests of fr_path_find: every answer on thousands of seeded random graphs is held against trying every
 * path, and every mistake in the arguments against the status it must get. Arrays are allocated to the exact size, so
 * that an address sanitizer sees the first step outside.
 *
 * Exit code 0: all passed. 1: an answer was wrong. The seed is printed; pass another as the first argument. */

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../include/fastrebalance.h"

static uint64_t random_state;
static int checks, failures;

#define CHECK(condition, ...) \
    do { \
        checks++; \
        if (!(condition)) { \
            failures++; \
            printf("FAILED %s:%d: %s: ", __FILE__, __LINE__, #condition); \
            printf(__VA_ARGS__); \
            printf("\n"); \
        } \
    } while (0)

/* ---- seeded random numbers (splitmix64) ---- */

static uint64_t next_random(void)
{
    uint64_t z = (random_state += 0x9e3779b97f4a7c15u);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

static int32_t below(int32_t n)
{
    return (int32_t)(next_random() % (uint64_t)n);
}

static double unit(void)
{
    return (double)(next_random() >> 11) * 0x1p-53;
}

/* ---- a random question ---- */

enum { MAX_EDGES = 40, MAX_POOLS = 16 };

typedef struct instance {
    fr_edge edges[MAX_EDGES];
    int32_t edge_count;
    uint8_t blocked[MAX_POOLS];
    fr_path_query query;
} instance;

/* From everyday pools to the ends of the allowed range, and coarse values too, so that equal paths do occur. */
static double random_size(int style)
{
    switch (style) {
    case 0: return exp((unit() - 0.5) * 4.0);
    case 1: return ldexp(1.0 + unit(), below(299) - 150);
    default: return ldexp(1.0, below(3));
    }
}

static void make_instance(instance *in)
{
    const int style = below(3);
    int32_t i;
    memset(in, 0, sizeof *in);
    in->query.asset_count = 2 + below(6);
    in->query.pool_count = 1 + below(MAX_POOLS);
    in->query.source = below(in->query.asset_count);
    in->query.target = (in->query.source + 1 + below(in->query.asset_count - 1)) % in->query.asset_count;
    in->query.max_hops = 1 + below(FR_MAX_HOPS);
    in->query.max_paths = 1 + below(8);
    in->query.amount_in = random_size(style);
    in->query.gas_price_in_target = below(3) == 0 ? 0.0 : random_size(style) * (style == 1 ? 1.0 : 1e-6);
    if (in->query.gas_price_in_target < FR_MAGNITUDE_MIN)
        in->query.gas_price_in_target = 0.0;
    in->edge_count = below(MAX_EDGES + 1);
    for (i = 0; i < in->edge_count; i++) {
        fr_edge *e = &in->edges[i];
        e->from = below(in->query.asset_count);
        e->to = (e->from + 1 + below(in->query.asset_count - 1)) % in->query.asset_count;
        e->pool = below(in->query.pool_count);
        e->rate = random_size(style);
        e->depth = random_size(style);
        e->gas = below(4) == 0 ? 0 : (uint32_t)below(200000);
    }
    for (i = 0; i < in->query.pool_count; i++)
        in->blocked[i] = below(8) == 0;
}

/* ---- the plain way: try every path, keep the best ---- */

typedef struct best_list {
    int32_t paths[FR_MAX_PATHS * FR_MAX_HOPS];
    double values[FR_MAX_PATHS];
    int32_t count;
} best_list;

static int is_better(const instance *in, double value, const int32_t *path, const best_list *best, int32_t than)
{
    const int32_t hops = in->query.max_hops;
    int32_t i;
    if (value != best->values[than])
        return value > best->values[than];
    for (i = 0; i < hops; i++)
        if (path[i] != best->paths[than * hops + i])
            return path[i] < best->paths[than * hops + i];
    return 0;
}

static void keep(const instance *in, best_list *best, const int32_t *path, double value)
{
    const int32_t hops = in->query.max_hops;
    int32_t at = best->count, i;
    while (at > 0 && is_better(in, value, path, best, at - 1))
        at--;
    if (at == in->query.max_paths)
        return;
    if (best->count < in->query.max_paths)
        best->count++;
    for (i = best->count - 1; i > at; i--) {
        best->values[i] = best->values[i - 1];
        memcpy(best->paths + i * hops, best->paths + (i - 1) * hops, (size_t)hops * sizeof *path);
    }
    best->values[at] = value;
    memcpy(best->paths + at * hops, path, (size_t)hops * sizeof *path);
}

static void try_every_path(const instance *in, best_list *best, int32_t *path, int32_t depth, int32_t at, double amount, uint64_t gas)
{
    int32_t i, k;
    for (i = 0; i < in->edge_count; i++) {
        const fr_edge *e = &in->edges[i];
        double out;
        int seen = e->to == in->query.source || in->blocked[e->pool];
        for (k = 0; k < depth; k++)
            seen |= in->edges[path[k]].pool == e->pool || in->edges[path[k]].to == e->to;
        if (e->from != at || seen)
            continue;
        out = e->rate * amount * e->depth / (e->depth + amount);
        path[depth] = i;
        if (e->to == in->query.target) {
            for (k = depth + 1; k < in->query.max_hops; k++)
                path[k] = -1;
            keep(in, best, path, out - (double)(gas + e->gas) * in->query.gas_price_in_target);
        } else if (depth + 1 < in->query.max_hops) {
            try_every_path(in, best, path, depth + 1, e->to, out, gas + e->gas);
        }
    }
}

/* ---- calls with memory of the exact size ---- */

typedef struct call {
    int32_t *paths;
    double *values;
    unsigned char *scratch;
    fr_edge *edges;
    uint8_t *blocked;
    size_t paths_cap, values_cap, scratch_len, edge_count, blocked_count, count;
    fr_path_query query;
} call;

static void *copy_of(const void *from, size_t size)
{
    void *to = malloc(size == 0 ? 1 : size);
    if (to == NULL)
        abort();
    if (from != NULL)
        memcpy(to, from, size);
    else
        memset(to, 0xa5, size);
    return to;
}

static void open_call(call *c, const instance *in)
{
    c->query = in->query;
    c->edge_count = (size_t)in->edge_count;
    c->blocked_count = (size_t)in->query.pool_count;
    c->paths_cap = (size_t)in->query.max_paths * (size_t)in->query.max_hops;
    c->values_cap = (size_t)in->query.max_paths;
    c->scratch_len = fr_path_scratch_size(c->edge_count, in->query.asset_count, in->query.max_hops);
    c->count = 99;
    c->paths = copy_of(NULL, c->paths_cap * sizeof *c->paths);
    c->values = copy_of(NULL, c->values_cap * sizeof *c->values);
    c->scratch = copy_of(NULL, c->scratch_len);
    c->edges = copy_of(in->edges, c->edge_count * sizeof *c->edges);
    c->blocked = copy_of(in->blocked, c->blocked_count);
}

static int32_t find(call *c)
{
    return fr_path_find(c->paths, c->paths_cap, c->values, c->values_cap, &c->count, c->scratch, c->scratch_len,
                        c->edges, c->edge_count, c->blocked, c->blocked_count, &c->query);
}

static void close_call(call *c)
{
    free(c->paths);
    free(c->values);
    free(c->scratch);
    free(c->edges);
    free(c->blocked);
}

/* ---- tests ---- */

static void path_find_random_graphs_same_as_trying_every_path(int rounds)
{
    int round, found = 0, none = 0, several = 0;
    for (round = 0; round < rounds; round++) {
        instance in;
        best_list best;
        int32_t path[FR_MAX_HOPS], status;
        call c;

        make_instance(&in);
        memset(&best, 0, sizeof best);
        try_every_path(&in, &best, path, 0, in.query.source, in.query.amount_in, 0);

        open_call(&c, &in);
        status = find(&c);
        CHECK(status == (best.count > 0 ? FR_FOUND : FR_NO_PATH), "graph %d: status %d", round, status);
        CHECK(c.count == (size_t)best.count, "graph %d: %zu paths, %d expected", round, c.count, best.count);
        CHECK(memcmp(c.values, best.values, c.count * sizeof *c.values) == 0, "graph %d: values differ", round);
        CHECK(memcmp(c.paths, best.paths, c.count * (size_t)in.query.max_hops * sizeof *c.paths) == 0, "graph %d: paths differ", round);
        close_call(&c);

        found += best.count > 0;
        several += best.count > 1;
        none += best.count == 0;
    }
    /* A generator that made only empty graphs would prove nothing. */
    CHECK(found > rounds / 4 && several > rounds / 8 && none > rounds / 100, "%d found, %d several, %d none", found, several, none);
}

/* Two pools of WETH to USDC by way of WBTC, one straight; numbers small enough to follow by hand. */
static instance small_market(void)
{
    static const fr_edge edges[] = {
        { 2.0, 100.0, 0, 1, 0, 10 }, /* 100 in: 100 out */
        { 1.0, 1e6, 0, 2, 1, 10 },
        { 3.0, 1e6, 2, 1, 2, 10 },
        { 1.0, 100.0, 1, 0, 0, 10 },
    };
    instance in;
    memset(&in, 0, sizeof in);
    memcpy(in.edges, edges, sizeof edges);
    in.edge_count = 4;
    in.query = (fr_path_query){ .amount_in = 100.0, .source = 0, .target = 1, .asset_count = 3, .pool_count = 3,
                                .max_hops = 3, .max_paths = 2 };
    return in;
}

static void path_find_longer_path_brings_more_takes_it_until_gas_or_block_forbids(void)
{
    instance in = small_market();
    call c;

    open_call(&c, &in);
    CHECK(find(&c) == FR_FOUND && c.count == 2, "%zu", c.count);
    CHECK(c.paths[0] == 1 && c.paths[1] == 2 && c.paths[2] == -1 && c.paths[3] == 0 && c.paths[4] == -1, "%d", c.paths[0]);
    CHECK(c.values[1] == 100.0, "%.17g", c.values[1]);

    c.query.gas_price_in_target = 25.0; /* the second hop costs 250 and brings less than 200 more */
    CHECK(find(&c) == FR_FOUND && c.paths[0] == 0 && c.values[0] == -150.0, "%d %.17g", c.paths[0], c.values[0]);

    c.query.gas_price_in_target = 0.0;
    c.blocked[2] = 1;
    CHECK(find(&c) == FR_FOUND && c.count == 1 && c.paths[0] == 0, "%zu", c.count);
    c.blocked[0] = 1;
    CHECK(find(&c) == FR_NO_PATH && c.count == 0, "%zu", c.count);
    c.blocked_count = 0; /* no mask at all */
    CHECK(find(&c) == FR_FOUND && c.count == 2, "%zu", c.count);
    close_call(&c);
}

static void expect(const char *what, call *c, int32_t expected)
{
    const int32_t status = find(c);
    CHECK(status == expected, "%s: status %d, expected %d", what, status, expected);
    CHECK(c->count == 0, "%s: count %zu", what, c->count);
    close_call(c);
}

#define EXPECT(what, status, ...) \
    do { \
        instance in = small_market(); \
        call c; \
        open_call(&c, &in); \
        __VA_ARGS__; \
        expect(what, &c, status); \
    } while (0)

static void path_find_bad_argument_names_it(void)
{
    const double bad[] = { NAN, INFINITY, -INFINITY, 0.0, -1.0, 1e-300, 1e300, 4.9e-324 };
    size_t i;

    for (i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        EXPECT("rate", FR_BAD_NUMBER, c.edges[1].rate = bad[i]);
        EXPECT("depth", FR_BAD_NUMBER, c.edges[3].depth = bad[i]);
        EXPECT("amount", FR_BAD_NUMBER, c.query.amount_in = bad[i]);
        if (bad[i] != 0.0)
            EXPECT("gas price", FR_BAD_NUMBER, c.query.gas_price_in_target = bad[i]);
    }
    EXPECT("blocked edge", FR_BAD_NUMBER, c.blocked[1] = 1; c.edges[1].rate = NAN);

    EXPECT("from", FR_BAD_INDEX, c.edges[0].from = -1);
    EXPECT("from", FR_BAD_INDEX, c.edges[0].from = 3);
    EXPECT("to", FR_BAD_INDEX, c.edges[0].to = INT32_MIN);
    EXPECT("to", FR_BAD_INDEX, c.edges[0].to = INT32_MAX);
    EXPECT("pool", FR_BAD_INDEX, c.edges[0].pool = 3);
    EXPECT("pool", FR_BAD_INDEX, c.edges[0].pool = -1);
    EXPECT("loop", FR_BAD_INDEX, c.edges[0].to = c.edges[0].from);
    EXPECT("source", FR_BAD_INDEX, c.query.source = 3);
    EXPECT("target", FR_BAD_INDEX, c.query.target = -1);
    EXPECT("same", FR_SAME_ASSET, c.query.target = c.query.source);

    EXPECT("hops", FR_BAD_LIMIT, c.query.max_hops = 0);
    EXPECT("hops", FR_BAD_LIMIT, c.query.max_hops = FR_MAX_HOPS + 1);
    EXPECT("paths", FR_BAD_LIMIT, c.query.max_paths = 0);
    EXPECT("paths", FR_BAD_LIMIT, c.query.max_paths = FR_MAX_PATHS + 1);
    EXPECT("assets", FR_BAD_LIMIT, c.query.asset_count = 1);
    EXPECT("assets", FR_BAD_LIMIT, c.query.asset_count = FR_MAX_ASSETS + 1);
    EXPECT("pools", FR_BAD_LIMIT, c.query.pool_count = -1);
    EXPECT("pools", FR_BAD_LIMIT, c.query.pool_count = FR_MAX_POOLS + 1; c.blocked_count = 0);
    EXPECT("blocked", FR_BAD_LIMIT, c.blocked_count = 2);
    EXPECT("edges", FR_BAD_LIMIT, c.edge_count = (size_t)FR_MAX_EDGES + 1);
    EXPECT("edges", FR_BAD_LIMIT, c.edge_count = SIZE_MAX);

    EXPECT("paths_cap", FR_OUTPUT_TOO_SMALL, c.paths_cap -= 1);
    EXPECT("values_cap", FR_OUTPUT_TOO_SMALL, c.values_cap -= 1);
    EXPECT("scratch", FR_SCRATCH_TOO_SMALL, c.scratch_len -= 1);
    EXPECT("scratch", FR_SCRATCH_TOO_SMALL, c.scratch_len = 0);
}

static void path_find_null_pointer_allowed_only_with_length_zero(void)
{
    instance in = small_market();
    size_t count = 99;
    call c;
    open_call(&c, &in);

    CHECK(fr_path_find(NULL, 6, c.values, 2, &count, c.scratch, c.scratch_len, c.edges, 4, c.blocked, 3, &c.query) == FR_NULL_POINTER, "paths");
    CHECK(fr_path_find(c.paths, 6, NULL, 2, &count, c.scratch, c.scratch_len, c.edges, 4, c.blocked, 3, &c.query) == FR_NULL_POINTER, "values");
    CHECK(fr_path_find(c.paths, 6, c.values, 2, NULL, c.scratch, c.scratch_len, c.edges, 4, c.blocked, 3, &c.query) == FR_NULL_POINTER, "count");
    CHECK(fr_path_find(c.paths, 6, c.values, 2, &count, NULL, c.scratch_len, c.edges, 4, c.blocked, 3, &c.query) == FR_NULL_POINTER, "scratch");
    CHECK(fr_path_find(c.paths, 6, c.values, 2, &count, c.scratch, c.scratch_len, NULL, 4, c.blocked, 3, &c.query) == FR_NULL_POINTER, "edges");
    CHECK(fr_path_find(c.paths, 6, c.values, 2, &count, c.scratch, c.scratch_len, c.edges, 4, NULL, 3, &c.query) == FR_NULL_POINTER, "blocked");
    CHECK(fr_path_find(c.paths, 6, c.values, 2, &count, c.scratch, c.scratch_len, c.edges, 4, c.blocked, 3, NULL) == FR_NULL_POINTER, "query");
    CHECK(fr_path_find(NULL, 0, NULL, 0, &count, NULL, 0, NULL, 0, NULL, 0, &c.query) == FR_OUTPUT_TOO_SMALL && count == 0, "all empty");
    CHECK(fr_path_find(c.paths, 6, c.values, 2, &count, c.scratch, c.scratch_len, NULL, 0, NULL, 0, &c.query) == FR_NO_PATH, "no edges");
    CHECK(fr_path_find(c.paths, 6, c.values, 2, &count, c.scratch + 4, c.scratch_len - 4, c.edges, 4, c.blocked, 3, &c.query) == FR_SCRATCH_MISALIGNED, "scratch + 4");
    close_call(&c);
}

static void path_scratch_size_outside_the_limits_is_zero(void)
{
    CHECK(fr_path_scratch_size(0, 2, 1) > 0, "smallest");
    CHECK(fr_path_scratch_size(FR_MAX_EDGES, FR_MAX_ASSETS, FR_MAX_HOPS) > 0, "largest");
    CHECK(fr_path_scratch_size(100, 20, 3) % 8 == 0, "multiple of 8");
    CHECK(fr_path_scratch_size((size_t)FR_MAX_EDGES + 1, 2, 1) == 0, "edges");
    CHECK(fr_path_scratch_size(0, 1, 1) == 0, "assets");
    CHECK(fr_path_scratch_size(0, 2, 0) == 0, "hops");
    CHECK(fr_path_scratch_size(0, 2, FR_MAX_HOPS + 1) == 0, "hops");
}

int main(int argc, char **argv)
{
    const uint64_t seed = argc > 1 ? strtoull(argv[1], NULL, 10) : 7;
    random_state = seed;

    CHECK(fr_abi_version() == FR_ABI_VERSION, "%d", fr_abi_version());
    CHECK(sizeof(fr_edge) == 32 && sizeof(fr_path_query) == 40, "%zu %zu", sizeof(fr_edge), sizeof(fr_path_query));
    path_scratch_size_outside_the_limits_is_zero();
    path_find_longer_path_brings_more_takes_it_until_gas_or_block_forbids();
    path_find_bad_argument_names_it();
    path_find_null_pointer_allowed_only_with_length_zero();
    path_find_random_graphs_same_as_trying_every_path(20000);

    printf("path search: %d checks, %d failed, seed %llu\n", checks, failures, (unsigned long long)seed);
    return failures == 0 ? 0 : 1;
}
