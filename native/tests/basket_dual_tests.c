/* Self-checking tests of the basket's dual solver. What it answers is put together again from the trades alone: they must balance every
 * token, obey the conditions of the optimum segment by segment, and get no better where a pool is closed. Every mistake in the arguments
 * is held against the status it must get. Arrays that are read are allocated to the exact size, so that an address sanitizer sees the first
 * step outside; around those that are written lie fences.
 *
 * Exit code 0: all passed. 1: an answer was wrong. The seed is printed; pass another as the first argument. */

#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../include/fastrebalance.h"

#include "check.h"

/* ---- memory ---- */

enum { FENCE = 64, FENCE_BYTE = 0x5a };

static void *allocate(size_t size)
{
    void *memory = malloc(size > 0 ? size : 1);
    if (memory == NULL)
        abort();
    return memory;
}

static double *fenced_doubles(size_t count)
{
    uint8_t *memory = allocate(count * sizeof(double) + 2 * FENCE);
    memset(memory, FENCE_BYTE, count * sizeof(double) + 2 * FENCE);
    return (double *)(void *)(memory + FENCE);
}

static int is_fence(const void *memory)
{
    const uint8_t *bytes = memory;
    size_t i;
    for (i = 0; i < FENCE; i++)
        if (bytes[i] != FENCE_BYTE)
            return 0;
    return 1;
}

static int is_fenced(const double *array, size_t count)
{
    return is_fence((const uint8_t *)(const void *)array - FENCE) && is_fence(array + count);
}

static void free_fenced(double *array)
{
    free((uint8_t *)(void *)array - FENCE);
}

/* ---- one problem and the memory of its call ---- */

typedef struct call {
    fr_dual_token *tokens;
    fr_dual_edge *edges;
    fr_dual_segment *segments;
    uint8_t *closed;
    double *eps, *over, *workspace;
    size_t token_count, edge_count, segment_count, closed_count;
    size_t eps_len, over_cap, workspace_len;
    size_t eps_room, over_room, workspace_room; /* what the arrays really hold */
    double *fee;                                /* of each edge, for a change of its price */
    int32_t chain;                              /* segments of a way */
    double step;                                /* of a segment, in log square root price */
    fr_dual_query query;
    uint8_t before[FENCE];
    fr_dual_result result;
    uint8_t after[FENCE];
} call;

static void open_call(call *c, int32_t tokens, int32_t edges, int32_t segments)
{
    memset(c, 0, sizeof *c);
    c->token_count = c->eps_len = c->eps_room = (size_t)tokens;
    c->edge_count = c->closed_count = (size_t)edges;
    c->segment_count = c->over_cap = c->over_room = (size_t)segments;
    c->workspace_len = c->workspace_room = fr_dual_workspace_size(c->token_count, c->edge_count, c->segment_count);
    c->tokens = allocate(c->token_count * sizeof *c->tokens);
    c->edges = allocate(c->edge_count * sizeof *c->edges);
    c->segments = allocate(c->segment_count * sizeof *c->segments);
    c->closed = allocate(c->closed_count);
    c->fee = allocate(c->edge_count * sizeof *c->fee);
    memset(c->closed, 0, c->closed_count);
    c->eps = fenced_doubles(c->eps_room);
    c->over = fenced_doubles(c->over_room);
    c->workspace = fenced_doubles(c->workspace_room);
    memset(c->eps, 0, c->eps_room * sizeof *c->eps);
    memset(c->before, FENCE_BYTE, FENCE);
    memset(c->after, FENCE_BYTE, FENCE);
}

static void close_call(call *c)
{
    free(c->tokens);
    free(c->edges);
    free(c->segments);
    free(c->closed);
    free(c->fee);
    free_fenced(c->eps);
    free_fenced(c->over);
    free_fenced(c->workspace);
}

static int32_t solve(call *c)
{
    const int32_t status = fr_dual_solve(
        &c->result, c->over, c->over_cap, c->eps, c->eps_len, c->workspace, c->workspace_len, c->tokens, c->token_count,
        c->edges, c->edge_count, c->segments, c->segment_count, c->closed, c->closed_count, &c->query);
    CHECK(is_fence(c->before) && is_fence(c->after), "written around the result, status %d", status);
    CHECK(is_fenced(c->eps, c->eps_room), "written around eps, status %d", status);
    CHECK(is_fenced(c->over, c->over_room), "written around over, status %d", status);
    CHECK(is_fenced(c->workspace, c->workspace_room), "written around the workspace, status %d", status);
    return status;
}

/* ---- random problems ---- */

typedef struct kind {
    int32_t tokens, edges, chain, goal;
    double depth;  /* value of a pool's side beside the portfolio's, to a factor of ten either way */
    double worth;  /* of the portfolio */
    int is_finite; /* some ways end */
} kind;

/* Sets the price of a pool, `noise` of its fee away from the reference prices: within the fee nobody profits from a circle. */
static void set_pool(call *c, int32_t edge, double noise, double depth)
{
    const double kept = 1.0 - c->fee[edge], price = exp(noise * c->fee[edge]);
    int32_t way, i;
    for (way = 0; way < 2; way++)
        for (i = 0; i < c->chain; i++) {
            fr_dual_segment *g = &c->segments[(2 * edge + way) * c->chain + i];
            const int is_endless = i == c->chain - 1 && g->cap != 0.0;
            g->log_kappa = 0.5 * log(kept * (way == 0 ? price : 1.0 / price)) - c->step * i;
            g->kappa = expm1(g->log_kappa);
            g->root = depth * (1.0 + 0.5 * i) * sqrt(price / kept) / c->query.scale;
            g->log_cap = is_endless ? DBL_MAX : c->step;
            g->cap = is_endless ? DBL_MAX : expm1(c->step);
        }
    c->edges[edge].kappa_ab = c->segments[c->edges[edge].first_ab].kappa;
    c->edges[edge].kappa_ba = c->segments[c->edges[edge].first_ba].kappa;
}

static double random_depth(double depth)
{
    return depth * pow(10.0, 2.0 * unit() - 1.0);
}

