/* Self-checking tests of the exact quotes: every answer on thousands of seeded requests is held against the contracts'
 * formulas over plain big integers (base 2^32, division by shifting and subtracting), extremes included.
 *
 * Exit code 0: all passed. 1: an answer was wrong. 2: the compiler has no integers of 128 bits, nothing to test.
 * The seed is printed; pass another as the first argument. */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../include/fastrebalance.h"

/* The division has branches that random amounts reach once in 2^64; they are tested by themselves. */
#if defined(__GNUC__)
#  pragma GCC diagnostic push
#  pragma GCC diagnostic ignored "-Wunused-function"
#endif
#include "../src/wide.h"
#if defined(__GNUC__)
#  pragma GCC diagnostic pop
#endif

#include "check.h"

/* ---- plain big integers ---- */

enum { DIGITS = 20 }; /* 640 bits: the widest product has 512 */

typedef struct big {
    uint32_t digit[DIGITS];
} big;

static big big_of(uint64_t x)
{
    big b = { { (uint32_t)x, (uint32_t)(x >> 32) } };
    return b;
}

static big big_from(const uint64_t *limbs, int n)
{
    big b = { { 0 } };
    int i;
    for (i = 0; i < 2 * n; i++)
        b.digit[i] = (uint32_t)(limbs[i / 2] >> (i % 2 * 32));
    return b;
}

static int big_compare(const big *a, const big *b)
{
    int i;
    for (i = DIGITS - 1; i >= 0; i--)
        if (a->digit[i] != b->digit[i])
            return a->digit[i] < b->digit[i] ? -1 : 1;
    return 0;
}

static int big_bits(const big *a)
{
    int bits = 32 * DIGITS;
    while (bits > 0 && (a->digit[(bits - 1) / 32] >> ((bits - 1) % 32) & 1) == 0)
        bits--;
    return bits;
}

static big big_add(big a, big b)
{
    uint64_t carry = 0;
    int i;
    for (i = 0; i < DIGITS; i++) {
        carry += (uint64_t)a.digit[i] + b.digit[i];
        a.digit[i] = (uint32_t)carry;
        carry >>= 32;
    }
    return a;
}

static big big_subtract(big a, big b)
{
    int64_t carry = 0;
    int i;
    for (i = 0; i < DIGITS; i++) {
        carry += (int64_t)a.digit[i] - b.digit[i];
        a.digit[i] = (uint32_t)carry;
        carry >>= 32;
    }
    return a;
}

static big big_multiply(big a, big b)
{
    big product = { { 0 } };
    int i, j;
    for (i = 0; i < DIGITS; i++) {
        uint64_t carry = 0;
        for (j = 0; i + j < DIGITS; j++) {
            carry += (uint64_t)a.digit[i] * b.digit[j] + product.digit[i + j];
            product.digit[i + j] = (uint32_t)carry;
            carry >>= 32;
        }
    }
    return product;
}

static big big_shift(big a, int bits)
{
    big shifted = { { 0 } };
    int i;
    for (i = 32 * DIGITS - 1; i >= bits; i--)
        if (a.digit[(i - bits) / 32] >> ((i - bits) % 32) & 1)
            shifted.digit[i / 32] |= (uint32_t)1 << (i % 32);
    return shifted;
}

/* The quotient rounded down or up; the divisor is not zero. */
static big big_divide(big a, big b, int rounds_up)
{
    big quotient = { { 0 } };
    int shift = big_bits(&a) - big_bits(&b), i;
    for (; shift >= 0; shift--) {
        const big part = big_shift(b, shift);
        if (big_compare(&a, &part) >= 0) {
            a = big_subtract(a, part);
            quotient.digit[shift / 32] |= (uint32_t)1 << (shift % 32);
        }
    }
    for (i = 0; rounds_up && i < DIGITS; i++)
        if (a.digit[i] != 0)
            return big_add(quotient, big_of(1));
    return quotient;
}

static int big_equals(big a, const uint64_t *limbs, int n)
{
    const big b = big_from(limbs, n);
    return big_compare(&a, &b) == 0;
}

/* ---- random numbers of all lengths ---- */

