/* Self-checking tests of the path search: every answer on thousands of seeded random graphs is held against trying every
 * path, and every mistake in the arguments against the status it must get. Arrays are allocated to the exact size, so
 * that an address sanitizer sees the first step outside.
 *
 * Exit code 0: all passed. 1: an answer was wrong. The seed is printed; pass another as the first argument. */

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../include/fastrebalance.h"

#include "check.h"

/* ---- a random question ---- */

enum { MAX_EDGES = 40, MAX_POOLS = 16, STYLES = 4 };

typedef struct instance {
    fr_edge edges[MAX_EDGES];
    int32_t edge_count, asset_count, pool_count;
    uint8_t blocked[MAX_POOLS];
    fr_path_query query;
    int32_t exact_out;
    int style;
} instance;

/* From everyday pools to the ends of the allowed range, coarse values too, so that equal paths do occur, and prices that
 * lie apart by 10^18 as those of tokens with other decimals, and of dust, do. */
static double random_size(int style)
{
    switch (style) {
    case 0: return exp((unit() - 0.5) * 4.0);
    case 1: return ldexp(1.0 + unit(), below(299) - 150);
    case 2: return ldexp(1.0, below(3));
    default: return (1.0 + unit()) * (below(3) == 0 ? 1e18 : below(2) == 0 ? 1.0 : 1e-18);
    }
}

static void draw_curve(fr_edge *e, int style)
{
    e->rate = random_size(style);
    e->depth = random_size(style);
    e->gas = below(4) == 0 ? 0 : (uint32_t)below(200000);
    if (below(10) == 0)
        e->rate = e->depth = 0.0; /* a pool that is not ready */
}

static void draw_question(instance *in)
{
    in->query.source = below(in->asset_count);
    in->query.target = (in->query.source + 1 + below(in->asset_count - 1)) % in->asset_count;
    in->query.max_hops = below(2) ? FR_MAX_HOPS : 1 + below(FR_MAX_HOPS);
    in->query.max_paths = 1 + below(8);
    in->query.amount = random_size(in->style);
    in->query.gas_price = below(3) == 0 ? 0.0 : random_size(in->style) * (in->style == 1 ? 1.0 : 1e-6);
    if (in->query.gas_price < FR_MAGNITUDE_MIN)
        in->query.gas_price = 0.0;
    in->exact_out = below(2);
}