static void draw_tokens(call *c, int32_t goal)
{
    const int32_t n = (int32_t)c->token_count;
    double held = 0.0, weight = 0.0;
    int32_t i;
    for (i = 0; i < n; i++) {
        fr_dual_token *t = &c->tokens[i];
        t->held = below(10) < 7 ? unit() : 0.0;
        t->weight = below(10) < 7 ? unit() : 0.0;
        t->owed = 0.0;
    }
    c->tokens[1].held += 0.5;
    c->tokens[0].weight += 0.5;
    for (i = 0; i < n; i++) {
        held += c->tokens[i].held;
        weight += c->tokens[i].weight;
    }
    for (i = 0; i < n; i++) {
        c->tokens[i].held /= held;
        c->tokens[i].weight /= weight;
        if (goal == FR_DUAL_MOST_OF_ONE && below(4) == 0)
            c->tokens[i].owed = 0.2 * unit() / n;
    }
}

static void open_problem(call *c, const kind *k)
{
    int32_t i;
    open_call(c, k->tokens, k->edges, 2 * k->edges * k->chain);
    c->chain = k->chain;
    c->step = 0.002 * pow(20.0, unit());
    c->query.scale = 1.0 / k->worth;
    c->query.aversion = k->goal == FR_DUAL_TRACKING_ERROR ? 10.0 : 1.0;
    c->query.tolerance = 1e-20;
    c->query.goal = k->goal;
    c->query.kept = 0;
    c->query.max_iterations = 300;
    draw_tokens(c, k->goal);
    for (i = 0; i < k->edges; i++) {
        fr_dual_edge *e = &c->edges[i];
        int32_t g;
        e->a = i < k->tokens - 1 ? i : below(k->tokens);
        e->b = i < k->tokens - 1 ? i + 1 : (e->a + 1 + below(k->tokens - 1)) % k->tokens;
        e->first_ab = 2 * i * k->chain;
        e->first_ba = e->first_ab + k->chain;
        e->count_ab = e->count_ba = k->chain;
        for (g = 0; g < 2 * k->chain; g++)
            c->segments[e->first_ab + g].cap = DBL_MAX;
        if (k->is_finite && i >= k->tokens - 1 && below(2) == 0)
            c->segments[e->first_ab + k->chain - 1].cap = 0.0; /* set_pool makes an end of it */
        c->fee[i] = (1.0 + 100.0 * unit()) * 1e-4;
        set_pool(c, i, 1.8 * unit() - 0.9, random_depth(k->depth));
    }
}

static kind random_kind(void)
{
    static const double depths[] = { 1, 10, 100, 1e3, 1e4, 1e6, 1e8, 1e9 };
    kind k;
    k.tokens = 2 + below(below(10) == 0 ? 30 : 9);
    k.edges = k.tokens - 1 + below(64 - k.tokens + 1 < 2 * k.tokens ? 64 - k.tokens + 1 : 2 * k.tokens);
    k.chain = 1 + below(4);
    k.goal = FR_DUAL_TARGET_WEIGHTS + below(3);
    k.depth = depths[below(8)];
    k.worth = below(2) == 0 ? 1.0 : pow(10.0, 12.0 * unit() - 3.0);
    k.is_finite = below(3) == 0;
    return k;
}

/* ---- the answer, judged by the trades alone ---- */

/* Values held after the trades, at reference prices. */
static void hold(const call *c, double *final)
{
    size_t i;
    int32_t way, g;
    for (i = 0; i < c->token_count; i++)
        final[i] = c->tokens[i].held;
    for (i = 0; i < c->edge_count; i++)
        for (way = 0; way < 2; way++) {
            const fr_dual_edge *e = &c->edges[i];
            const int32_t first = way == 0 ? e->first_ab : e->first_ba, count = way == 0 ? e->count_ab : e->count_ba;
            for (g = first; g < first + count; g++) {
                const fr_dual_segment *s = &c->segments[g];
                final[way == 0 ? e->a : e->b] -= s->root / (1.0 + s->kappa) * c->over[g] * c->query.scale;
                final[way == 0 ? e->b : e->a] += s->root * (1.0 + s->kappa) * c->over[g] / (1.0 + c->over[g]) * c->query.scale;
            }
        }
}

/* What the goal wants of a token at its price, in value at that price. */
static double wanted(const call *c, size_t i, double price)
{
    const fr_dual_token *t = &c->tokens[i];
    double units;
    switch (c->query.goal) {
    case FR_DUAL_TARGET_WEIGHTS:
        return t->weight;
    case FR_DUAL_TRACKING_ERROR:
        units = t->weight - (price - 1.0) / c->query.aversion;
        return units > 0.0 ? units * price : 0.0;
    default:
        return t->owed * price;
    }
}

typedef struct balances {
    double worst; /* largest part of the portfolio that is missing or left over in one token, at the prices of the answer */
    double merit; /* what the result calls so, from the trades alone */
    double value; /* of the goal, with what is missing or left over bought or sold at the prices */
} balances;

static balances judge_balances(const call *c)
{
    balances found = { 0.0, 0.0, 0.0 };
    double final[FR_DUAL_MAX_TOKENS];
    size_t i;
    hold(c, final);
    for (i = 0; i < c->token_count; i++) {
        const fr_dual_token *t = &c->tokens[i];
        const double price = (1.0 + c->eps[i]) * (1.0 + c->eps[i]), target = wanted(c, i, price);
        const double excess = final[i] * price - target, kept = target / price;
        if (c->query.goal == FR_DUAL_MOST_OF_ONE && i == (size_t)c->query.kept) {
            found.value += final[i];
            continue;
        }
        found.worst = fabs(excess) <= found.worst ? found.worst : fabs(excess); /* a NaN stays */
        found.value += excess;
        if (c->query.goal == FR_DUAL_TARGET_WEIGHTS) {
            found.merit += t->weight > 0.0 ? excess * excess / t->weight : fabs(excess);
            found.value += t->weight > 0.0 ? t->weight * log(kept) : 0.0;
        } else if (c->query.goal == FR_DUAL_TRACKING_ERROR) {
            found.merit += target > 0.0 ? c->query.aversion * (excess / price) * (excess / price) : fabs(excess);
            found.value += kept - 0.5 * c->query.aversion * (kept - t->weight) * (kept - t->weight);
        } else {
            found.merit += fabs(excess);
        }
    }
    return found;
}