/* Up to so many bits: long and short ones, full of ones, powers of two. */
static void draw(uint64_t *limbs, int n, int bits)
{
    const int length = below(4) == 0 ? bits : below(bits + 1), style = below(8);
    int i;
    for (i = 0; i < n; i++)
        limbs[i] = style == 0 ? ~(uint64_t)0 : style == 1 ? 0 : next_random();
    for (i = length; i < 64 * n; i++)
        limbs[i / 64] &= ~((uint64_t)1 << (i % 64));
    if (length > 0)
        limbs[(length - 1) / 64] |= (uint64_t)1 << ((length - 1) % 64);
}

static void *copy_of(const void *from, size_t size)
{
    void *to = malloc(size == 0 ? 1 : size);
    if (to == NULL)
        abort();
    memcpy(to, from, size);
    return to;
}

/* ---- division ---- */

#if FR_HAS_WIDE

/* Limbs at the edges, where estimated digits are too large or do not fit. */
static uint64_t edge_limb(void)
{
    switch (below(7)) {
    case 0: return 0;
    case 1: return 1;
    case 2: return ~(uint64_t)0;
    case 3: return ~(uint64_t)0 - 1;
    case 4: return (uint64_t)1 << 63;
    case 5: return ((uint64_t)1 << 63) - 1;
    default: return next_random();
    }
}

static void divide_limbs_at_the_edges_same_as_plain_arithmetic(int rounds)
{
    int round;
    for (round = 0; round < rounds; round++) {
        uint64_t dividend[8] = { 0 };
        const int n = 1 + below(8), nd = 1 + below(4);
        fr_u256 divisor = { { 0, 0, 0, 0 } }, quotient;
        big expected;
        int i, is_exact, fits;
        for (i = 0; i < n; i++)
            dividend[i] = edge_limb();
        for (i = 0; i < nd; i++)
            divisor.limb[i] = edge_limb();
        if (fr_is_zero(&divisor)) {
            CHECK(!fr_divide(&quotient, &is_exact, dividend, n, &divisor), "by zero");
            continue;
        }
        expected = big_divide(big_from(dividend, n), big_from(divisor.limb, 4), 0);
        fits = fr_divide(&quotient, &is_exact, dividend, n, &divisor);
        CHECK(fits == (big_bits(&expected) <= 256), "round %d", round);
        CHECK(!fits || big_equals(expected, quotient.limb, 4), "round %d: %d limbs by %d", round, n, nd);
        CHECK(is_exact == big_equals(big_multiply(expected, big_from(divisor.limb, 4)), dividend, n), "round %d: remainder", round);
    }
}

#endif

/* ---- constant product ---- */

static int32_t v2_plainly(big *out, const fr_v2_request *q)
{
    const big reserve_in = big_from(q->reserve_in, 2), reserve_out = big_from(q->reserve_out, 2);
    const big amount_in = big_from(q->amount_in.limb, 4), balance = big_add(reserve_in, amount_in);
    const big kept = big_multiply(amount_in, big_of(q->fee_kept));
    *out = big_of(0);
    if (big_bits(&reserve_in) > 112 || big_bits(&reserve_out) > 112 || q->fee_kept == 0 || q->fee_kept > q->fee_whole
        || q->fee_whole > 1000000)
        return FR_QUOTE_BAD_REQUEST;
    if (big_bits(&amount_in) == 0)
        return FR_QUOTE_ZERO_AMOUNT;
    if (big_bits(&reserve_in) == 0 || big_bits(&reserve_out) == 0)
        return FR_QUOTE_INSUFFICIENT_LIQUIDITY;
    if (big_bits(&balance) > 112)
        return FR_QUOTE_OVERFLOW;
    *out = big_divide(big_multiply(kept, reserve_out), big_add(big_multiply(reserve_in, big_of(q->fee_whole)), kept), 0);
    return big_bits(out) == 0 ? FR_QUOTE_ZERO_OUTPUT : FR_QUOTE_EXACT;
}

static void draw_v2(fr_v2_request *q)
{
    static const uint32_t fees[][2] = {
        { 997, 1000 }, { 399, 400 }, { 1, 1 }, { 1, 1000000 }, { 999999, 1000000 }, { 997, 999983 }, { 0, 1 }, { 3, 2 }
    };
    const int fee = below(3) ? 0 : below(8);
    draw(q->reserve_in, 2, below(20) == 0 ? 113 : 112);
    draw(q->reserve_out, 2, below(20) == 0 ? 128 : 112);
    draw(q->amount_in.limb, 4, below(20) == 0 ? 256 : 112);
    q->fee_kept = fees[fee][0];
    q->fee_whole = fees[fee][1];
}

