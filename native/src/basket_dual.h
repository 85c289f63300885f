#ifndef FR_BASKET_DUAL_H
#define FR_BASKET_DUAL_H

/* The prices at which a whole basket of assets trades best through many pools, by minimising the convex dual of the problem.
 *
 * A token's price is (1 + eps)^2 times its reference price, a pool in one direction a chain of segments. Selling one value's worth
 * into a segment moves its price by the square of a growth u, and the best u at given prices is the square root of what the segment
 * offers over what is asked: 1 + over, with
 *     over = ((eps_out - eps_in) + kappa (1 + eps_out)) / (1 + eps_in),   kappa = sqrt(rate price_out / price_in) - 1.
 * Everything that follows is written in `over`, which is small where a portfolio is small beside the pools: no digits are lost.
 *
 * Two ways lead to the answer. Newton's method on the dual itself is the fast one; each pool is a spring between two tokens, so that a
 * step solves a symmetric system. Where pools are far deeper than the trades the dual is nearly a polyhedron, and Newton stumbles
 * over its edges; there a primal-dual interior-point method takes over, which keeps growth and slack of every segment as numbers of
 * their own and walks both towards zero products.
 *
 * Every arithmetic expression here has its twin, written in the same order, in
 * src/FastRebalance.Routing/Duals/Managed*.cs: change both or neither. */

#include <float.h>
#include <math.h>
#include <string.h>

#include "../include/fastrebalance.h"

/* Steps of a log price are kept below this: the expansions hold, and no price leaves the numbers. The interior point has no expansion, and a
 * price that must sink to nothing may go faster there. */
#define FR_DUAL_STRIDE 0.5
#define FR_DUAL_LONG_STRIDE 2.0

/* Newton's method hands over after this many steps, or after so many that had to be cut to less than a tenth; before that it does not
 * look for the right length for long. */
#define FR_DUAL_NEWTON_STEPS 14
#define FR_DUAL_SHORT_STEPS 1
#define FR_DUAL_LINE_STEPS 40
#define FR_DUAL_QUICK_LINE_STEPS 2

/* The interior-point method's own bounds: its steps, the products it begins with, and how near those and the balances have to come to zero. */
#define FR_DUAL_APPROACH_STEPS 80
#define FR_DUAL_FIRST_PRODUCTS 2e-3
#define FR_DUAL_NEAR_PRODUCTS 1e-16
#define FR_DUAL_NEAR_BALANCE 1e-12

/* Where products have come down to this, Newton's method has a try from there; where it fails, the next when they are so much smaller. */
#define FR_DUAL_HAND_OVER 1e-6
#define FR_DUAL_HAND_OVER_AGAIN 1e-2

/* Products are never aimed at less than this part of what they are: what vanished faster would soon be too small for the numbers. */
#define FR_DUAL_LEAST_CENTRING 1e-6

/* Products must not vanish while the balances do not: below this they are kept where they are until those have followed. */
#define FR_DUAL_SMALL_PRODUCTS 1e-9
#define FR_DUAL_MOST_BEHIND 1e3

/* A step stops short of where a growth would be zero by this many times the products, the nearer the smaller; within these bounds. */
#define FR_DUAL_SHY_OF_PRODUCTS 30.0
#define FR_DUAL_LEAST_SHY 1e-9
#define FR_DUAL_MOST_SHY 1e-2

/* Of the segments only those nearest to the reference prices are worked on at first: so many for each token, and so many more. Where another
 * would trade at the answer, some times as many are taken. */
#define FR_DUAL_SEGMENTS_OF_TOKEN 12
#define FR_DUAL_SEGMENTS_BESIDE 20
#define FR_DUAL_MORE_SEGMENTS 3

/* That is looked for after this many steps, and then Newton's method has so many from there before more segments are taken. */
#define FR_DUAL_LOOK_STEP 15
#define FR_DUAL_BETWEEN_STEPS 60

/* Classes of how far below the reference prices a segment begins: from 2^-20 (in log square root) on, four an octave. */
#define FR_DUAL_CLASSES 72

/* Below this no further step can help: what is left is the rounding of the sums. */
#define FR_DUAL_NOISE 1e-10

/* Keeps the matrix regular where a token is worth nothing to anybody. */
#define FR_DUAL_LEAST_CURVATURE 1e-13

#define FR_DUAL_NO_TOKEN (-1)

/* One segment as the interior-point method sees it. */
typedef struct fr_dual_arc {
    double take, pay, size;    /* value that goes in, comes out and is bent at growth e, at reference prices */
    double most;               /* largest log growth; DBL_MAX for an endless segment */
    double w, lo, hi;          /* log growth, slack under it, slack over it */
    double heft;               /* size at present prices */
    double per_w, per_bend;    /* one over w, and over how much the slacks stiffen the segment */
    double per_rest;           /* one over what is left of most */
    double rc, rh, rest;       /* right-hand sides */
    double dw, dlo, dhi;       /* direction */
    double k;                  /* log(1 + kappa) */
    int32_t in, out, segment, reserved;
} fr_dual_arc;

/* Segments of an edge's two ways that the interior-point method works on; the first ones. */
typedef struct fr_dual_kept {
    int32_t ab, ba;
} fr_dual_kept;

/* How the interior-point method ends: nowhere, with segments left out that would trade, near in growths, exact in prices. */
typedef enum fr_dual_end { FR_DUAL_END_FAR, FR_DUAL_END_CUT, FR_DUAL_END_NEAR, FR_DUAL_END_EXACT } fr_dual_end;

typedef struct fr_dual {
    const fr_dual_token *tokens;
    const fr_dual_edge *edges;
    const fr_dual_segment *segments;
    const uint8_t *closed; /* NULL: every edge is open both ways */
    const fr_dual_query *query;
    int32_t token_count, edge_count, segment_count, fixed;

    double *mark;       /* [1] 1.0 while matrix and pivot hold a factor */
    double *matrix;     /* [n n] upper triangle, by rows */
    double *pivot;      /* [n] one over the diagonal of the factor */
    double *residual;   /* [n] value in excess */
    double *curvature;  /* [n] of the goal */
    double *flow;       /* [n] value brought by the pools */
    double *step;       /* [n] of the log prices */
    double *trial;      /* [n] eps there */
    double *best;       /* [n] eps where the merit was smallest */
    double *saved;      /* [n] */
    double *log_price;  /* [n] */
    double *root;       /* [n] square root of price over reference price */
    double *best_sale;     /* [n] largest log_kappa of a way that takes the token */
    double *best_purchase; /* [n] and of one that pays it */
    double *start;         /* [n] eps where the interior-point method was called in */
    double *stiffness;  /* [m] of each edge */
    fr_dual_kept *kept; /* [m] */
    fr_dual_arc *arcs;  /* those that have an end come first */
    int32_t arc_count, ended_count;

    uint64_t trace;
    int32_t evaluations, factorings, iterations;
} fr_dual;