/* What the trades of one segment bring less than the best at these prices would, as a share of the portfolio: 0 at the optimum, where a
 * segment goes on while its price beats the tokens' and stops where it does not. Selling until the growth is u = 1 + over brings
 * size (u - 1) (U / u - 1 / U), most of all at U = 1 + lead. */
static double segment_gap(double size, double over, double lead, double cap)
{
    const double best = lead < cap ? lead : cap;
    if (!(lead > 0.0))
        return size * over * (over - lead * (2.0 + lead)) / ((1.0 + over) * (1.0 + lead));
    return size * ((over - lead) * (over - lead) / (1.0 + over) - (best - lead) * (best - lead) / (1.0 + best)) / (1.0 + lead);
}

typedef struct optimum {
    double gap;      /* of all segments together */
    double off_lead; /* largest |over - lead| of a segment that is neither untouched nor used up, largest lead of one untouched */
    double least;    /* smallest root of a price: tokens that nothing can be done with fall towards zero, and digits with them */
} optimum;

static optimum judge_optimum(const call *c)
{
    optimum found = { 0.0, 0.0, 1.0 };
    size_t i;
    int32_t way, g;
    for (i = 0; i < c->token_count; i++)
        found.least = fmin(found.least, 1.0 + c->eps[i]);
    for (i = 0; i < c->edge_count; i++)
        for (way = 0; way < 2; way++) {
            const fr_dual_edge *e = &c->edges[i];
            const double in = c->eps[way == 0 ? e->a : e->b], out = c->eps[way == 0 ? e->b : e->a];
            const int32_t first = way == 0 ? e->first_ab : e->first_ba, count = way == 0 ? e->count_ab : e->count_ba;
            const int is_closed = c->closed_count != 0 && (c->closed[i] & (way == 0 ? FR_DUAL_WAY_AB : FR_DUAL_WAY_BA)) != 0;
            for (g = first; g < first + count; g++) {
                const fr_dual_segment *s = &c->segments[g];
                const double over = c->over[g], lead = ((out - in) + s->kappa * (1.0 + out)) / (1.0 + in);
                const double size = s->root * c->query.scale * (1.0 + in) * (1.0 + out);
                double off;
                if (!(over >= 0.0) || !(over <= s->cap * (1.0 + 1e-12)) || (is_closed && over != 0.0)) {
                    found.gap = found.off_lead = INFINITY;
                    return found;
                }
                if (is_closed)
                    continue;
                found.gap += segment_gap(size, over, lead, s->cap);
                if (over > s->cap * (1.0 - 1e-6))
                    off = over - lead;
                else if (over * size < 1e-6)
                    off = (lead - over) * (size < 1.0 ? size : 1.0);
                else
                    off = fabs(over - lead);
                if (!(off <= found.off_lead))
                    found.off_lead = off;
            }
        }
    return found;
}

/* ---- answers ---- */

/* The status counts, and the trades are held against what it promises. */
typedef struct tally {
    int status[FR_DUAL_UNFINISHED + 1];
    int loose; /* exact answers that leave more than a billionth in a token */
} tally;

#define FR_DUAL_PROMISED_MERIT 1e-10

static void expect_optimum(const char *what, int round, const call *c, int32_t status, tally *t)
{
    balances b;
    optimum o;
    if (status < FR_DUAL_EXACT || status > FR_DUAL_UNFINISHED) {
        CHECK(0, "%s %d: status %d", what, round, status);
        return;
    }
    t->status[status]++;
    CHECK(c->result.iterations <= c->query.max_iterations && c->result.evaluations <= 42 * c->result.iterations + 8,
          "%s %d: %d iterations, %d evaluations", what, round, c->result.iterations, c->result.evaluations);
    if (status == FR_DUAL_UNFINISHED)
        return;
    b = judge_balances(c);
    o = judge_optimum(c);
    if (status == FR_DUAL_EXACT) {
        /* The merit is twice the gap, a square of what does not balance: a hundred-thousandth may be left in a token. */
        t->loose += !(b.worst <= 1e-9);
        CHECK(c->result.merit <= FR_DUAL_PROMISED_MERIT && fabs(b.merit - c->result.merit) <= 1e-5 * c->result.merit + 1e-13,
              "%s %d: merit %g, %g by the trades", what, round, c->result.merit, b.merit);
        CHECK(b.worst <= 1e-5, "%s %d: %g does not balance", what, round, b.worst);
    } else {
        CHECK(b.worst <= 1e-9, "%s %d: %g does not balance", what, round, b.worst);
    }
    CHECK(o.gap * o.least <= 1e-13, "%s %d: trades lose %g at the prices", what, round, o.gap);
    CHECK(o.off_lead <= 1e-8, "%s %d: a segment is %g from where it should end", what, round, o.off_lead);
}

static void solve_random_baskets_trades_balance_and_are_best(int rounds)
{
    tally t = { { 0 }, 0 };
    int round, goals[FR_DUAL_MOST_OF_ONE + 1] = { 0 };
    for (round = 0; round < rounds; round++) {
        const kind k = random_kind();
        call c;
        open_problem(&c, &k);
        expect_optimum("basket", round, &c, solve(&c), &t);
        goals[k.goal]++;
        close_call(&c);
    }
    CHECK(t.status[FR_DUAL_EXACT] > rounds / 2 && t.status[FR_DUAL_APPROACHED] > rounds / 16 && t.status[FR_DUAL_UNFINISHED] == 0
          && t.loose < rounds / 50, "%d exact, of those %d loosely, %d approached, %d unfinished",
          t.status[FR_DUAL_EXACT], t.loose, t.status[FR_DUAL_APPROACHED], t.status[FR_DUAL_UNFINISHED]);
    CHECK(goals[1] > rounds / 4 && goals[2] > rounds / 4 && goals[3] > rounds / 4, "%d %d %d", goals[1], goals[2], goals[3]);
    printf("basket dual: %d exact, of those %d leave more than 1e-9 in a token, %d approached\n",
           t.status[FR_DUAL_EXACT], t.loose, t.status[FR_DUAL_APPROACHED]);
}