static void quote_v2_random_requests_same_as_plain_arithmetic(int rounds)
{
    int round, seen[8] = { 0 };
    for (round = 0; round < rounds; round++) {
        fr_v2_request some[3];
        fr_v2_request *requests;
        fr_v2_quote answers[3], *quotes = copy_of(answers, 0);
        const int count = 1 + below(3);
        int i;
        for (i = 0; i < count; i++)
            draw_v2(&some[i]);
        free(quotes);
        memset(answers, 0xa5, sizeof answers);
        quotes = copy_of(answers, (size_t)count * sizeof *quotes);
        requests = copy_of(some, (size_t)count * sizeof *some);
        CHECK(fr_quote_v2_batch(quotes, (size_t)count, requests, (size_t)count) == FR_READY, "round %d", round);
        for (i = 0; i < count; i++) {
            big out;
            const int32_t status = v2_plainly(&out, &some[i]);
            CHECK(quotes[i].status == status, "round %d: status %d, %d expected", round, quotes[i].status, status);
            CHECK(big_equals(out, quotes[i].amount_out, 2) && quotes[i].reserved == 0, "round %d", round);
            seen[status < 0 ? 0 : status]++;
        }
        free(quotes);
        free(requests);
    }
    CHECK(seen[FR_QUOTE_EXACT] > rounds / 2 && seen[0] > 50 && seen[FR_QUOTE_ZERO_AMOUNT] > 50 && seen[FR_QUOTE_OVERFLOW] > 50
          && seen[FR_QUOTE_INSUFFICIENT_LIQUIDITY] > 50 && seen[FR_QUOTE_ZERO_OUTPUT] > 50, "%d exact", seen[FR_QUOTE_EXACT]);
}

/* 1000/1000 under 0.3 %, 100 in: 90; and the last unit that the pair can hold. */
static void quote_v2_known_amounts(void)
{
    fr_v2_request q[3] = { { { 1000, 0 }, { 1000, 0 }, { { 100, 0, 0, 0 } }, 997, 1000 } };
    fr_v2_quote a[3];
    const uint64_t most_high = ((uint64_t)1 << 48) - 1;
    q[1] = (fr_v2_request){ { 1, 0 }, { ~(uint64_t)0, most_high }, { { ~(uint64_t)0 - 1, most_high, 0, 0 } }, 997, 1000 };
    q[2] = q[1];
    q[2].reserve_in[0] = 2;
    CHECK(fr_quote_v2_batch(a, 3, q, 3) == FR_READY, "batch");
    CHECK(a[0].status == FR_QUOTE_EXACT && a[0].amount_out[0] == 90, "%d", a[0].status);
    CHECK(a[1].status == FR_QUOTE_EXACT && a[1].amount_out[1] == most_high, "%d", a[1].status);
    CHECK(a[2].status == FR_QUOTE_OVERFLOW && a[2].amount_out[0] == 0, "%d", a[2].status);
}

/* ---- concentrated liquidity ---- */

/* What a big integer computes where the contract has 256 bits: false is a revert. */
static int fits(const big *x, int bits)
{
    return big_bits(x) <= bits;
}

static big amount0_plainly(big lower, big upper, big liquidity, int rounds_up)
{
    return big_divide(
        big_divide(big_multiply(big_shift(liquidity, 96), big_subtract(upper, lower)), upper, rounds_up), lower, rounds_up);
}

static big amount1_plainly(big lower, big upper, big liquidity, int rounds_up)
{
    return big_divide(big_multiply(liquidity, big_subtract(upper, lower)), big_shift(big_of(1), 96), rounds_up);
}