/* ---- memory ---- */

typedef struct fr_dual_layout {
    size_t matrix, vectors, stiffness, kept, arcs, size; /* in doubles from the start */
} fr_dual_layout;

#define FR_DUAL_VECTORS 13
#define FR_DUAL_ARC_DOUBLES (sizeof(fr_dual_arc) / sizeof(double))

static fr_dual_layout fr_dual_layout_of(size_t tokens, size_t edges, size_t segments)
{
    fr_dual_layout at;
    at.matrix = 1;
    at.vectors = at.matrix + tokens * tokens;
    at.stiffness = at.vectors + FR_DUAL_VECTORS * tokens;
    at.kept = at.stiffness + edges;
    at.arcs = at.kept + edges;
    at.size = at.arcs + segments * FR_DUAL_ARC_DOUBLES;
    return at;
}

static void fr_dual_init(fr_dual *s, double *workspace, const fr_dual_token *tokens, size_t token_count, const fr_dual_edge *edges,
                         size_t edge_count, const fr_dual_segment *segments, size_t segment_count, const uint8_t *closed,
                         const fr_dual_query *query)
{
    const fr_dual_layout at = fr_dual_layout_of(token_count, edge_count, segment_count);
    double *vectors = workspace + at.vectors;
    s->tokens = tokens;
    s->edges = edges;
    s->segments = segments;
    s->closed = closed;
    s->query = query;
    s->token_count = (int32_t)token_count;
    s->edge_count = (int32_t)edge_count;
    s->segment_count = (int32_t)segment_count;
    s->fixed = query->goal == FR_DUAL_MOST_OF_ONE ? query->kept : FR_DUAL_NO_TOKEN;
    s->mark = workspace;
    s->matrix = workspace + at.matrix;
    s->pivot = vectors;
    s->residual = vectors + token_count;
    s->curvature = vectors + 2 * token_count;
    s->flow = vectors + 3 * token_count;
    s->step = vectors + 4 * token_count;
    s->trial = vectors + 5 * token_count;
    s->best = vectors + 6 * token_count;
    s->saved = vectors + 7 * token_count;
    s->log_price = vectors + 8 * token_count;
    s->root = vectors + 9 * token_count;
    s->best_sale = vectors + 10 * token_count;
    s->best_purchase = vectors + 11 * token_count;
    s->start = vectors + 12 * token_count;
    s->stiffness = workspace + at.stiffness;
    s->kept = (fr_dual_kept *)(void *)(workspace + at.kept);
    s->arcs = (fr_dual_arc *)(void *)(workspace + at.arcs);
    s->arc_count = s->ended_count = 0;
    s->trace = UINT64_C(14695981039346656037);
    s->evaluations = s->factorings = s->iterations = 0;
}

/* ---- checks ---- */

static int fr_dual_is_finite(double x)
{
    return x >= -DBL_MAX && x <= DBL_MAX;
}

static int32_t fr_dual_check(const double *eps, const fr_dual_token *tokens, size_t token_count, const fr_dual_edge *edges,
                             size_t edge_count, size_t segment_count, size_t closed_count, const fr_dual_query *q)
{
    size_t i;
    if (token_count < 2 || token_count > FR_DUAL_MAX_TOKENS || edge_count > FR_DUAL_MAX_EDGES || segment_count > FR_DUAL_MAX_SEGMENTS
        || (closed_count != 0 && closed_count != edge_count) || q->max_iterations < 1 || q->max_iterations > 10000
        || q->goal < FR_DUAL_TARGET_WEIGHTS || q->goal > FR_DUAL_MOST_OF_ONE)
        return FR_BAD_LIMIT;
    if (q->goal == FR_DUAL_MOST_OF_ONE && (q->kept < 0 || (size_t)q->kept >= token_count))
        return FR_BAD_INDEX;
    if (!(q->scale > 0.0) || !fr_dual_is_finite(q->scale) || !(q->aversion > 0.0) || !fr_dual_is_finite(q->aversion)
        || !(q->tolerance >= 0.0) || !fr_dual_is_finite(q->tolerance))
        return FR_BAD_NUMBER;
    for (i = 0; i < token_count; i++)
        if (!(tokens[i].held >= 0.0) || !fr_dual_is_finite(tokens[i].held) || !(tokens[i].weight >= 0.0)
            || !fr_dual_is_finite(tokens[i].weight) || !(tokens[i].owed >= 0.0) || !fr_dual_is_finite(tokens[i].owed)
            || !(eps[i] > -1.0) || !fr_dual_is_finite(eps[i]))
            return FR_BAD_NUMBER;
    for (i = 0; i < edge_count; i++) {
        const fr_dual_edge *e = &edges[i];
        if (e->a < 0 || (size_t)e->a >= token_count || e->b < 0 || (size_t)e->b >= token_count || e->a == e->b
            || e->count_ab < 0 || e->count_ba < 0 || e->first_ab < 0 || e->first_ba < 0
            || (size_t)e->first_ab + (size_t)e->count_ab > segment_count || (size_t)e->first_ba + (size_t)e->count_ba > segment_count)
            return FR_BAD_INDEX;
    }
    return FR_FOUND;
}

/* ---- numbers ---- */

static void fr_dual_mix(fr_dual *s, double x)
{
    uint64_t bits;
    memcpy(&bits, &x, sizeof bits);
    s->trace = (s->trace ^ bits) * UINT64_C(1099511628211);
}

static double fr_dual_abs(double x)
{
    return x < 0.0 ? -x : x;
}

/* e^x - 1 without a library: halved until a short series holds, and doubled back without losing the digits of a small result. */
static double fr_dual_expm1(double x)
{
    int32_t halvings = 0;
    double e;
    if (!(x < 40.0))
        x = 40.0;
    if (x < -40.0)
        x = -40.0;
    while (x > 0.03125 || x < -0.03125) {
        x *= 0.5;
        halvings++;
    }
    e = x * (1.0 + x * (1.0 / 2.0 + x * (1.0 / 6.0 + x * (1.0 / 24.0 + x * (1.0 / 120.0 + x * (1.0 / 720.0 + x * (1.0 / 5040.0
        + x * (1.0 / 40320.0))))))));
    for (; halvings > 0; halvings--)
        e = e * (2.0 + e);
    return e;
}