/* What is closed only takes choices away. */
static void solve_edge_closed_never_better(int rounds)
{
    tally t = { { 0 }, 0 };
    int round, worse = 0, compared = 0;
    for (round = 0; round < rounds; round++) {
        const kind k = random_kind();
        call c;
        double open;
        int32_t status, closings = 1 + below(3);
        open_problem(&c, &k);
        status = solve(&c);
        expect_optimum("open", round, &c, status, &t);
        open = judge_balances(&c).value;
        for (; closings > 0; closings--)
            c.closed[below(k.edges)] |= (uint8_t)(1 + below(3));
        memset(c.eps, 0, c.eps_len * sizeof *c.eps);
        if (status != FR_DUAL_UNFINISHED && (status = solve(&c)) != FR_DUAL_UNFINISHED) {
            const double closed = judge_balances(&c).value;
            expect_optimum("closed", round, &c, status, &t);
            CHECK(closed <= open + 1e-9, "%d: %.17g closed, %.17g open", round, closed, open);
            compared++;
            worse += closed < open - 1e-9;
        }
        close_call(&c);
    }
    CHECK(compared > rounds / 2 && worse > rounds / 4, "%d compared, %d worse", compared, worse);
}

static void solve_warm_after_a_pool_moved_same_value_as_cold(int rounds)
{
    tally t = { { 0 }, 0 };
    int round, warm_steps = 0, cold_steps = 0;
    for (round = 0; round < rounds; round++) {
        const kind k = random_kind();
        call c;
        int move;
        open_problem(&c, &k);
        expect_optimum("first", round, &c, solve(&c), &t);
        for (move = 0; move < 4; move++) {
            const size_t bytes = c.eps_len * sizeof *c.eps;
            double warm_eps[FR_DUAL_MAX_TOKENS], warm, *workspace = c.workspace, *other = fenced_doubles(c.workspace_room);
            set_pool(&c, below(k.edges), 1.8 * unit() - 0.9, random_depth(k.depth));
            c.query.keep_factor = 1;
            expect_optimum("warm", round, &c, solve(&c), &t);
            warm = judge_balances(&c).value;
            warm_steps += c.result.factorings;
            memcpy(warm_eps, c.eps, bytes);

            memset(c.eps, 0, bytes);
            c.workspace = other;
            c.query.keep_factor = 0;
            expect_optimum("cold", round, &c, solve(&c), &t);
            cold_steps += c.result.factorings;
            CHECK(fabs(warm - judge_balances(&c).value) <= 1e-9, "%d: warm %.17g, cold %.17g", round, warm, judge_balances(&c).value);
            c.workspace = workspace;
            memcpy(c.eps, warm_eps, bytes);
            free_fenced(other);
        }
        close_call(&c);
    }
    CHECK(t.status[FR_DUAL_UNFINISHED] == 0, "%d unfinished", t.status[FR_DUAL_UNFINISHED]);
    CHECK(warm_steps < cold_steps, "%d factors warm, %d cold", warm_steps, cold_steps);
}

static void solve_same_input_twice_same_bits(int rounds)
{
    int round;
    for (round = 0; round < rounds; round++) {
        const kind k = random_kind();
        call c;
        fr_dual_result first;
        double *eps, *over;
        size_t i;
        int32_t status;
        open_problem(&c, &k);
        eps = allocate(c.eps_len * sizeof *eps);
        over = allocate(c.over_cap * sizeof *over);
        status = solve(&c);
        first = c.result;
        memcpy(eps, c.eps, c.eps_len * sizeof *eps);
        memcpy(over, c.over, c.over_cap * sizeof *over);
        for (i = 0; i < c.workspace_len; i++)
            c.workspace[i] = below(2) == 0 ? NAN : unit(); /* means nothing without keep_factor */
        memset(c.eps, 0, c.eps_len * sizeof *c.eps);
        CHECK(solve(&c) == status && memcmp(&first, &c.result, sizeof first) == 0, "%d: another result", round);
        CHECK(memcmp(eps, c.eps, c.eps_len * sizeof *eps) == 0 && memcmp(over, c.over, c.over_cap * sizeof *over) == 0,
              "%d: other prices or trades", round);
        memset(c.eps, 0, c.eps_len * sizeof *c.eps);
        c.over_cap = 0; /* trades not wanted */
        CHECK(solve(&c) == status && memcmp(&first, &c.result, sizeof first) == 0, "%d: another result without trades", round);
        CHECK(memcmp(over, c.over, c.over_room * sizeof *over) == 0, "%d: trades that nobody wanted", round);
        free(eps);
        free(over);
        close_call(&c);
    }
}

/* A workspace that holds anything at all costs time at most. */
static void solve_keep_factor_over_garbage_still_balances(int rounds)
{
    static const double garbage[] = { NAN, INFINITY, -INFINITY, 0.0, 1.0, -1.0, 1e308, -1e308, 4.9e-324, 1e-13 };
    tally t = { { 0 }, 0 };
    int round;
    for (round = 0; round < rounds; round++) {
        const kind k = random_kind();
        call c;
        size_t i;
        open_problem(&c, &k);
        for (i = 0; i < c.workspace_len; i++)
            c.workspace[i] = round % 10 == 0 ? NAN : round % 10 == 1 ? 2.0 * unit() - 1.0 : garbage[below(10)];
        c.workspace[0] = below(4) == 0 ? garbage[below(10)] : 1.0; /* says that there is a factor */
        c.query.keep_factor = 1;
        expect_optimum("garbage", round, &c, solve(&c), &t);
        close_call(&c);
    }
    CHECK(t.status[FR_DUAL_UNFINISHED] == 0, "%d unfinished", t.status[FR_DUAL_UNFINISHED]);
}