static int next_price_plainly(big *next, big price, big liquidity, big amount, int sells0)
{
    const big numerator = big_shift(liquidity, 96), product = big_multiply(amount, price);
    if (!sells0) {
        const big rise = big_divide(big_shift(amount, 96), liquidity, 0);
        *next = big_add(price, rise);
        return fits(&rise, 256) && fits(next, 160);
    } else {
        const big exact = big_add(numerator, product), coarse = big_add(big_divide(numerator, price, 0), amount);
        if (fits(&product, 256) && fits(&exact, 256))
            *next = big_divide(big_multiply(numerator, price), exact, 1);
        else if (fits(&coarse, 256))
            *next = big_divide(numerator, coarse, 1);
        else
            return 0;
        return fits(next, 256);
    }
}

typedef struct walk {
    big price, liquidity, remaining, out;
} walk;

/* computeSwapStep and what the pool makes of it. */
static int step_plainly(walk *w, const fr_v3_stop *stop, uint32_t fee, int sells0)
{
    const big target = big_from(stop->price.limb, 4);
    const int falls = big_compare(&w->price, &target) >= 0;
    const big after_fee = big_divide(big_multiply(w->remaining, big_of(1000000 - fee)), big_of(1000000), 0);
    big in = falls ? amount0_plainly(target, w->price, w->liquidity, 1) : amount1_plainly(w->price, target, w->liquidity, 1);
    big next = target, out, paid;
    if (big_compare(&after_fee, &in) < 0 && !next_price_plainly(&next, w->price, w->liquidity, after_fee, falls))
        return 0;
    if (big_compare(&next, &target) != 0)
        in = falls ? amount0_plainly(next, w->price, w->liquidity, 1) : amount1_plainly(w->price, next, w->liquidity, 1);
    out = falls ? amount1_plainly(next, w->price, w->liquidity, 0) : amount0_plainly(w->price, next, w->liquidity, 0);
    paid = big_compare(&next, &target) != 0 ? w->remaining
        : big_add(in, big_divide(big_multiply(in, big_of(fee)), big_of(1000000 - fee), 1));
    if (big_compare(&in, &w->remaining) > 0 || big_compare(&paid, &w->remaining) > 0)
        return 0;
    w->remaining = big_subtract(w->remaining, paid);
    w->out = big_add(w->out, out);
    w->price = next;
    if (!fits(&w->out, 256))
        return 0;
    if (big_compare(&next, &target) == 0) {
        const int is_negative = stop->net[1] >> 63 != 0;
        big net = big_from(stop->net, 2);
        if (is_negative)
            net = big_subtract(big_shift(big_of(1), 128), net);
        /* Selling token 0 counts the other way; of the least number there is no other way. */
        if (is_negative != (sells0 && !(stop->net[0] == 0 && stop->net[1] == (uint64_t)1 << 63))) {
            if (big_compare(&net, &w->liquidity) > 0)
                return 0;
            w->liquidity = big_subtract(w->liquidity, net);
        } else {
            w->liquidity = big_add(w->liquidity, net);
            if (!fits(&w->liquidity, 128))
                return 0;
        }
    }
    return 1;
}

static int32_t v3_plainly(walk *w, int *passed, const fr_v3_request *q, const fr_v3_stop *stops)
{
    w->price = big_from(q->price.limb, 4);
    w->liquidity = big_from(q->liquidity, 2);
    w->remaining = big_from(q->amount_in.limb, 4);
    w->out = big_of(0);
    *passed = 0;
    if (big_bits(&w->remaining) == 0)
        return FR_QUOTE_ZERO_AMOUNT;
    if (big_bits(&w->remaining) == 256)
        return FR_QUOTE_OVERFLOW;
    while (*passed < q->stop_count && big_bits(&w->remaining) > 0) {
        const fr_v3_stop *stop = &stops[q->first_stop + *passed];
        if (!step_plainly(w, stop, q->fee_pips, q->sells_token0))
            return FR_QUOTE_OVERFLOW;
        *passed += big_equals(w->price, stop->price.limb, 4);
    }
    return big_bits(&w->remaining) > 0 ? FR_QUOTE_INSUFFICIENT_LIQUIDITY
        : big_bits(&w->out) == 0 ? FR_QUOTE_ZERO_OUTPUT : FR_QUOTE_EXACT;
}

static int limb_order(const void *a, const void *b)
{
    const fr_v3_stop *x = a, *y = b;
    int i;
    for (i = 3; i >= 0; i--)
        if (x->price.limb[i] != y->price.limb[i])
            return x->price.limb[i] < y->price.limb[i] ? -1 : 1;
    return 0;
}