static void make_instance(instance *in)
{
    int32_t i;
    memset(in, 0, sizeof *in);
    in->style = below(STYLES);
    in->asset_count = 2 + below(7);
    in->pool_count = 1 + below(MAX_POOLS);
    draw_question(in);
    in->edge_count = below(MAX_EDGES + 1);
    for (i = 0; i < in->edge_count; i++) {
        fr_edge *e = &in->edges[i];
        e->from = below(in->asset_count);
        e->to = (e->from + 1 + below(in->asset_count - 1)) % in->asset_count;
        e->pool = below(in->pool_count);
        draw_curve(e, in->style);
    }
    for (i = 0; i < in->pool_count; i++)
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
        return in->exact_out ? value < best->values[than] : value > best->values[than];
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

/* The formulas of fr_edge, as they stand there. */
static void value_path(const instance *in, best_list *best, const int32_t *path, int32_t edge_count)
{
    double amount = in->query.amount;
    uint64_t gas = 0;
    int32_t i;
    for (i = 0; i < edge_count; i++) {
        const fr_edge *e = &in->edges[path[in->exact_out ? edge_count - 1 - i : i]];
        gas += e->gas;
        if (!in->exact_out)
            amount = e->rate * amount * e->depth / (e->depth + amount);
        else if (amount < e->rate * e->depth)
            amount = amount * e->depth / (e->rate * e->depth - amount);
        else
            return;
    }
    keep(in, best, path, in->exact_out ? amount + (double)gas * in->query.gas_price : amount - (double)gas * in->query.gas_price);
}

static void try_every_path(const instance *in, best_list *best, int32_t *path, int32_t depth, int32_t at)
{
    int32_t i, k;
    for (i = 0; i < in->edge_count; i++) {
        const fr_edge *e = &in->edges[i];
        int seen = e->to == in->query.source || in->blocked[e->pool] || e->rate == 0.0;
        for (k = 0; k < depth; k++)
            seen |= in->edges[path[k]].pool == e->pool || in->edges[path[k]].to == e->to;
        if (e->from != at || seen)
            continue;
        path[depth] = i;
        if (e->to == in->query.target) {
            for (k = depth + 1; k < in->query.max_hops; k++)
                path[k] = -1;
            value_path(in, best, path, depth + 1);
        } else if (depth + 1 < in->query.max_hops) {
            try_every_path(in, best, path, depth + 1, e->to);
        }
    }
}

static void find_plainly(const instance *in, best_list *best)
{
    int32_t path[FR_MAX_HOPS];
    memset(best, 0, sizeof *best);
    try_every_path(in, best, path, 0, in->query.source);
}

/* ---- calls with memory of the exact size ---- */

typedef struct call {
    int32_t *paths;
    double *values;
    unsigned char *scratch, *graph;
    fr_edge *edges;
    uint8_t *blocked;
    size_t paths_cap, values_cap, scratch_len, graph_len, edge_count, blocked_count, count;
    int32_t asset_count, pool_count, exact_out;
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
    c->exact_out = in->exact_out;
    c->asset_count = in->asset_count;
    c->pool_count = in->pool_count;
    c->edge_count = (size_t)in->edge_count;
    c->blocked_count = (size_t)in->pool_count;
    c->paths_cap = (size_t)in->query.max_paths * (size_t)in->query.max_hops;
    c->values_cap = (size_t)in->query.max_paths;
    c->scratch_len = fr_path_scratch_size(c->edge_count, in->asset_count, in->query.max_hops);
    c->graph_len = fr_path_graph_size(c->edge_count, in->asset_count);
    c->count = 99;
    c->paths = copy_of(NULL, c->paths_cap * sizeof *c->paths);
    c->values = copy_of(NULL, c->values_cap * sizeof *c->values);
    c->scratch = copy_of(NULL, c->scratch_len);
    c->graph = copy_of(NULL, c->graph_len);
    c->edges = copy_of(in->edges, c->edge_count * sizeof *c->edges);
    c->blocked = copy_of(in->blocked, c->blocked_count);
}

static int32_t build(call *c)
{
    return fr_path_graph_build(c->graph, c->graph_len, c->edges, c->edge_count, c->asset_count, c->pool_count);
}

static int32_t find(call *c)
{
    return (c->exact_out ? fr_path_find_exact_out : fr_path_find)(
        c->paths, c->paths_cap, c->values, c->values_cap, &c->count, c->scratch, c->scratch_len,
        c->graph, c->graph_len, c->blocked, c->blocked_count, &c->query);
}

static void close_call(call *c)
{
    free(c->paths);
    free(c->values);
    free(c->scratch);
    free(c->graph);
    free(c->edges);
    free(c->blocked);
}

/* ---- tests ---- */

static void expect_answer(const char *what, int round, const instance *in, call *c)
{
    best_list best;
    const int32_t status = find(c);
    find_plainly(in, &best);
    CHECK(status == (best.count > 0 ? FR_FOUND : FR_NO_PATH), "%s %d: status %d", what, round, status);
    CHECK(c->count == (size_t)best.count, "%s %d: %zu paths, %d expected", what, round, c->count, best.count);
    CHECK(memcmp(c->values, best.values, c->count * sizeof *c->values) == 0, "%s %d: values differ", what, round);
    CHECK(memcmp(c->paths, best.paths, c->count * (size_t)in->query.max_hops * sizeof *c->paths) == 0, "%s %d: paths differ", what, round);
}

static int uses_all_hops(const call *c)
{
    size_t i;
    for (i = 0; i < c->count; i++)
        if (c->query.max_hops == FR_MAX_HOPS && c->paths[(i + 1) * FR_MAX_HOPS - 1] >= 0)
            return 1;
    return 0;
}

static void path_find_random_graphs_same_as_trying_every_path(int rounds)
{
    int round, found[2] = { 0, 0 }, none = 0, several = 0, longest = 0;
    for (round = 0; round < rounds; round++) {
        instance in;
        call c;

        make_instance(&in);
        open_call(&c, &in);
        CHECK(build(&c) == FR_READY, "graph %d", round);
        expect_answer("graph", round, &in, &c);
        found[in.exact_out] += c.count > 0;
        several += c.count > 1;
        none += c.count == 0;
        longest += uses_all_hops(&c);
        close_call(&c);
    }
    /* A generator that made only empty graphs would prove nothing. */
    CHECK(found[0] > rounds / 8 && found[1] > rounds / 12 && several > rounds / 8 && none > rounds / 100 && longest > rounds / 100,
          "%d and %d found, %d several, %d none, %d of four hops", found[0], found[1], several, none, longest);
}

/* After any changes the graph answers as one built anew, which trying every path stands for. */
static void path_graph_change_any_sequence_same_as_built_anew(int rounds)
{
    int round, changes = 0, found = 0;
    for (round = 0; round < rounds; round++) {
        instance in;
        call c;
        int step;

        make_instance(&in);
        in.query.max_hops = FR_MAX_HOPS;
        in.query.max_paths = 8;
        open_call(&c, &in);
        CHECK(build(&c) == FR_READY, "graph %d", round);
        for (step = 0; step < 100 && in.edge_count > 0; step++) {
            const int32_t count = 1 + below(3);
            fr_edge_change *some = copy_of(NULL, (size_t)count * sizeof *some);
            int32_t i;
            for (i = 0; i < count; i++) {
                fr_edge *e = &in.edges[some[i].edge = below(in.edge_count)];
                draw_curve(e, in.style);
                some[i].rate = e->rate;
                some[i].depth = e->depth;
                some[i].gas = e->gas;
            }
            CHECK(fr_path_graph_change(c.graph, c.graph_len, some, (size_t)count) == FR_READY, "graph %d", round);
            free(some);
            changes += count;
            draw_question(&in);
            in.query.max_hops = FR_MAX_HOPS - below(2);
            in.query.max_paths = 1 + below(8);
            c.query = in.query;
            c.exact_out = in.exact_out;
            expect_answer("step", step, &in, &c);
            found += c.count > 0;
        }
        close_call(&c);
    }
    CHECK(changes > 10000 && found > 2500, "%d changes, %d found", changes, found);
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
    in.asset_count = 3;
    in.pool_count = 3;
    in.query = (fr_path_query){ .amount = 100.0, .source = 0, .target = 1, .max_hops = 3, .max_paths = 2 };
    return in;
}

static void path_find_longer_path_brings_more_takes_it_until_gas_or_block_forbids(void)
{
    instance in = small_market();
    call c;

    open_call(&c, &in);
    CHECK(build(&c) == FR_READY, "build");
    CHECK(find(&c) == FR_FOUND && c.count == 2, "%zu", c.count);
    CHECK(c.paths[0] == 1 && c.paths[1] == 2 && c.paths[2] == -1 && c.paths[3] == 0 && c.paths[4] == -1, "%d", c.paths[0]);
    CHECK(c.values[1] == 100.0, "%.17g", c.values[1]);

    c.query.gas_price = 25.0; /* the second hop costs 250 and brings less than 200 more */
    CHECK(find(&c) == FR_FOUND && c.paths[0] == 0 && c.values[0] == -150.0, "%d %.17g", c.paths[0], c.values[0]);

    c.query.gas_price = 0.0;
    c.blocked[2] = 1;
    CHECK(find(&c) == FR_FOUND && c.count == 1 && c.paths[0] == 0, "%zu", c.count);
    c.blocked[0] = 1;
    CHECK(find(&c) == FR_NO_PATH && c.count == 0, "%zu", c.count);
    c.blocked_count = 0; /* no mask at all */
    CHECK(find(&c) == FR_FOUND && c.count == 2, "%zu", c.count);
    close_call(&c);
}

static void path_find_exact_out_takes_least_until_gas_or_depth_forbids(void)
{
    instance in = small_market();
    call c;

    in.exact_out = 1;
    open_call(&c, &in);
    CHECK(build(&c) == FR_READY, "build");
    CHECK(find(&c) == FR_FOUND && c.count == 2, "%zu", c.count);
    CHECK(c.paths[0] == 1 && c.paths[1] == 2 && c.paths[2] == -1 && c.paths[3] == 0 && c.paths[4] == -1, "%d", c.paths[0]);
    CHECK(c.values[1] == 100.0, "%.17g", c.values[1]);
    CHECK(c.values[0] > 33.3 && c.values[0] < 33.4, "%.17g", c.values[0]);

    c.query.gas_price = 10.0; /* the second hop costs 100 and saves 66 */
    CHECK(find(&c) == FR_FOUND && c.paths[0] == 0 && c.values[0] == 200.0, "%d %.17g", c.paths[0], c.values[0]);

    c.query.gas_price = 0.0;
    c.query.amount = 200.0; /* all that the straight pool holds: there is no end to what it would take */
    CHECK(find(&c) == FR_FOUND && c.count == 1 && c.paths[0] == 1, "%zu", c.count);
    c.query.amount = 3e6;
    CHECK(find(&c) == FR_NO_PATH && c.count == 0, "%zu", c.count);
    close_call(&c);
}

static void path_graph_change_edge_left_out_until_it_comes_back(void)
{
    instance in = small_market();
    fr_edge_change change = { 0.0, 0.0, 1, 0 };
    call c;

    open_call(&c, &in);
    CHECK(build(&c) == FR_READY, "build");
    CHECK(fr_path_graph_change(c.graph, c.graph_len, &change, 1) == FR_READY, "out");
    CHECK(find(&c) == FR_FOUND && c.count == 1 && c.paths[0] == 0, "%zu", c.count);
    change.rate = 1.0;
    change.depth = 1e6;
    CHECK(fr_path_graph_change(c.graph, c.graph_len, &change, 1) == FR_READY, "back");
    CHECK(find(&c) == FR_FOUND && c.count == 2 && c.paths[0] == 1, "%zu", c.count);
    CHECK(fr_path_graph_change(c.graph, c.graph_len, NULL, 0) == FR_READY, "nothing");

    change.edge = 4;
    CHECK(fr_path_graph_change(c.graph, c.graph_len, &change, 1) == FR_BAD_INDEX, "edge");
    change.edge = -1;
    CHECK(fr_path_graph_change(c.graph, c.graph_len, &change, 1) == FR_BAD_INDEX, "edge");
    change.edge = 1;
    change.depth = 0.0;
    CHECK(fr_path_graph_change(c.graph, c.graph_len, &change, 1) == FR_BAD_NUMBER, "half an edge");
    change.depth = NAN;
    CHECK(fr_path_graph_change(c.graph, c.graph_len, &change, 1) == FR_BAD_NUMBER, "NaN");
    {
        const fr_edge_change pair[] = { { 5.0, 5.0, 0, 0 }, { 1.0, 1.0, 4, 0 } };
        CHECK(fr_path_graph_change(c.graph, c.graph_len, pair, 2) == FR_BAD_INDEX, "second of two");
    }
    CHECK(fr_path_graph_change(c.graph, c.graph_len - 1, &change, 1) == FR_BAD_GRAPH, "cut short");
    CHECK(fr_path_graph_change(NULL, 0, &change, 1) == FR_NULL_POINTER, "no graph");
    CHECK(fr_path_graph_change(c.graph, c.graph_len, NULL, 1) == FR_NULL_POINTER, "no changes");
    CHECK(find(&c) == FR_FOUND && c.count == 2 && c.values[1] == 100.0, "a refused change changes nothing");
    close_call(&c);
}

static void path_graph_memory_that_was_not_built_is_refused(void)
{
    instance in = small_market();
    call c;

    open_call(&c, &in);
    CHECK(find(&c) == FR_BAD_GRAPH && c.count == 0, "never built");
    CHECK(build(&c) == FR_READY && find(&c) == FR_FOUND, "built");
    c.graph_len--;
    CHECK(find(&c) == FR_BAD_GRAPH && build(&c) == FR_GRAPH_TOO_SMALL, "cut short");
    c.graph_len = 0;
    CHECK(find(&c) == FR_BAD_GRAPH && build(&c) == FR_GRAPH_TOO_SMALL, "nothing");
    c.graph_len = fr_path_graph_size(4, 3);
    CHECK(find(&c) == FR_BAD_GRAPH, "a build that fails leaves no graph");
    c.edge_count = 0; /* no pools is a sound graph without paths */
    c.pool_count = 0;
    c.blocked_count = 0;
    CHECK(build(&c) == FR_READY && find(&c) == FR_NO_PATH, "empty");
    close_call(&c);
}

static void expect(const char *what, call *c, int32_t expected)
{
    int32_t status = build(c);
    if (status == FR_READY)
        status = find(c);
    else
        c->count = 0;
    CHECK(status == expected, "%s: status %d, expected %d", what, status, expected);
    CHECK(c->count == 0, "%s: count %zu", what, c->count);
    close_call(c);
}

#define EXPECT(what, status, ...) \
    do { \
        instance in = small_market(); \
        call c; \
        in.exact_out = below(2); \
        open_call(&c, &in); \
        __VA_ARGS__; \
        expect(what, &c, status); \
    } while (0)

static void path_find_bad_argument_names_it(void)
{
    const double bad[] = { NAN, INFINITY, -INFINITY, 0.0, -1.0, 1e-300, 1e300, 4.9e-324, 0x1p256 };
    size_t i;

    for (i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        EXPECT("rate", FR_BAD_NUMBER, c.edges[1].rate = bad[i]);
        EXPECT("depth", FR_BAD_NUMBER, c.edges[3].depth = bad[i]);
        EXPECT("amount", FR_BAD_NUMBER, c.query.amount = bad[i]);
        if (bad[i] != 0.0)
            EXPECT("gas price", FR_BAD_NUMBER, c.query.gas_price = bad[i]);
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
    EXPECT("assets", FR_BAD_LIMIT, c.asset_count = 1);
    EXPECT("assets", FR_BAD_LIMIT, c.asset_count = FR_MAX_ASSETS + 1);
    EXPECT("pools", FR_BAD_LIMIT, c.pool_count = -1);
    EXPECT("pools", FR_BAD_LIMIT, c.pool_count = FR_MAX_POOLS + 1; c.blocked_count = 0);
    EXPECT("blocked", FR_BAD_LIMIT, c.blocked_count = 2);
    EXPECT("edges", FR_BAD_LIMIT, c.edge_count = (size_t)FR_MAX_EDGES + 1);
    EXPECT("edges", FR_BAD_LIMIT, c.edge_count = SIZE_MAX);

    EXPECT("paths_cap", FR_OUTPUT_TOO_SMALL, c.paths_cap -= 1);
    EXPECT("values_cap", FR_OUTPUT_TOO_SMALL, c.values_cap -= 1);
    EXPECT("scratch", FR_SCRATCH_TOO_SMALL, c.scratch_len -= 1);
    EXPECT("scratch", FR_SCRATCH_TOO_SMALL, c.scratch_len = 0);
    EXPECT("graph", FR_GRAPH_TOO_SMALL, c.graph_len -= 1);
    EXPECT("no edges", FR_NO_PATH, c.edge_count = 0);
}

static void path_find_null_pointer_allowed_only_with_length_zero(void)
{
    instance in = small_market();
    size_t count = 1;
    call c;

    open_call(&c, &in);
    CHECK(fr_path_graph_build(NULL, 0, c.edges, 4, 3, 3) == FR_NULL_POINTER, "graph");
    CHECK(fr_path_graph_build(c.graph, c.graph_len, NULL, 4, 3, 3) == FR_NULL_POINTER, "edges");
    CHECK(fr_path_graph_build(c.graph + 4, c.graph_len - 4, c.edges, 0, 3, 3) == FR_MISALIGNED, "graph + 4");
    CHECK(build(&c) == FR_READY, "build");
#define FIND(paths, values, count, scratch, graph, blocked, query) \
    fr_path_find(paths, 6, values, 2, count, scratch, c.scratch_len, graph, c.graph_len, blocked, 3, query)
    CHECK(FIND(NULL, c.values, &count, c.scratch, c.graph, c.blocked, &c.query) == FR_NULL_POINTER, "paths");
    CHECK(FIND(c.paths, NULL, &count, c.scratch, c.graph, c.blocked, &c.query) == FR_NULL_POINTER, "values");
    CHECK(FIND(c.paths, c.values, NULL, c.scratch, c.graph, c.blocked, &c.query) == FR_NULL_POINTER, "count");
    CHECK(FIND(c.paths, c.values, &count, NULL, c.graph, c.blocked, &c.query) == FR_NULL_POINTER, "scratch");
    CHECK(FIND(c.paths, c.values, &count, c.scratch, NULL, c.blocked, &c.query) == FR_NULL_POINTER, "graph");
    CHECK(FIND(c.paths, c.values, &count, c.scratch, c.graph, NULL, &c.query) == FR_NULL_POINTER, "blocked");
    CHECK(FIND(c.paths, c.values, &count, c.scratch, c.graph, c.blocked, NULL) == FR_NULL_POINTER, "query");
    CHECK(FIND(c.paths, c.values, &count, c.scratch + 4, c.graph, c.blocked, &c.query) == FR_MISALIGNED, "scratch + 4");
    CHECK(FIND(c.paths, c.values, &count, c.scratch, c.graph + 4, c.blocked, &c.query) == FR_MISALIGNED, "graph + 4");
    CHECK(fr_path_find(NULL, 0, NULL, 0, &count, NULL, 0, c.graph, c.graph_len, NULL, 0, &c.query) == FR_OUTPUT_TOO_SMALL && count == 0, "all empty");
    close_call(&c);
}

static void path_sizes_outside_the_limits_are_zero(void)
{
    CHECK(fr_path_scratch_size(0, 2, 1) > 0, "smallest");
    CHECK(fr_path_scratch_size(FR_MAX_EDGES, FR_MAX_ASSETS, FR_MAX_HOPS) > 0, "largest");
    CHECK(fr_path_scratch_size(100, 21, 3) % 8 == 0 && fr_path_graph_size(101, 20) % 8 == 0, "multiple of 8");
    CHECK(fr_path_scratch_size((size_t)FR_MAX_EDGES + 1, 2, 1) == 0 && fr_path_graph_size((size_t)FR_MAX_EDGES + 1, 2) == 0, "edges");
    CHECK(fr_path_scratch_size(0, 1, 1) == 0 && fr_path_graph_size(0, 1) == 0, "assets");
    CHECK(fr_path_scratch_size(0, 2, 0) == 0, "hops");
    CHECK(fr_path_scratch_size(0, 2, FR_MAX_HOPS + 1) == 0, "hops");
}

int main(int argc, char **argv)
{
    const uint64_t seed = argc > 1 ? strtoull(argv[1], NULL, 10) : 7;
    random_state = seed;

    CHECK(fr_abi_version() == FR_ABI_VERSION, "%d", fr_abi_version());
    CHECK(sizeof(fr_edge) == 32 && sizeof(fr_edge_change) == 24 && sizeof(fr_path_query) == 32, "%zu %zu %zu",
          sizeof(fr_edge), sizeof(fr_edge_change), sizeof(fr_path_query));
    path_sizes_outside_the_limits_are_zero();
    path_find_longer_path_brings_more_takes_it_until_gas_or_block_forbids();
    path_find_exact_out_takes_least_until_gas_or_depth_forbids();
    path_graph_change_edge_left_out_until_it_comes_back();
    path_graph_memory_that_was_not_built_is_refused();
    path_find_bad_argument_names_it();
    path_find_null_pointer_allowed_only_with_length_zero();
    path_find_random_graphs_same_as_trying_every_path(20000);
    path_graph_change_any_sequence_same_as_built_anew(100);

    printf("path search: %d checks, %d failed, seed %llu\n", checks, failures, (unsigned long long)seed);
    return failures == 0 ? 0 : 1;
}
