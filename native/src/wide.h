#ifndef FR_WIDE_H
#define FR_WIDE_H

/* Unsigned integers of 256 bits and the long division behind exact quotes. Limbs of 64 bits, the lowest first.
 *
 * The division is Knuth's algorithm D (TAOCP 4.3.1); its digits come from a reciprocal of the divisor's top limbs
 * (N. Moeller, T. Granlund, "Improved division by invariant integers", IEEE Trans. Comp. 2011). */

#include <string.h>

#include "../include/fastrebalance.h"

#ifdef __SIZEOF_INT128__
#  define FR_HAS_WIDE 1
#else
#  define FR_HAS_WIDE 0
#endif

#if FR_HAS_WIDE

typedef unsigned __int128 fr_u128;

static fr_u128 fr_join(uint64_t low, uint64_t high)
{
    return (fr_u128)high << 64 | low;
}

static fr_u256 fr_wide(fr_u128 x)
{
    const fr_u256 wide = { { (uint64_t)x, (uint64_t)(x >> 64), 0, 0 } };
    return wide;
}

static int fr_is_zero(const fr_u256 *x)
{
    return (x->limb[0] | x->limb[1] | x->limb[2] | x->limb[3]) == 0;
}

/* Negative, zero or positive like a - b. */
static int fr_compare(const fr_u256 *a, const fr_u256 *b)
{
    int i;
    for (i = 3; i >= 0; i--)
        if (a->limb[i] != b->limb[i])
            return a->limb[i] < b->limb[i] ? -1 : 1;
    return 0;
}

/* False where the sum needs more than 256 bits. */
static int fr_add(fr_u256 *sum, const fr_u256 *a, const fr_u256 *b)
{
    uint64_t carry = 0;
    int i;
    for (i = 0; i < 4; i++) {
        const fr_u128 t = (fr_u128)a->limb[i] + b->limb[i] + carry;
        sum->limb[i] = (uint64_t)t;
        carry = (uint64_t)(t >> 64);
    }
    return carry == 0;
}

/* False where b is the greater one. */
static int fr_subtract(fr_u256 *difference, const fr_u256 *a, const fr_u256 *b)
{
    uint64_t borrow = 0;
    int i;
    for (i = 0; i < 4; i++) {
        const fr_u128 t = (fr_u128)a->limb[i] - b->limb[i] - borrow;
        difference->limb[i] = (uint64_t)t;
        borrow = (uint64_t)(t >> 64) & 1;
    }
    return borrow == 0;
}

static int fr_length(const uint64_t *limbs, int n)
{
    while (n > 0 && limbs[n - 1] == 0)
        n--;
    return n;
}

/* product[na + nb] = a[na] * b[nb]. */
static inline void fr_multiply(uint64_t *product, const uint64_t *a, int na, const uint64_t *b, int nb)
{
    int i, j;
    memset(product, 0, (size_t)(na + nb) * sizeof *product);
    for (j = 0; j < nb; j++) {
        uint64_t carry = 0;
        for (i = 0; i < na; i++) {
            const fr_u128 t = (fr_u128)a[i] * b[j] + product[i + j] + carry;
            product[i + j] = (uint64_t)t;
            carry = (uint64_t)(t >> 64);
        }
        product[na + j] = carry;
    }
}

/* ---- division ---- */

/* floor((2^128 - 1) / d) - 2^64 for a d with its top bit set. */
static uint64_t fr_reciprocal(uint64_t d)
{
    return (uint64_t)(fr_join(~(uint64_t)0, ~d) / d);
}

/* floor((2^192 - 1) / (d1 * 2^64 + d0)) - 2^64 for a d1 with its top bit set. */
static uint64_t fr_reciprocal_of_two(uint64_t d1, uint64_t d0)
{
    uint64_t v = fr_reciprocal(d1), p = d1 * v + d0;
    fr_u128 t;
    if (p < d0) {
        v--;
        if (p >= d1) {
            v--;
            p -= d1;
        }
        p -= d1;
    }
    t = (fr_u128)v * d0;
    p += (uint64_t)(t >> 64);
    if (p < (uint64_t)(t >> 64)) {
        v--;
        if (fr_join((uint64_t)t, p) >= fr_join(d0, d1))
            v--;
    }
    return v;
}

/* (rest, next) / d for a rest below d; the new rest is left in its place. */
static uint64_t fr_divide_two_by_one(uint64_t *rest, uint64_t next, uint64_t d, uint64_t reciprocal)
{
    const fr_u128 t = (fr_u128)reciprocal * *rest + fr_join(next, *rest);
    uint64_t digit = (uint64_t)(t >> 64) + 1, left = next - digit * d;
    if (left > (uint64_t)t) { /* one too large */
        digit--;
        left += d;
    }
    if (left >= d) { /* rare */
        digit++;
        left -= d;
    }
    *rest = left;
    return digit;
}

/* (rest, next) / d of two limbs, for a rest below d; the new rest is left in its place. */
static uint64_t fr_divide_three_by_two(fr_u128 *rest, uint64_t next, fr_u128 d, uint64_t reciprocal)
{
    const uint64_t r1 = (uint64_t)(*rest >> 64), r0 = (uint64_t)*rest, d1 = (uint64_t)(d >> 64), d0 = (uint64_t)d;
    const fr_u128 t = (fr_u128)reciprocal * r1 + *rest;
    uint64_t digit = (uint64_t)(t >> 64);
    fr_u128 left = fr_join(next, r0 - digit * d1) - (fr_u128)digit * d0 - d;
    digit++;
    if ((uint64_t)(left >> 64) >= (uint64_t)t) { /* one too large */
        digit--;
        left += d;
    }
    if (left >= d) { /* rare */
        digit++;
        left -= d;
    }
    *rest = left;
    return digit;
}