/* ---- the goal ---- */

/* Excess value and curvature of one token at price root^2 with `flow` brought by pools; returns its share of the merit. */
static double fr_dual_weigh(fr_dual *s, int32_t i, double eps, double price, double worth)
{
    const fr_dual_query *q = s->query;
    const fr_dual_token *t = &s->tokens[i];
    double excess, curvature, merit;
    if (q->goal == FR_DUAL_TARGET_WEIGHTS) {
        excess = worth - t->weight;
        curvature = worth > t->weight ? worth : t->weight;
        merit = t->weight > 0.0 ? excess * excess / t->weight : fr_dual_abs(excess);
    } else if (q->goal == FR_DUAL_TRACKING_ERROR) {
        const double wanted = t->weight - eps * (2.0 + eps) / q->aversion;
        if (wanted > 0.0) {
            excess = worth - price * wanted;
            curvature = price * price / q->aversion;
            merit = q->aversion * (excess / price) * (excess / price);
        } else {
            excess = worth;
            curvature = worth > 0.0 ? worth : 0.0;
            merit = fr_dual_abs(excess);
        }
    } else if (i == s->fixed) {
        excess = 0.0;
        curvature = 1.0;
        merit = 0.0;
    } else {
        excess = worth - t->owed * price;
        curvature = excess > 0.0 ? excess : 0.0;
        merit = fr_dual_abs(excess);
    }
    s->residual[i] = excess;
    s->curvature[i] = curvature;
    return merit;
}

/* ---- the dual itself ---- */

static int fr_dual_is_closed(const fr_dual *s, int32_t edge, uint8_t way)
{
    return s->closed != NULL && (s->closed[edge] & way) != 0;
}

/* Sells `in` for `out` through one direction as far as the prices say; adds nothing, tells value taken and paid. Returns the stiffness. */
static double fr_dual_trade(const fr_dual *s, double eps_in, double eps_out, int32_t first, int32_t count, double *taken, double *paid)
{
    const double size = s->query->scale * (1.0 + eps_in) * (1.0 + eps_out);
    const double under = 1.0 / (1.0 + eps_in);
    double in = 0.0, out = 0.0, stiff = 0.0;
    int32_t i;
    for (i = first; i < first + count; i++) {
        const fr_dual_segment *g = &s->segments[i];
        const double lead = (eps_out - eps_in) + g->kappa * (1.0 + eps_out);
        double over, root;
        if (!(lead > 0.0))
            break;
        over = lead * under;
        root = g->root * size;
        if (over <= g->cap) {
            in += root * over / (1.0 + over);
            out += root * over;
            stiff += root;
            break;
        }
        in += root * g->cap / (1.0 + over);
        out += root * (1.0 + over) * g->cap / (1.0 + g->cap);
    }
    *taken = in;
    *paid = out;
    return 0.5 * stiff;
}

static double fr_dual_evaluate(fr_dual *s, const double *eps)
{
    double merit = 0.0;
    int32_t i;
    s->evaluations++;
    for (i = 0; i < s->token_count; i++)
        s->flow[i] = 0.0;
    for (i = 0; i < s->edge_count; i++) {
        const fr_dual_edge *e = &s->edges[i];
        const double a = eps[e->a], b = eps[e->b];
        double taken, paid;
        s->stiffness[i] = 0.0;
        if ((b - a) + e->kappa_ab * (1.0 + b) > 0.0) {
            if (fr_dual_is_closed(s, i, FR_DUAL_WAY_AB))
                continue;
            s->stiffness[i] = fr_dual_trade(s, a, b, e->first_ab, e->count_ab, &taken, &paid);
            s->flow[e->a] -= taken;
            s->flow[e->b] += paid;
        } else if ((a - b) + e->kappa_ba * (1.0 + a) > 0.0) {
            if (fr_dual_is_closed(s, i, FR_DUAL_WAY_BA))
                continue;
            s->stiffness[i] = fr_dual_trade(s, b, a, e->first_ba, e->count_ba, &taken, &paid);
            s->flow[e->b] -= taken;
            s->flow[e->a] += paid;
        }
    }
    for (i = 0; i < s->token_count; i++) {
        const double price = (1.0 + eps[i]) * (1.0 + eps[i]);
        merit += fr_dual_weigh(s, i, eps[i], price, s->tokens[i].held * price + s->flow[i]);
    }
    return merit;
}

/* ---- linear algebra: L D L' of a symmetric matrix whose upper triangle is given ---- */

static void fr_dual_spring(fr_dual *s, int32_t a, int32_t b, double stiffness)
{
    const size_t n = (size_t)s->token_count;
    s->matrix[(size_t)a * n + (size_t)a] += stiffness;
    s->matrix[(size_t)b * n + (size_t)b] += stiffness;
    if (a == s->fixed || b == s->fixed)
        return;
    if (a < b)
        s->matrix[(size_t)a * n + (size_t)b] -= stiffness;
    else
        s->matrix[(size_t)b * n + (size_t)a] -= stiffness;
}

static void fr_dual_clear(fr_dual *s)
{
    memset(s->matrix, 0, (size_t)s->token_count * (size_t)s->token_count * sizeof(double)); /* all bits zero is 0.0 in binary64 */
}

/* The dual's second derivatives at the prices of the last evaluation. */
static void fr_dual_assemble(fr_dual *s, double damping)
{
    const size_t n = (size_t)s->token_count;
    size_t k;
    int32_t i;
    fr_dual_clear(s);
    for (k = 0; k < n; k++)
        s->matrix[k * n + k] = s->curvature[k] * (1.0 + damping) + FR_DUAL_LEAST_CURVATURE;
    for (i = 0; i < s->edge_count; i++)
        if (s->stiffness[i] > 0.0)
            fr_dual_spring(s, s->edges[i].a, s->edges[i].b, s->stiffness[i] * (1.0 + damping));
}

#define FR_DUAL_BLOCK 4

static void fr_dual_subtract(double *to, const double *row, double ratio, size_t length)
{
    size_t j;
    if (ratio == 0.0)
        return;
    for (j = 0; j < length; j++)
        to[j] -= ratio * row[j];
}