enum { STOPS = 5 };

/* Prices near each other or anywhere, liquidity of all sizes, ticks that add and take. */
static void draw_v3(fr_v3_request *q, fr_v3_stop *stops)
{
    fr_v3_stop all[STOPS + 1];
    const int is_near = below(3) > 0;
    int i;
    memset(all, 0, sizeof all);
    for (i = 0; i <= STOPS; i++) {
        draw(all[i].price.limb, 3, is_near ? 80 : 160);
        if (is_near)
            all[i].price.limb[1] |= (uint64_t)1 << 32;
        all[i].price.limb[0] |= 1;
        all[i].net[0] = below(3) == 0 ? 0 : next_random() >> below(64);
        if (below(2))
            all[i].net[0] = 0 - all[i].net[0], all[i].net[1] = all[i].net[0] ? ~(uint64_t)0 : 0;
        if (below(40) == 0)
            all[i].net[0] = 0, all[i].net[1] = (uint64_t)1 << 63;
    }
    qsort(all, STOPS + 1, sizeof all[0], limb_order);
    memset(q, 0, sizeof *q);
    q->sells_token0 = below(2);
    q->stop_count = below(STOPS + 1);
    q->fee_pips = (uint32_t)(below(4) ? 3000 : below(1000000));
    draw(q->liquidity, 2, 128);
    draw(q->amount_in.limb, 4, below(8) == 0 ? 256 : 128);
    q->price = all[q->sells_token0 ? STOPS : 0].price;
    for (i = 0; i < STOPS; i++)
        stops[i] = all[q->sells_token0 ? STOPS - 1 - i : i + 1];
}

static void quote_v3_random_requests_same_as_plain_arithmetic(int rounds)
{
    int round, seen[8] = { 0 }, far = 0;
    for (round = 0; round < rounds; round++) {
        fr_v3_stop some[STOPS], *stops;
        fr_v3_request q, *request;
        fr_v3_quote quote;
        walk w;
        int passed;
        int32_t status;
        draw_v3(&q, some);
        stops = copy_of(some, (size_t)q.stop_count * sizeof *stops);
        request = copy_of(&q, sizeof q);
        memset(&quote, 0xa5, sizeof quote);
        CHECK(fr_quote_v3_batch(&quote, 1, request, 1, stops, (size_t)q.stop_count) == FR_READY, "round %d", round);
        status = v3_plainly(&w, &passed, &q, some);
        CHECK(quote.status == status, "round %d: status %d, %d expected", round, quote.status, status);
        if (status == FR_QUOTE_OVERFLOW || status == FR_QUOTE_ZERO_AMOUNT) {
            w.out = big_of(0);
            w.remaining = big_from(q.amount_in.limb, 4);
            passed = 0;
        }
        CHECK(big_equals(w.out, quote.amount_out.limb, 4), "round %d: output", round);
        CHECK(big_equals(big_subtract(big_from(q.amount_in.limb, 4), w.remaining), quote.amount_in_used.limb, 4), "round %d: input", round);
        CHECK(quote.stops_passed == passed, "round %d: %d passed, %d expected", round, quote.stops_passed, passed);
        seen[status < 0 ? 0 : status]++;
        far += passed > 1;
        free(stops);
        free(request);
    }
    CHECK(seen[FR_QUOTE_EXACT] > rounds / 8 && seen[FR_QUOTE_OVERFLOW] > rounds / 50 && seen[FR_QUOTE_ZERO_OUTPUT] > 20
          && seen[FR_QUOTE_INSUFFICIENT_LIQUIDITY] > rounds / 50 && seen[FR_QUOTE_ZERO_AMOUNT] > 5 && far > rounds / 20,
          "%d exact, %d overflow, %d zero, %d short, %d nothing, %d far", seen[1], seen[6], seen[5], seen[4], seen[3], far);
}