static void solve_iterations_used_up_says_so(int rounds)
{
    tally t = { { 0 }, 0 };
    int round;
    for (round = 0; round < rounds; round++) {
        const kind k = random_kind();
        call c;
        size_t i;
        open_problem(&c, &k);
        c.query.max_iterations = 1 + below(15);
        expect_optimum("few steps", round, &c, solve(&c), &t);
        for (i = 0; i < c.token_count; i++)
            CHECK(c.eps[i] > -1.0 && c.eps[i] < DBL_MAX, "%d: eps %g", round, c.eps[i]);
        close_call(&c);
    }
    CHECK(t.status[FR_DUAL_UNFINISHED] > rounds / 4 && t.status[FR_DUAL_EXACT] > rounds / 10, "%d unfinished, %d exact",
          t.status[FR_DUAL_UNFINISHED], t.status[FR_DUAL_EXACT]);
}

static void solve_largest_basket_balances(void)
{
    tally t = { { 0 }, 0 };
    const kind k = { FR_DUAL_MAX_TOKENS, 2 * FR_DUAL_MAX_TOKENS, 1, FR_DUAL_TARGET_WEIGHTS, 100.0, 1e6, 0 };
    call c;
    open_problem(&c, &k);
    expect_optimum("largest", 0, &c, solve(&c), &t);
    CHECK(t.status[FR_DUAL_UNFINISHED] == 0, "%g", c.result.merit);
    close_call(&c);
}

/* ---- small baskets, followed by hand ---- */

/* Token 1 is held, token 0 wanted; one pool of rate 0.81 and depth 4 at reference prices. */
static void open_small(call *c)
{
    static const fr_dual_segment way = { -0.1, -0.10536051565782628, 3.6, DBL_MAX, DBL_MAX }; /* sqrt(0.81) - 1, ln 0.9, 4 * 0.9 */
    open_call(c, 2, 1, 2);
    c->tokens[0] = (fr_dual_token){ 0.0, 1.0, 0.0 };
    c->tokens[1] = (fr_dual_token){ 1.0, 0.0, 0.0 };
    c->edges[0] = (fr_dual_edge){ -0.1, -0.1, 0, 1, 0, 1, 1, 1 };
    c->segments[0] = c->segments[1] = way;
    c->query = (fr_dual_query){ 1.0, 1.0, 1e-24, FR_DUAL_MOST_OF_ONE, 0, 100, 0 };
}

static int is_near(double left, double right)
{
    return fabs(left - right) <= 1e-9;
}

static void solve_one_pool_sells_all_until_its_price_is_the_token_s(void)
{
    call c;
    double final[2];
    open_small(&c);
    CHECK(solve(&c) == FR_DUAL_EXACT, "merit %g", c.result.merit);
    CHECK(is_near(c.over[1], 0.25) && c.over[0] == 0.0, "%.17g %.17g", c.over[0], c.over[1]); /* 1 in / depth 4 */
    CHECK(is_near((1.0 + c.eps[1]) * (1.0 + c.eps[1]), 0.81 / 1.5625) && c.eps[0] == 0.0, "%.17g", c.eps[1]);
    hold(&c, final);
    CHECK(is_near(final[0], 0.81 / 1.25) && is_near(final[1], 0.0), "%.17g %.17g", final[0], final[1]);

    c.tokens[1].owed = 0.5;
    memset(c.eps, 0, 2 * sizeof *c.eps);
    CHECK(solve(&c) == FR_DUAL_EXACT && is_near(c.over[1], 0.125), "half is owed: %.17g", c.over[1]);

    c.segments[1].cap = 0.0625; /* the pool ends before: what cannot be sold is worth nothing */
    c.segments[1].log_cap = log(1.0625);
    c.tokens[1].owed = 0.0;
    memset(c.eps, 0, 2 * sizeof *c.eps);
    CHECK(solve(&c) > 0 && is_near(c.over[1], 0.0625), "%.17g", c.over[1]);
    CHECK((1.0 + c.eps[1]) * (1.0 + c.eps[1]) < 1e-6, "%.17g", c.eps[1]);
    close_call(&c);
}

static void solve_no_way_to_trade_prices_are_weight_over_holding(void)
{
    const double held[] = { 0.5, 0.3, 0.2 }, weight[] = { 0.25, 0.5, 0.25 };
    call c;
    int i, closed;
    for (closed = 0; closed < 2; closed++) {
        kind k = { 3, 2, 2, FR_DUAL_TARGET_WEIGHTS, 10.0, 1.0, 0 };
        open_problem(&c, &k);
        for (i = 0; i < 3; i++)
            c.tokens[i] = (fr_dual_token){ held[i], weight[i], 0.0 };
        if (closed)
            memset(c.closed, FR_DUAL_WAY_AB | FR_DUAL_WAY_BA, 2);
        else
            c.edge_count = c.segment_count = c.closed_count = c.over_cap = 0;
        CHECK(solve(&c) == FR_DUAL_EXACT, "merit %g", c.result.merit);
        for (i = 0; i < 3; i++)
            CHECK(is_near((1.0 + c.eps[i]) * (1.0 + c.eps[i]), weight[i] / held[i]), "%d: %.17g", i, c.eps[i]);
        close_call(&c);
    }
}

/* ---- mistakes ---- */

static void expect(const char *what, call *c, int32_t expected)
{
    const int32_t status = solve(c);
    CHECK(status == expected, "%s: status %d, expected %d", what, status, expected);
    CHECK(status > 0 || (c->result.iterations == 0 && c->result.evaluations == 0 && c->result.factorings == 0), "%s: counts", what);
    close_call(c);
}

#define EXPECT(what, status, ...) \
    do { \
        const kind k = { 3, 4, 2, FR_DUAL_MOST_OF_ONE, 10.0, 1.0, 0 }; \
        call c; \
        open_problem(&c, &k); \
        __VA_ARGS__; \
        expect(what, &c, status); \
    } while (0)