/* Wider vectors where the machine has them: no order of sums depends on it, so the bits are the same. */
#if defined(__x86_64__) && defined(__linux__) && defined(__GLIBC__) && defined(__GNUC__) && !defined(__clang__) && !defined(__SANITIZE_ADDRESS__)
#  define FR_DUAL_WIDE __attribute__((target_clones("avx2", "default"), optimize("O3")))
#else
#  define FR_DUAL_WIDE
#endif

/* Takes rows first to end - 1 off row i, from its diagonal on. */
FR_DUAL_WIDE static void fr_dual_subtract_block(fr_dual *s, size_t first, size_t end, size_t i)
{
    const size_t n = (size_t)s->token_count;
    const double *r0 = s->matrix + first * n + i, *r1 = r0 + n, *r2 = r1 + n, *r3 = r2 + n;
    double *to = s->matrix + i * n + i;
    size_t j;
    if (end - first == FR_DUAL_BLOCK) {
        const double q0 = r0[0] * s->pivot[first], q1 = r1[0] * s->pivot[first + 1], q2 = r2[0] * s->pivot[first + 2],
            q3 = r3[0] * s->pivot[first + 3];
        if (q0 != 0.0 && q1 != 0.0 && q2 != 0.0 && q3 != 0.0) {
            for (j = 0; j < n - i; j++)
                to[j] = (((to[j] - q0 * r0[j]) - q1 * r1[j]) - q2 * r2[j]) - q3 * r3[j];
            return;
        }
    }
    for (j = first; j < end; j++) {
        const double *row = s->matrix + j * n + i;
        fr_dual_subtract(to, row, row[0] * s->pivot[j], n - i);
    }
}

static void fr_dual_factor(fr_dual *s)
{
    const size_t n = (size_t)s->token_count;
    size_t i, j, k;
    s->factorings++;
    s->mark[0] = 1.0;
    /* Four rows at a time: they first take each other off, and are then taken off every row below in one pass, in the same order. */
    for (k = 0; k < n; k += FR_DUAL_BLOCK) {
        const size_t end = k + FR_DUAL_BLOCK < n ? k + FR_DUAL_BLOCK : n;
        for (i = k; i < end; i++) {
            const double *row = s->matrix + i * n;
            s->pivot[i] = 1.0 / row[i];
            for (j = i + 1; j < end; j++)
                fr_dual_subtract(s->matrix + j * n + j, row + j, row[j] * s->pivot[i], n - j);
        }
        for (i = end; i < n; i++)
            fr_dual_subtract_block(s, k, end, i);
    }
}

/* step = -(L D L')^-1 residual, each part cut to the stride. */
static void fr_dual_solve_step(fr_dual *s, double stride)
{
    const size_t n = (size_t)s->token_count;
    double *x = s->step;
    size_t i, k;
    for (i = 0; i < n; i++)
        x[i] = -s->residual[i];
    for (k = 0; k < n; k++) {
        const double *row = s->matrix + k * n;
        const double y = x[k] * s->pivot[k];
        if (y == 0.0)
            continue;
        for (i = k + 1; i < n; i++)
            x[i] -= row[i] * y;
    }
    for (k = n; k-- > 0;) {
        const double *row = s->matrix + k * n;
        double d0 = 0.0, d1 = 0.0, d2 = 0.0, d3 = 0.0;
        for (i = k + 1; i + 3 < n; i += 4) {
            d0 += row[i] * x[i];
            d1 += row[i + 1] * x[i + 1];
            d2 += row[i + 2] * x[i + 2];
            d3 += row[i + 3] * x[i + 3];
        }
        for (; i < n; i++)
            d0 += row[i] * x[i];
        x[k] = (x[k] - ((d0 + d1) + (d2 + d3))) * s->pivot[k];
    }
    for (i = 0; i < n; i++) {
        if (x[i] > stride)
            x[i] = stride;
        else if (x[i] < -stride)
            x[i] = -stride;
        else if (!(x[i] == x[i]))
            x[i] = 0.0;
    }
}

/* ---- Newton's method ---- */

static void fr_dual_move(fr_dual *s, const double *eps, double alpha)
{
    int32_t i;
    for (i = 0; i < s->token_count; i++)
        s->trial[i] = eps[i] + 0.5 * alpha * s->step[i] * (1.0 + eps[i]);
}

/* Slope of the dual along the step, at the prices of the last evaluation. */
static double fr_dual_slope(const fr_dual *s, double alpha)
{
    double sum = 0.0;
    int32_t i;
    for (i = 0; i < s->token_count; i++)
        sum += s->residual[i] * s->step[i] / (1.0 + 0.5 * alpha * s->step[i]);
    return sum;
}

static void fr_dual_copy(const fr_dual *s, double *to, const double *from)
{
    memcpy(to, from, (size_t)s->token_count * sizeof(double));
}

/* Steps with a factor of other prices, while each makes the merit ten times smaller. Returns the merit at eps. */
static double fr_dual_reuse(fr_dual *s, double *eps, double merit)
{
    while (merit > s->query->tolerance && s->iterations < s->query->max_iterations) {
        double next;
        s->iterations++;
        fr_dual_solve_step(s, FR_DUAL_STRIDE);
        fr_dual_move(s, eps, 1.0);
        next = fr_dual_evaluate(s, s->trial);
        fr_dual_mix(s, next);
        if (!(next <= 0.1 * merit))
            return next <= merit ? (fr_dual_copy(s, eps, s->trial), next) : fr_dual_evaluate(s, eps);
        fr_dual_copy(s, eps, s->trial);
        merit = next;
    }
    return merit;
}

/* Finds a step length in (0, 1) at which the slope has about vanished; the dual is convex, so its sign tells on which side the least lies. */
static double fr_dual_shorten(fr_dual *s, const double *eps, double slope0, double slope1, double merit, int32_t max_tries, double *next)
{
    double low = 0.0, high = 1.0, at_low = slope0, at_high = slope1, alpha = 1.0;
    int32_t side = 0, i;
    for (i = 0; i < max_tries; i++) {
        double slope;
        alpha = (low * at_high - high * at_low) / (at_high - at_low);
        if (!(alpha > low) || !(alpha < high))
            alpha = 0.5 * (low + high);
        fr_dual_move(s, eps, alpha);
        *next = fr_dual_evaluate(s, s->trial);
        slope = fr_dual_slope(s, alpha);
        if (*next <= 0.25 * merit || (slope <= -0.5 * slope0 && slope >= 0.5 * slope0))
            break;
        if (slope < 0.0) {
            low = alpha;
            at_low = slope;
            if (side < 0)
                at_high *= 0.5;
            side = -1;
        } else {
            high = alpha;
            at_high = slope;
            if (side > 0)
                at_low *= 0.5;
            side = 1;
        }
    }
    return alpha;
}