/* to[n] = from[n] << shift; what leaves at the top is returned. */
static inline uint64_t fr_shift_left(uint64_t *to, const uint64_t *from, int n, int shift)
{
    uint64_t below = 0;
    int i;
    for (i = 0; i < n; i++) {
        const uint64_t limb = from[i];
        to[i] = limb << shift | below >> 1 >> (63 - shift);
        below = limb;
    }
    return below >> 1 >> (63 - shift);
}

/* One digit of a division by three limbs or more: rest[nd + 1] / d[nd], the rest being below d * 2^64. */
static inline uint64_t fr_divide_digit(uint64_t *rest, const uint64_t *d, int nd, uint64_t reciprocal)
{
    fr_u128 top = fr_join(rest[nd - 1], rest[nd]);
    const fr_u128 d_top = fr_join(d[nd - 2], d[nd - 1]);
    uint64_t digit, carry = 0, borrow = 0;
    int i;
    if (top >= d_top)
        digit = ~(uint64_t)0; /* the two tops are equal: the digit is this or one or two less */
    else
        digit = fr_divide_three_by_two(&top, rest[nd - 2], d_top, reciprocal);

    for (i = 0; i < nd; i++) {
        const fr_u128 t = (fr_u128)digit * d[i] + carry;
        const fr_u128 s = (fr_u128)rest[i] - (uint64_t)t - borrow;
        carry = (uint64_t)(t >> 64);
        rest[i] = (uint64_t)s;
        borrow = (uint64_t)(s >> 64) & 1;
    }
    {
        const fr_u128 s = (fr_u128)rest[nd] - carry - borrow;
        rest[nd] = (uint64_t)s;
        borrow = (uint64_t)(s >> 64) & 1;
    }
    while (borrow) { /* one too large, seldom two */
        carry = 0;
        digit--;
        for (i = 0; i < nd; i++) {
            const fr_u128 t = (fr_u128)rest[i] + d[i] + carry;
            rest[i] = (uint64_t)t;
            carry = (uint64_t)(t >> 64);
        }
        rest[nd] += carry;
        borrow = carry == 0;
    }
    return digit;
}

static inline void fr_divide_by_many(uint64_t *quotient, uint64_t *rest, int n, const uint64_t *d, int nd)
{
    const uint64_t reciprocal = fr_reciprocal_of_two(d[nd - 1], d[nd - 2]);
    int i;
    for (i = n - nd; i >= 0; i--)
        quotient[i] = fr_divide_digit(rest + i, d, nd, reciprocal);
}

enum { FR_MOST_LIMBS = 8 };

/* Floor of dividend[n] / divisor[4], n up to FR_MOST_LIMBS. False where it needs more than 256 bits, or the divisor is
 * zero. `is_exact` tells whether nothing was cut off. */
static int fr_divide(fr_u256 *quotient, int *is_exact, const uint64_t *dividend, int n, const fr_u256 *divisor)
{
    uint64_t rest[FR_MOST_LIMBS + 1], d[4], q[FR_MOST_LIMBS] = { 0 };
    const int nd = fr_length(divisor->limb, 4);
    int shift, i;

    memset(quotient, 0, sizeof *quotient);
    n = fr_length(dividend, n);
    *is_exact = n == 0;
    if (nd == 0)
        return 0;
    if (n < nd)
        return 1;
    shift = __builtin_clzll(divisor->limb[nd - 1]);
    fr_shift_left(d, divisor->limb, nd, shift);
    rest[n] = fr_shift_left(rest, dividend, n, shift);

    if (nd == 1) {
        const uint64_t reciprocal = fr_reciprocal(d[0]);
        uint64_t left = rest[n];
        for (i = n - 1; i >= 0; i--)
            q[i] = fr_divide_two_by_one(&left, rest[i], d[0], reciprocal);
        *is_exact = left == 0;
    } else if (nd == 2) {
        const fr_u128 d_two = fr_join(d[0], d[1]);
        const uint64_t reciprocal = fr_reciprocal_of_two(d[1], d[0]);
        fr_u128 left = fr_join(rest[n - 1], rest[n]);
        for (i = n - 2; i >= 0; i--)
            q[i] = fr_divide_three_by_two(&left, rest[i], d_two, reciprocal);
        *is_exact = left == 0;
    } else {
        if (nd == 3)
            fr_divide_by_many(q, rest, n, d, 3);
        else
            fr_divide_by_many(q, rest, n, d, 4);
        *is_exact = fr_length(rest, nd) == 0;
    }
    memcpy(quotient->limb, q, sizeof quotient->limb);
    return (q[4] | q[5] | q[6] | q[7]) == 0;
}

/* Floor of a * b / divisor over the whole product; false as above. */
static int fr_muldiv(fr_u256 *result, int *is_exact, const fr_u256 *a, const fr_u256 *b, const fr_u256 *divisor)
{
    const int na = fr_length(a->limb, 4), nb = fr_length(b->limb, 4);
    uint64_t product[FR_MOST_LIMBS];
    fr_multiply(product, a->limb, na, b->limb, nb);
    return fr_divide(result, is_exact, product, na + nb, divisor);
}

/* Adds one to a floor that is not exact; false where that leaves 256 bits. */
static int fr_round_up(fr_u256 *x, int is_exact)
{
    const fr_u256 one = { { 1, 0, 0, 0 } };
    return is_exact || fr_add(x, x, &one);
}

#endif /* FR_HAS_WIDE */

#endif /* FR_WIDE_H */