static void solve_bad_number_names_it(void)
{
    const double bad[] = { NAN, -NAN, INFINITY, -INFINITY, -1.0, -4.9e-324, -DBL_MAX };
    size_t i;
    for (i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        EXPECT("held", FR_BAD_NUMBER, c.tokens[0].held = bad[i]);
        EXPECT("weight", FR_BAD_NUMBER, c.tokens[1].weight = bad[i]);
        EXPECT("owed", FR_BAD_NUMBER, c.tokens[2].owed = bad[i]);
        EXPECT("scale", FR_BAD_NUMBER, c.query.scale = bad[i]);
        EXPECT("aversion", FR_BAD_NUMBER, c.query.aversion = bad[i]);
        EXPECT("tolerance", FR_BAD_NUMBER, c.query.tolerance = bad[i]);
        if (bad[i] != -4.9e-324)
            EXPECT("eps", FR_BAD_NUMBER, c.eps[2] = bad[i]);
    }
    EXPECT("scale", FR_BAD_NUMBER, c.query.scale = 0.0);
    EXPECT("aversion", FR_BAD_NUMBER, c.query.aversion = 0.0);
    EXPECT("eps", FR_BAD_NUMBER, c.eps[0] = -1.5);
}

static void solve_bad_index_names_it(void)
{
    EXPECT("a", FR_BAD_INDEX, c.edges[0].a = -1);
    EXPECT("a", FR_BAD_INDEX, c.edges[3].a = 3);
    EXPECT("a", FR_BAD_INDEX, c.edges[3].a = INT32_MIN);
    EXPECT("b", FR_BAD_INDEX, c.edges[1].b = -1);
    EXPECT("b", FR_BAD_INDEX, c.edges[1].b = 3);
    EXPECT("b", FR_BAD_INDEX, c.edges[3].b = INT32_MAX);
    EXPECT("loop", FR_BAD_INDEX, c.edges[2].b = c.edges[2].a);
    EXPECT("first", FR_BAD_INDEX, c.edges[0].first_ab = -1);
    EXPECT("first", FR_BAD_INDEX, c.edges[0].first_ba = INT32_MIN);
    EXPECT("first", FR_BAD_INDEX, c.edges[3].first_ab = 15);
    EXPECT("first", FR_BAD_INDEX, c.edges[3].first_ba = 15);
    EXPECT("first", FR_BAD_INDEX, c.edges[3].first_ba = 17; c.edges[3].count_ba = 0);
    EXPECT("count", FR_BAD_INDEX, c.edges[0].count_ab = -1);
    EXPECT("count", FR_BAD_INDEX, c.edges[0].count_ba = INT32_MIN);
    EXPECT("count", FR_BAD_INDEX, c.edges[0].count_ab = 17);
    EXPECT("count", FR_BAD_INDEX, c.edges[3].count_ba = 3);
    EXPECT("overflow", FR_BAD_INDEX, c.edges[1].first_ab = INT32_MAX; c.edges[1].count_ab = INT32_MAX);
    EXPECT("overflow", FR_BAD_INDEX, c.edges[1].first_ba = INT32_MAX; c.edges[1].count_ba = 1);
    EXPECT("overflow", FR_BAD_INDEX, c.edges[1].first_ba = 2; c.edges[1].count_ba = INT32_MAX);
    EXPECT("no segments", FR_BAD_INDEX, c.segment_count = 0);
    EXPECT("one short", FR_BAD_INDEX, c.segment_count = 15);
    EXPECT("closed edge", FR_BAD_INDEX, c.closed[2] = 3; c.edges[2].a = 3);
    EXPECT("kept", FR_BAD_INDEX, c.query.kept = -1);
    EXPECT("kept", FR_BAD_INDEX, c.query.kept = 3);
    EXPECT("kept", FR_BAD_INDEX, c.query.kept = INT32_MIN);
}

static void solve_bad_limit_names_it(void)
{
    EXPECT("tokens", FR_BAD_LIMIT, c.token_count = 0);
    EXPECT("tokens", FR_BAD_LIMIT, c.token_count = 0; c.eps_len = 0);
    EXPECT("tokens", FR_BAD_LIMIT, c.token_count = 1);
    EXPECT("tokens", FR_BAD_LIMIT, c.token_count = c.eps_len = FR_DUAL_MAX_TOKENS + 1);
    EXPECT("tokens", FR_BAD_LIMIT, c.token_count = c.eps_len = SIZE_MAX);
    EXPECT("edges", FR_BAD_LIMIT, c.edge_count = FR_DUAL_MAX_EDGES + 1; c.closed_count = 0);
    EXPECT("edges", FR_BAD_LIMIT, c.edge_count = c.closed_count = SIZE_MAX);
    EXPECT("segments", FR_BAD_LIMIT, c.segment_count = FR_DUAL_MAX_SEGMENTS + 1; c.over_cap = 0);
    EXPECT("segments", FR_BAD_LIMIT, c.segment_count = c.over_cap = SIZE_MAX);
    EXPECT("closed", FR_BAD_LIMIT, c.closed_count = 3);
    EXPECT("closed", FR_BAD_LIMIT, c.closed_count = 5);
    EXPECT("closed", FR_BAD_LIMIT, c.closed_count = SIZE_MAX);
    EXPECT("closed", FR_BAD_LIMIT, c.edge_count = 0);
    EXPECT("iterations", FR_BAD_LIMIT, c.query.max_iterations = 0);
    EXPECT("iterations", FR_BAD_LIMIT, c.query.max_iterations = INT32_MIN);
    EXPECT("iterations", FR_BAD_LIMIT, c.query.max_iterations = 10001);
    EXPECT("goal", FR_BAD_LIMIT, c.query.goal = 0);
    EXPECT("goal", FR_BAD_LIMIT, c.query.goal = 4);
    EXPECT("goal", FR_BAD_LIMIT, c.query.goal = INT32_MIN);
}