/* Returns the smallest merit found; eps is there. */
static double fr_dual_newton(fr_dual *s, double *eps, double merit, int32_t max_steps, int32_t max_short, int32_t max_tries)
{
    const fr_dual_query *q = s->query;
    double damping = 0.0, least = merit;
    int32_t steps = 0, idle = 0, cut = 0;
    fr_dual_copy(s, s->best, eps);
    while (merit > q->tolerance && steps < max_steps && cut < max_short && s->iterations < q->max_iterations) {
        double slope0, slope1, alpha = 1.0, next;
        steps++;
        s->iterations++;
        fr_dual_assemble(s, damping);
        fr_dual_factor(s);
        fr_dual_solve_step(s, FR_DUAL_STRIDE);
        slope0 = fr_dual_slope(s, 0.0);
        fr_dual_move(s, eps, 1.0);
        next = fr_dual_evaluate(s, s->trial);
        slope1 = fr_dual_slope(s, 1.0);
        if (slope0 < 0.0 && !(next <= 0.25 * merit) && slope1 > -0.5 * slope0) {
            alpha = fr_dual_shorten(s, eps, slope0, slope1, merit, max_tries, &next);
            damping = damping > 0.0 ? 4.0 * damping : 1e-3;
            if (damping > 1e3)
                damping = 1e3;
            if (alpha < 0.1)
                cut++;
        } else {
            damping = damping / 6.0;
            if (damping < 1e-4)
                damping = 0.0;
        }
        fr_dual_copy(s, eps, s->trial);
        merit = next;
        fr_dual_mix(s, alpha);
        fr_dual_mix(s, merit);
        idle = merit < 0.5 * least ? 0 : idle + 1;
        if (merit < least) {
            least = merit;
            fr_dual_copy(s, s->best, eps);
        }
        if ((idle >= 2 && least <= FR_DUAL_NOISE) || idle >= 40)
            break;
    }
    if (least < merit) {
        fr_dual_copy(s, eps, s->best);
        s->mark[0] = 0.0;
    }
    return least;
}

/* Newton's steps at full length from prices near the answer, while each makes the merit ten times smaller. Returns the merit at eps. */
static double fr_dual_finish(fr_dual *s, double *eps, double merit)
{
    while (merit > s->query->tolerance && s->iterations < s->query->max_iterations) {
        double next;
        s->iterations++;
        fr_dual_assemble(s, 0.0);
        fr_dual_factor(s);
        fr_dual_solve_step(s, FR_DUAL_STRIDE);
        fr_dual_move(s, eps, 1.0);
        next = fr_dual_evaluate(s, s->trial);
        fr_dual_mix(s, next);
        if (!(next <= 0.1 * merit))
            return next < merit ? (fr_dual_copy(s, eps, s->trial), next) : merit;
        fr_dual_copy(s, eps, s->trial);
        merit = next;
    }
    return merit;
}

/* ---- the interior-point method: which segments it works on ---- */

static int32_t fr_dual_class_of(double log_kappa)
{
    const double below = -log_kappa;
    uint64_t bits;
    int64_t class_of;
    if (!(below > 0x1p-20))
        return 0;
    memcpy(&bits, &below, sizeof bits);
    class_of = (int64_t)(bits >> 50) - ((1023 - 20) << 2) + 1; /* exponent and two bits of the fraction */
    return class_of < FR_DUAL_CLASSES ? (int32_t)class_of : FR_DUAL_CLASSES - 1;
}

static void fr_dual_count_way(fr_dual *s, int32_t *counts, int32_t first, int32_t count, int32_t in, int32_t out)
{
    int32_t g;
    if (count == 0)
        return;
    if (s->segments[first].log_kappa > s->best_sale[in])
        s->best_sale[in] = s->segments[first].log_kappa;
    if (s->segments[first].log_kappa > s->best_purchase[out])
        s->best_purchase[out] = s->segments[first].log_kappa;
    for (g = first; g < first + count; g++) {
        const int32_t class_of = fr_dual_class_of(s->segments[g].log_kappa);
        counts[class_of]++;
        if (class_of == FR_DUAL_CLASSES - 1)
            return;
    }
}

/* The farthest class that is to be taken in for about `wanted` segments. */
static int32_t fr_dual_choose_reach(fr_dual *s, int32_t wanted)
{
    int32_t counts[FR_DUAL_CLASSES] = {0}, reach = 0, sum, i;
    for (i = 0; i < s->token_count; i++)
        s->best_sale[i] = s->best_purchase[i] = -DBL_MAX;
    for (i = 0; i < s->edge_count; i++) {
        const fr_dual_edge *e = &s->edges[i];
        if (!fr_dual_is_closed(s, i, FR_DUAL_WAY_AB))
            fr_dual_count_way(s, counts, e->first_ab, e->count_ab, e->a, e->b);
        if (!fr_dual_is_closed(s, i, FR_DUAL_WAY_BA))
            fr_dual_count_way(s, counts, e->first_ba, e->count_ba, e->b, e->a);
    }
    for (sum = counts[0]; sum < wanted && reach < FR_DUAL_CLASSES - 1; sum += counts[reach])
        reach++;
    return reach;
}

/* How many of a way's segments are taken in: those within reach, and the first of the best way to sell or to buy a token. */
static int32_t fr_dual_kept_of(const fr_dual *s, int32_t first, int32_t count, int32_t in, int32_t out, int32_t reach)
{
    int32_t kept = 0;
    while (kept < count && fr_dual_class_of(s->segments[first + kept].log_kappa) <= reach)
        kept++;
    if (kept == 0 && count > 0
        && (s->segments[first].log_kappa >= s->best_sale[in] || s->segments[first].log_kappa >= s->best_purchase[out]))
        kept = 1;
    return kept;
}

static void fr_dual_take_in(fr_dual *s, int32_t first, int32_t kept, int32_t in, int32_t out, int is_ended)
{
    int32_t g;
    for (g = first; g < first + kept && s->arc_count < s->segment_count; g++) {
        const fr_dual_segment *from = &s->segments[g];
        fr_dual_arc *c = &s->arcs[s->arc_count];
        if ((from->log_cap < DBL_MAX) != is_ended)
            continue;
        c->segment = g;
        c->in = in;
        c->out = out;
        c->take = from->root / (1.0 + from->kappa) * s->query->scale;
        c->pay = from->root * (1.0 + from->kappa) * s->query->scale;
        c->size = from->root * s->query->scale;
        c->most = from->log_cap;
        c->k = from->log_kappa;
        s->arc_count++;
    }
}