static void quote_v3_bad_request_is_named(void)
{
    const uint64_t one = (uint64_t)1 << 32;
    fr_v3_stop stops[2] = { { { { 0, one - 1, 0, 0 } }, { 0, 0 } }, { { { 0, one - 2, 0, 0 } }, { 0, 0 } } };
    const fr_v3_request sound = { { { 1000, 0, 0, 0 } }, { { 0, one, 0, 0 } }, { 1000000, 0 }, 3000, 1, 0, 2 };
    fr_v3_quote quote;
    fr_v3_request q = sound;
#define EXPECT(expected, change) \
    do { \
        q = sound; \
        change; \
        memset(&quote, 0xa5, sizeof quote); \
        CHECK(fr_quote_v3_batch(&quote, 1, &q, 1, stops, 2) == FR_READY && quote.status == expected, "%s: %d", #change, quote.status); \
    } while (0)
    EXPECT(FR_QUOTE_INSUFFICIENT_LIQUIDITY, (void)0);
    EXPECT(FR_QUOTE_BAD_REQUEST, q.first_stop = -1);
    EXPECT(FR_QUOTE_BAD_REQUEST, q.first_stop = 1);
    EXPECT(FR_QUOTE_BAD_REQUEST, q.first_stop = INT32_MAX);
    EXPECT(FR_QUOTE_BAD_REQUEST, q.stop_count = 3);
    EXPECT(FR_QUOTE_BAD_REQUEST, q.stop_count = -1);
    EXPECT(FR_QUOTE_BAD_REQUEST, q.fee_pips = 1000000);
    EXPECT(FR_QUOTE_BAD_REQUEST, memset(&q.price, 0, sizeof q.price));
    EXPECT(FR_QUOTE_BAD_REQUEST, q.price.limb[2] = one);
    EXPECT(FR_QUOTE_BAD_REQUEST, q.sells_token0 = 0); /* the stops lie behind */
    EXPECT(FR_QUOTE_INSUFFICIENT_LIQUIDITY, q.stop_count = 0);
    memset(&stops[0].price, 0, sizeof stops[0].price);
    EXPECT(FR_QUOTE_BAD_REQUEST, (void)0);
    CHECK(quote.amount_out.limb[0] == 0 && quote.amount_in_used.limb[0] == 0 && quote.stops_passed == 0, "zeros");
#undef EXPECT
}

static void quote_batch_mistakes_are_named(void)
{
    fr_v2_request v2 = { { 1, 0 }, { 1, 0 }, { { 1, 0, 0, 0 } }, 1, 1 };
    fr_v2_quote a2;
    fr_v3_quote a3;
    CHECK(fr_quote_v2_batch(NULL, 0, NULL, 0) == FR_READY && fr_quote_v3_batch(NULL, 0, NULL, 0, NULL, 0) == FR_READY, "nothing asked");
    CHECK(fr_quote_v2_batch(NULL, 1, &v2, 1) == FR_NULL_POINTER && fr_quote_v2_batch(&a2, 1, NULL, 1) == FR_NULL_POINTER, "v2");
    CHECK(fr_quote_v2_batch(&a2, 0, &v2, 1) == FR_OUTPUT_TOO_SMALL, "v2");
    CHECK(fr_quote_v3_batch(&a3, 1, NULL, 1, NULL, 0) == FR_NULL_POINTER, "v3");
    CHECK(fr_quote_v3_batch(&a3, 1, NULL, 0, NULL, 1) == FR_NULL_POINTER, "v3");
}

int main(int argc, char **argv)
{
    const uint64_t seed = argc > 1 ? strtoull(argv[1], NULL, 10) : 7;
    random_state = seed;

    CHECK(sizeof(fr_v2_request) == 72 && sizeof(fr_v2_quote) == 24 && sizeof(fr_v3_stop) == 48 && sizeof(fr_v3_request) == 96
          && sizeof(fr_v3_quote) == 72, "sizes");
    if (fr_quote_v2_batch(NULL, 0, NULL, 0) == FR_UNSUPPORTED) {
        printf("exact quotes: no integers of 128 bits here\n");
        return 2;
    }
#if FR_HAS_WIDE
    divide_limbs_at_the_edges_same_as_plain_arithmetic(20000);
#endif
    quote_batch_mistakes_are_named();
    quote_v2_known_amounts();
    quote_v3_bad_request_is_named();
    quote_v2_random_requests_same_as_plain_arithmetic(10000);
    quote_v3_random_requests_same_as_plain_arithmetic(4000);

    printf("exact quotes: %d checks, %d failed, seed %llu\n", checks, failures, (unsigned long long)seed);
    return failures == 0 ? 0 : 1;
}