static void solve_memory_too_small_names_it(void)
{
    EXPECT("eps", FR_OUTPUT_TOO_SMALL, c.eps_len -= 1);
    EXPECT("eps", FR_OUTPUT_TOO_SMALL, c.eps_len = 0);
    EXPECT("over", FR_OUTPUT_TOO_SMALL, c.over_cap -= 1);
    EXPECT("over", FR_OUTPUT_TOO_SMALL, c.over_cap = 1);
    EXPECT("workspace", FR_SCRATCH_TOO_SMALL, c.workspace_len -= 1);
    EXPECT("workspace", FR_SCRATCH_TOO_SMALL, c.workspace_len = 0);
    EXPECT("workspace", FR_SCRATCH_TOO_SMALL, c.workspace_len -= 1; c.query.keep_factor = 1);
}

static void solve_null_pointer_allowed_only_with_length_zero(void)
{
    const kind k = { 3, 4, 2, FR_DUAL_TARGET_WEIGHTS, 10.0, 1.0, 0 };
    call c;
    open_problem(&c, &k);
#define SOLVE(result, over, eps, workspace, tokens, edges, segments, closed, query) \
    fr_dual_solve(result, over, c.over_cap, eps, c.eps_len, workspace, c.workspace_len, tokens, 3, edges, 4, segments, 16, closed, 4, query)
    CHECK(SOLVE(NULL, c.over, c.eps, c.workspace, c.tokens, c.edges, c.segments, c.closed, &c.query) == FR_NULL_POINTER, "result");
    CHECK(SOLVE(&c.result, NULL, c.eps, c.workspace, c.tokens, c.edges, c.segments, c.closed, &c.query) == FR_NULL_POINTER, "over");
    CHECK(SOLVE(&c.result, c.over, NULL, c.workspace, c.tokens, c.edges, c.segments, c.closed, &c.query) == FR_NULL_POINTER, "eps");
    CHECK(SOLVE(&c.result, c.over, c.eps, NULL, c.tokens, c.edges, c.segments, c.closed, &c.query) == FR_NULL_POINTER, "workspace");
    CHECK(SOLVE(&c.result, c.over, c.eps, c.workspace, NULL, c.edges, c.segments, c.closed, &c.query) == FR_NULL_POINTER, "tokens");
    CHECK(SOLVE(&c.result, c.over, c.eps, c.workspace, c.tokens, NULL, c.segments, c.closed, &c.query) == FR_NULL_POINTER, "edges");
    CHECK(SOLVE(&c.result, c.over, c.eps, c.workspace, c.tokens, c.edges, NULL, c.closed, &c.query) == FR_NULL_POINTER, "segments");
    CHECK(SOLVE(&c.result, c.over, c.eps, c.workspace, c.tokens, c.edges, c.segments, NULL, &c.query) == FR_NULL_POINTER, "closed");
    CHECK(SOLVE(&c.result, c.over, c.eps, c.workspace, c.tokens, c.edges, c.segments, c.closed, NULL) == FR_NULL_POINTER, "query");
    CHECK(fr_dual_solve(&c.result, NULL, 0, NULL, 0, NULL, 0, NULL, 0, NULL, 0, NULL, 0, NULL, 0, &c.query) == FR_BAD_LIMIT, "no tokens");
    CHECK(fr_dual_solve(&c.result, NULL, 0, NULL, 0, c.workspace, c.workspace_len, c.tokens, 3, NULL, 0, NULL, 0, NULL, 0, &c.query)
              == FR_OUTPUT_TOO_SMALL, "no eps");
    CHECK(fr_dual_solve(&c.result, NULL, 0, c.eps, 3, NULL, 0, c.tokens, 3, NULL, 0, NULL, 0, NULL, 0, &c.query) == FR_SCRATCH_TOO_SMALL,
          "no workspace");
    CHECK(fr_dual_solve(&c.result, NULL, 0, c.eps, 3, c.workspace, c.workspace_len, c.tokens, 3, NULL, 0, NULL, 0, NULL, 0, &c.query) > 0,
          "neither pools nor trades");
    close_call(&c);
}

static void solve_memory_larger_than_needed_is_left_alone(void)
{
    const kind k = { 3, 4, 2, FR_DUAL_TARGET_WEIGHTS, 10.0, 1.0, 0 };
    const uint8_t *bytes;
    call c;
    size_t i, touched = 0;
    open_problem(&c, &k);
    free_fenced(c.eps);
    free_fenced(c.over);
    free_fenced(c.workspace);
    c.eps = fenced_doubles(c.eps_len = c.eps_room = 7);
    c.over = fenced_doubles(c.over_cap = c.over_room = 20);
    c.workspace = fenced_doubles(c.workspace_len = c.workspace_room = fr_dual_workspace_size(3, 4, 16) + 5);
    memset(c.eps, 0, 3 * sizeof *c.eps);
    CHECK(solve(&c) > 0, "more memory");
    bytes = (const uint8_t *)(const void *)&c.eps[3];
    for (i = 0; i < 4 * sizeof(double); i++)
        touched += bytes[i] != FENCE_BYTE;
    bytes = (const uint8_t *)(const void *)&c.over[16];
    for (i = 0; i < 4 * sizeof(double); i++)
        touched += bytes[i] != FENCE_BYTE;
    bytes = (const uint8_t *)(const void *)&c.workspace[c.workspace_len - 5];
    for (i = 0; i < 5 * sizeof(double); i++)
        touched += bytes[i] != FENCE_BYTE;
    CHECK(touched == 0, "%zu bytes beyond what is needed", touched);
    close_call(&c);
}