static void fr_dual_collect(fr_dual *s, int32_t reach)
{
    int32_t i, is_ended;
    for (i = 0; i < s->edge_count; i++) {
        const fr_dual_edge *e = &s->edges[i];
        fr_dual_kept *kept = &s->kept[i];
        kept->ab = fr_dual_is_closed(s, i, FR_DUAL_WAY_AB) ? 0 : fr_dual_kept_of(s, e->first_ab, e->count_ab, e->a, e->b, reach);
        kept->ba = fr_dual_is_closed(s, i, FR_DUAL_WAY_BA) ? 0 : fr_dual_kept_of(s, e->first_ba, e->count_ba, e->b, e->a, reach);
    }
    s->arc_count = 0;
    for (is_ended = 1; is_ended >= 0; is_ended--) {
        for (i = 0; i < s->edge_count; i++) {
            const fr_dual_edge *e = &s->edges[i];
            fr_dual_take_in(s, e->first_ab, s->kept[i].ab, e->a, e->b, is_ended);
            fr_dual_take_in(s, e->first_ba, s->kept[i].ba, e->b, e->a, is_ended);
        }
        if (is_ended)
            s->ended_count = s->arc_count;
    }
}

static int fr_dual_would_trade(const fr_dual *s, int32_t segment, double eps_in, double eps_out)
{
    return (eps_out - eps_in) + s->segments[segment].kappa * (1.0 + eps_out) > 0.0;
}

/* True where a segment that was left out would trade at the prices. */
static int fr_dual_misses(const fr_dual *s, const double *eps)
{
    int32_t i;
    for (i = 0; i < s->edge_count; i++) {
        const fr_dual_edge *e = &s->edges[i];
        const fr_dual_kept kept = s->kept[i];
        const double a = eps[e->a], b = eps[e->b];
        if (kept.ab < e->count_ab && !fr_dual_is_closed(s, i, FR_DUAL_WAY_AB) && fr_dual_would_trade(s, e->first_ab + kept.ab, a, b))
            return 1;
        if (kept.ba < e->count_ba && !fr_dual_is_closed(s, i, FR_DUAL_WAY_BA) && fr_dual_would_trade(s, e->first_ba + kept.ba, b, a))
            return 1;
    }
    return 0;
}

/* ---- the interior-point method itself ---- */

/* Growths and slacks whose products are all alike. */
static void fr_dual_begin(fr_dual *s)
{
    double product = FR_DUAL_FIRST_PRODUCTS, circular = 0.0;
    int32_t i;
    for (i = 0; i < s->token_count; i++)
        s->log_price[i] = s->step[i] = 0.0;
    for (i = 0; i < s->arc_count; i++)
        if (s->arcs[i].k > 0.0)
            circular += s->arcs[i].size * s->arcs[i].k * s->arcs[i].k;
    product = product / (double)s->arc_count;
    circular = circular / (double)s->arc_count;
    if (circular > product)
        product = circular;
    for (i = 0; i < s->arc_count; i++) {
        fr_dual_arc *c = &s->arcs[i];
        const double each = product / c->size, z = c->k;
        const double reach = sqrt(z * z + 4.0 * each);
        c->dw = c->dlo = c->dhi = 0.0;
        c->hi = 0.0;
        if (z > 0.0) {
            c->w = 0.5 * (z + reach);
            c->lo = each / c->w;
        } else {
            c->lo = 0.5 * (reach - z);
            c->w = each / c->lo;
        }
        if (i < s->ended_count) {
            if (c->w > 0.5 * c->most) {
                c->w = 0.5 * c->most;
                c->lo = each / c->w;
            }
            c->hi = z - c->w + c->lo;
            if (c->hi < each / (c->most - c->w)) {
                c->hi = each / (c->most - c->w);
                c->lo = c->w - z + c->hi;
            }
        }
    }
}

/* Goes along the direction by `length`, balances there and sets up the matrix. Tells the sum of the products; returns what does not
 * balance. */
static double fr_dual_advance(fr_dual *s, double length, double *products)
{
    const size_t n = (size_t)s->token_count;
    double sum = 0.0, unbalanced = 0.0;
    int32_t i;
    s->evaluations++;
    fr_dual_clear(s);
    for (i = 0; i < s->token_count; i++) {
        s->log_price[i] += length * s->step[i];
        s->root[i] = 1.0 + fr_dual_expm1(0.5 * s->log_price[i]);
        s->flow[i] = 0.0;
    }
    for (i = 0; i < s->arc_count; i++) {
        fr_dual_arc *c = &s->arcs[i];
        double grown, bend, product;
        c->w += length * c->dw;
        c->lo += length * c->dlo;
        c->heft = c->size * s->root[c->in] * s->root[c->out];
        c->per_w = 1.0 / c->w;
        bend = 1.0 + c->lo * c->per_w;
        product = c->w * c->lo;
        if (i < s->ended_count) {
            c->hi += length * c->dhi;
            c->per_rest = 1.0 / (c->most - c->w);
            bend += c->hi * c->per_rest;
            product += (c->most - c->w) * c->hi;
        }
        c->per_bend = 1.0 / bend;
        sum += c->heft * product;
        grown = fr_dual_expm1(c->w);
        s->flow[c->in] -= c->take * grown;
        s->flow[c->out] += c->pay * (grown / (1.0 + grown));
        fr_dual_spring(s, c->in, c->out, 0.5 * c->heft * c->per_bend);
    }
    for (i = 0; i < s->token_count; i++) {
        const double price = s->root[i] * s->root[i];
        fr_dual_weigh(s, i, s->root[i] - 1.0, price, price * (s->tokens[i].held + s->flow[i]));
        s->matrix[(size_t)i * n + (size_t)i] += s->curvature[i] + FR_DUAL_LEAST_CURVATURE;
        unbalanced += fr_dual_abs(s->residual[i]);
    }
    *products = sum;
    return unbalanced;
}

/* The direction towards products of `target` each; `second` takes off the products of the direction before. Returns the longest step
 * inside, and tells the sum of the direction's own products. */
static double fr_dual_aim(fr_dual *s, double target, int second, double *own)
{
    double longest = 1.0, sum = 0.0;
    int32_t i;
    fr_dual_copy(s, s->saved, s->residual);
    for (i = 0; i < s->arc_count; i++) {
        fr_dual_arc *c = &s->arcs[i];
        const double each = target > 0.0 ? target / c->heft : 0.0;
        double rest;
        c->rc = each - c->w * c->lo;
        if (second)
            c->rc -= c->dw * c->dlo;
        rest = c->rc * c->per_w;
        if (i < s->ended_count) {
            c->rh = each - (c->most - c->w) * c->hi;
            if (second)
                c->rh += c->dw * c->dhi;
            rest -= c->rh * c->per_rest;
        }
        c->rest = rest * c->per_bend;
        s->residual[c->out] += c->heft * c->rest;
        s->residual[c->in] -= c->heft * c->rest;
    }
    if (s->fixed != FR_DUAL_NO_TOKEN)
        s->residual[s->fixed] = s->saved[s->fixed];
    fr_dual_solve_step(s, FR_DUAL_LONG_STRIDE);
    fr_dual_copy(s, s->residual, s->saved);
    for (i = 0; i < s->arc_count; i++) {
        fr_dual_arc *c = &s->arcs[i];
        double slack;
        c->dw = 0.5 * (s->step[c->out] - s->step[c->in]) * c->per_bend + c->rest;
        c->dlo = (c->rc - c->lo * c->dw) * c->per_w;
        slack = c->dlo;
        if (c->w + longest * c->dw < 0.0)
            longest = -c->w / c->dw;
        if (c->lo + longest * c->dlo < 0.0)
            longest = -c->lo / c->dlo;
        if (i < s->ended_count) {
            c->dhi = (c->rh + c->hi * c->dw) * c->per_rest;
            slack -= c->dhi;
            if (c->most - c->w - longest * c->dw < 0.0)
                longest = (c->most - c->w) / c->dw;
            if (c->hi + longest * c->dhi < 0.0)
                longest = -c->hi / c->dhi;
        }
        sum += c->heft * c->dw * slack;
    }
    *own = sum;
    return longest;
}

static void fr_dual_read_prices(const fr_dual *s, double *eps)
{
    int32_t i;
    for (i = 0; i < s->token_count; i++)
        eps[i] = s->root[i] - 1.0;
}

/* True where the prices of the interior point want segments that were left out; they are in eps then. */
static int fr_dual_is_cut(fr_dual *s, double *eps, int32_t reach)
{
    fr_dual_read_prices(s, eps);
    s->mark[0] = 0.0;
    return reach < FR_DUAL_CLASSES - 1 && fr_dual_misses(s, eps);
}

/* Newton's method from the prices of the interior point; true where it got to the end, with every segment looked at. */
static int fr_dual_hand_over(fr_dual *s, double *eps, double *merit)
{
    fr_dual_read_prices(s, eps);
    *merit = fr_dual_finish(s, eps, fr_dual_evaluate(s, eps));
    return *merit <= FR_DUAL_NOISE;
}

/* Where a step along the direction ends. */
static double fr_dual_length(double longest, double products)
{
    double shy = FR_DUAL_SHY_OF_PRODUCTS * products;
    if (shy > FR_DUAL_MOST_SHY)
        shy = FR_DUAL_MOST_SHY;
    if (shy < FR_DUAL_LEAST_SHY)
        shy = FR_DUAL_LEAST_SHY;
    return longest < 1.0 ? (1.0 - shy) * longest : 1.0 - 0.1 * shy;
}

/* The direction for products that sum to `products`; returns how far along it to go. */
static double fr_dual_direct(fr_dual *s, double products, double unbalanced)
{
    double own, centring;
    double longest = fr_dual_aim(s, 0.0, 0, &own);
    centring = (1.0 - longest) + longest * longest * own / products; /* what that step would leave of the products */
    centring = centring * centring * centring;
    if (centring < FR_DUAL_LEAST_CENTRING)
        centring = FR_DUAL_LEAST_CENTRING;
    if (products < FR_DUAL_SMALL_PRODUCTS && unbalanced > FR_DUAL_MOST_BEHIND * products)
        centring = 1.0;
    longest = fr_dual_aim(s, centring * products / (double)(s->arc_count + s->ended_count), longest > 0.1, &own);
    return fr_dual_length(longest, products);
}

/* Leaves prices in eps and growths in the arcs. */
static fr_dual_end fr_dual_approach(fr_dual *s, double *eps, double *merit, int32_t reach)
{
    double length = 0.0, hand_over = FR_DUAL_HAND_OVER;
    int32_t steps;
    int near = 0;
    fr_dual_collect(s, reach);
    if (s->arc_count == 0)
        return FR_DUAL_END_FAR;
    fr_dual_begin(s);
    for (steps = 0; steps < FR_DUAL_APPROACH_STEPS; steps++) {
        double products;
        const double unbalanced = fr_dual_advance(s, length, &products);
        fr_dual_mix(s, products);
        fr_dual_mix(s, unbalanced);
        near = products <= FR_DUAL_NEAR_PRODUCTS && unbalanced <= FR_DUAL_NEAR_BALANCE;
        if (!near && products <= hand_over && unbalanced <= FR_DUAL_MOST_BEHIND * hand_over) {
            if (fr_dual_hand_over(s, eps, merit))
                return FR_DUAL_END_EXACT;
            hand_over = FR_DUAL_HAND_OVER_AGAIN * products;
            fr_dual_advance(s, 0.0, &products);
        }
        if (near || s->iterations >= s->query->max_iterations || !(products >= 0.0))
            break;
        if (steps == FR_DUAL_LOOK_STEP && fr_dual_is_cut(s, eps, reach))
            return FR_DUAL_END_CUT;
        s->iterations++;
        fr_dual_factor(s);
        length = fr_dual_direct(s, products, unbalanced);
    }
    if (fr_dual_is_cut(s, eps, reach))
        return FR_DUAL_END_CUT;
    return near ? FR_DUAL_END_NEAR : FR_DUAL_END_FAR;
}

/* ---- what is traded ---- */

static void fr_dual_write_way(const fr_dual *s, double *over, double eps_in, double eps_out, int32_t first, int32_t count)
{
    int32_t i;
    for (i = first; i < first + count; i++) {
        const fr_dual_segment *g = &s->segments[i];
        const double lead = (eps_out - eps_in) + g->kappa * (1.0 + eps_out);
        if (!(lead > 0.0))
            return;
        over[i] = lead / (1.0 + eps_in);
        if (over[i] <= g->cap)
            return;
        over[i] = g->cap;
    }
}