/* Numbers that are none give an answer without meaning: but an answer, after a bounded number of steps, and within the arrays. */
static void solve_unsound_pools_come_to_an_end(int rounds)
{
    static const double bad[] = { NAN, INFINITY, -INFINITY, 0.0, -0.0, -1.0, 1.0, 1e308, -1e308, DBL_MAX, 4.9e-324, 1e-300, -2.0, 1e16 };
    int round, status[FR_DUAL_UNFINISHED + 1] = { 0 };
    for (round = 0; round < rounds; round++) {
        const kind k = random_kind();
        int count = 1 + below(8);
        int32_t got;
        call c;
        open_problem(&c, &k);
        c.query.max_iterations = below(20) == 0 ? 10000 : 300;
        for (; count > 0; count--) {
            fr_dual_segment *g = &c.segments[below((int32_t)c.segment_count)];
            fr_dual_edge *e = &c.edges[below(k.edges)];
            const double x = bad[below((int32_t)(sizeof bad / sizeof bad[0]))];
            switch (below(9)) {
            case 0: g->kappa = x; break;
            case 1: g->log_kappa = x; break;
            case 2: g->root = x; break;
            case 3: g->cap = x; break;
            case 4: g->log_cap = x; break;
            case 5: e->kappa_ab = x; break;
            case 6: e->kappa_ba = x; break;
            case 7: /* ranges that overlap, or hold everything */
                e->first_ab = below((int32_t)c.segment_count);
                e->count_ab = (int32_t)c.segment_count - e->first_ab;
                e->first_ba = 0;
                e->count_ba = below((int32_t)c.segment_count + 1);
                break;
            default:
                e->count_ab = 0; /* a way without segments that seems to trade */
                break;
            }
        }
        got = solve(&c);
        CHECK(got >= FR_DUAL_EXACT && got <= FR_DUAL_UNFINISHED, "%d: status %d", round, got);
        if (got < FR_DUAL_EXACT || got > FR_DUAL_UNFINISHED)
            got = 0;
        status[got]++;
        CHECK(got != FR_DUAL_EXACT || c.result.merit <= FR_DUAL_PROMISED_MERIT, "%d: exact with a merit of %g", round, c.result.merit);
        CHECK(c.result.iterations <= c.query.max_iterations && c.result.evaluations <= 42 * c.result.iterations + 8,
              "%d: %d iterations, %d evaluations", round, c.result.iterations, c.result.evaluations);
        close_call(&c);
    }
    CHECK(status[FR_DUAL_EXACT] > 0 && status[FR_DUAL_UNFINISHED] > 0, "%d %d", status[FR_DUAL_EXACT], status[FR_DUAL_UNFINISHED]);
}

/* Sound by themselves, and far beyond what a portfolio is. */
static void solve_extreme_tokens_and_starts_come_to_an_end(int rounds)
{
    static const double sizes[] = { 0.0, 4.9e-324, 1e-300, 1e-16, 1.0, 1e16, 1e300, DBL_MAX };
    int round;
    for (round = 0; round < rounds; round++) {
        const kind k = random_kind();
        int count = 1 + below(4);
        call c;
        open_problem(&c, &k);
        for (; count > 0; count--) {
            const int32_t i = below(k.tokens);
            const double x = sizes[below(8)];
            switch (below(7)) {
            case 0: c.tokens[i].held = x; break;
            case 1: c.tokens[i].weight = x; break;
            case 2: c.tokens[i].owed = x; break;
            case 3: c.query.tolerance = x; break;
            case 4: c.eps[i] = below(2) == 0 ? x : -1.0 + 0x1p-53; break;
            case 5: c.query.scale = x > 0.0 ? x : 1.0; break;
            default: c.query.aversion = x > 0.0 ? x : 1.0; break;
            }
        }
        CHECK(solve(&c) > 0 && c.result.iterations <= c.query.max_iterations && c.result.evaluations <= 42 * c.result.iterations + 8,
              "%d: %d iterations, %d evaluations", round, c.result.iterations, c.result.evaluations);
        close_call(&c);
    }
}

static void workspace_sizes_outside_the_limits_are_zero(void)
{
    CHECK(fr_dual_workspace_size(2, 0, 0) > 0, "smallest");
    CHECK(fr_dual_workspace_size(FR_DUAL_MAX_TOKENS, FR_DUAL_MAX_EDGES, FR_DUAL_MAX_SEGMENTS) > 0, "largest");
    CHECK(fr_dual_workspace_size(0, 0, 0) == 0 && fr_dual_workspace_size(1, 0, 0) == 0, "tokens");
    CHECK(fr_dual_workspace_size(FR_DUAL_MAX_TOKENS + 1, 0, 0) == 0 && fr_dual_workspace_size(SIZE_MAX, 0, 0) == 0, "tokens");
    CHECK(fr_dual_workspace_size(2, FR_DUAL_MAX_EDGES + 1, 0) == 0 && fr_dual_workspace_size(2, SIZE_MAX, 0) == 0, "edges");
    CHECK(fr_dual_workspace_size(2, 0, FR_DUAL_MAX_SEGMENTS + 1) == 0 && fr_dual_workspace_size(2, 0, SIZE_MAX) == 0, "segments");
}

int main(int argc, char **argv)
{
    const uint64_t seed = argc > 1 ? strtoull(argv[1], NULL, 10) : 7;
    random_state = seed;

    CHECK(sizeof(fr_dual_token) == 24 && sizeof(fr_dual_edge) == 40 && sizeof(fr_dual_segment) == 40 && sizeof(fr_dual_query) == 40
          && sizeof(fr_dual_result) == 32, "a structure has another size");
    workspace_sizes_outside_the_limits_are_zero();
    solve_one_pool_sells_all_until_its_price_is_the_token_s();
    solve_no_way_to_trade_prices_are_weight_over_holding();
    solve_bad_number_names_it();
    solve_bad_index_names_it();
    solve_bad_limit_names_it();
    solve_memory_too_small_names_it();
    solve_null_pointer_allowed_only_with_length_zero();
    solve_memory_larger_than_needed_is_left_alone();
    solve_random_baskets_trades_balance_and_are_best(6000);
    solve_largest_basket_balances();
    solve_edge_closed_never_better(2000);
    solve_warm_after_a_pool_moved_same_value_as_cold(500);
    solve_same_input_twice_same_bits(500);
    solve_keep_factor_over_garbage_still_balances(1000);
    solve_iterations_used_up_says_so(1000);
    solve_unsound_pools_come_to_an_end(3000);
    solve_extreme_tokens_and_starts_come_to_an_end(2000);

    printf("basket dual: %d checks, %d failed, seed %llu\n", checks, failures, (unsigned long long)seed);
    return failures == 0 ? 0 : 1;
}