/* Growth less one of every segment at the prices. */
static void fr_dual_write_trades(const fr_dual *s, double *over, const double *eps)
{
    int32_t i;
    for (i = 0; i < s->edge_count; i++) {
        const fr_dual_edge *e = &s->edges[i];
        if (!fr_dual_is_closed(s, i, FR_DUAL_WAY_AB))
            fr_dual_write_way(s, over, eps[e->a], eps[e->b], e->first_ab, e->count_ab);
        if (!fr_dual_is_closed(s, i, FR_DUAL_WAY_BA))
            fr_dual_write_way(s, over, eps[e->b], eps[e->a], e->first_ba, e->count_ba);
    }
}

static void fr_dual_write_growths(const fr_dual *s, double *over)
{
    int32_t i;
    for (i = 0; i < s->arc_count; i++)
        over[s->arcs[i].segment] = fr_dual_expm1(s->arcs[i].w);
}

/* ---- the face ---- */

size_t fr_dual_workspace_size(size_t token_count, size_t edge_count, size_t segment_count)
{
    if (token_count < 2 || token_count > FR_DUAL_MAX_TOKENS || edge_count > FR_DUAL_MAX_EDGES || segment_count > FR_DUAL_MAX_SEGMENTS)
        return 0;
    return fr_dual_layout_of(token_count, edge_count, segment_count).size;
}

/* The interior-point method on ever more segments, and Newton's with patience where it does not get there. Returns the merit at eps. */
static double fr_dual_work(fr_dual *s, double *eps, fr_dual_end *end)
{
    int32_t wanted = FR_DUAL_SEGMENTS_OF_TOKEN * s->token_count + FR_DUAL_SEGMENTS_BESIDE;
    double merit = 0.0;
    fr_dual_copy(s, s->start, eps);
    do {
        *end = fr_dual_approach(s, eps, &merit, fr_dual_choose_reach(s, wanted));
        wanted *= FR_DUAL_MORE_SEGMENTS;
        if (*end == FR_DUAL_END_CUT) {
            merit = fr_dual_newton(s, eps, fr_dual_evaluate(s, eps), FR_DUAL_BETWEEN_STEPS, FR_DUAL_BETWEEN_STEPS, FR_DUAL_LINE_STEPS);
            if (merit <= FR_DUAL_NOISE)
                *end = FR_DUAL_END_EXACT;
        }
    } while (*end == FR_DUAL_END_CUT);
    if (*end == FR_DUAL_END_EXACT)
        return merit;
    if (*end == FR_DUAL_END_FAR)
        fr_dual_copy(s, eps, s->start);
    merit = fr_dual_evaluate(s, eps);
    fr_dual_mix(s, merit);
    if (*end == FR_DUAL_END_FAR)
        merit = fr_dual_newton(s, eps, merit, s->query->max_iterations, s->query->max_iterations, FR_DUAL_LINE_STEPS);
    return merit;
}

static int32_t fr_dual_run(fr_dual *s, double *over, double *eps, double *merit)
{
    const fr_dual_query *q = s->query;
    fr_dual_end end = FR_DUAL_END_FAR;
    double reached = fr_dual_evaluate(s, eps);
    fr_dual_mix(s, reached);
    if (q->keep_factor != 0 && s->mark[0] == 1.0)
        reached = fr_dual_reuse(s, eps, reached);
    if (reached > q->tolerance)
        reached = fr_dual_newton(s, eps, reached, FR_DUAL_NEWTON_STEPS, FR_DUAL_SHORT_STEPS, FR_DUAL_QUICK_LINE_STEPS);
    if (reached > FR_DUAL_NOISE)
        reached = fr_dual_work(s, eps, &end);
    if (reached > q->tolerance && reached <= FR_DUAL_NOISE)
        reached = fr_dual_newton(s, eps, fr_dual_evaluate(s, eps), q->max_iterations, q->max_iterations, FR_DUAL_LINE_STEPS);
    *merit = reached;
    if (over != NULL) {
        memset(over, 0, (size_t)s->segment_count * sizeof(double));
        if (end == FR_DUAL_END_NEAR && reached > FR_DUAL_NOISE)
            fr_dual_write_growths(s, over);
        else
            fr_dual_write_trades(s, over, eps);
    }
    return reached <= FR_DUAL_NOISE ? FR_DUAL_EXACT : end == FR_DUAL_END_NEAR ? FR_DUAL_APPROACHED : FR_DUAL_UNFINISHED;
}

int32_t fr_dual_solve(
    fr_dual_result *result,
    double *over, size_t over_cap,
    double *eps, size_t eps_len,
    double *workspace, size_t workspace_len,
    const fr_dual_token *tokens, size_t token_count,
    const fr_dual_edge *edges, size_t edge_count,
    const fr_dual_segment *segments, size_t segment_count,
    const uint8_t *closed, size_t closed_count,
    const fr_dual_query *query)
{
    fr_dual s;
    int32_t status, i;
    if (result == NULL)
        return FR_NULL_POINTER;
    memset(result, 0, sizeof *result);
    if (query == NULL || (eps == NULL && eps_len != 0) || (workspace == NULL && workspace_len != 0)
        || (tokens == NULL && token_count != 0) || (edges == NULL && edge_count != 0)
        || (segments == NULL && segment_count != 0) || (closed == NULL && closed_count != 0) || (over == NULL && over_cap != 0))
        return FR_NULL_POINTER;
    if (eps_len < token_count || (over_cap != 0 && over_cap < segment_count))
        return FR_OUTPUT_TOO_SMALL;
    status = fr_dual_check(eps, tokens, token_count, edges, edge_count, segment_count, closed_count, query);
    if (status < 0)
        return status;
    if (workspace_len < fr_dual_layout_of(token_count, edge_count, segment_count).size)
        return FR_SCRATCH_TOO_SMALL;
    fr_dual_init(&s, workspace, tokens, token_count, edges, edge_count, segments, segment_count, closed_count != 0 ? closed : NULL, query);
    status = fr_dual_run(&s, over_cap != 0 ? over : NULL, eps, &result->merit);
    for (i = 0; i < s.token_count; i++)
        fr_dual_mix(&s, eps[i]);
    result->trace = s.trace;
    result->iterations = s.iterations;
    result->evaluations = s.evaluations;
    result->factorings = s.factorings;
    return status;
}

#endif /* FR_BASKET_DUAL_H */
