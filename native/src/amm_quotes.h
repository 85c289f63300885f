#ifndef FR_AMM_QUOTES_H
#define FR_AMM_QUOTES_H

/* Exact quotes of constant-product and concentrated pools, rounded and refused as the contracts round and refuse.
 *
 * Twins: UniswapV2Pool and UniswapV3Pool (SwapMath, SqrtPriceMath) of src/FastRebalance.Amm; the tests hold one against the
 * other to the unit. */

#include "../include/fastrebalance.h"
#include "wide.h"

#define FR_PIPS_PER_UNIT 1000000u

#if FR_HAS_WIDE

/* ---- constant product: UniswapV2Library.getAmountOut ---- */

static const fr_u128 fr_v2_most = ((fr_u128)1 << 112) - 1;

/* numerator[4] / denominator[2] where the denominator has its high limb and the quotient fits 128 bits: two digits. */
static fr_u128 fr_v2_divide(const uint64_t *numerator, const uint64_t *denominator)
{
    const int shift = __builtin_clzll(denominator[1]);
    const fr_u128 d = fr_join(denominator[0], denominator[1]) << shift;
    const uint64_t reciprocal = fr_reciprocal_of_two((uint64_t)(d >> 64), (uint64_t)d);
    uint64_t n[4], high;
    fr_u128 rest;
    fr_shift_left(n, numerator, 4, shift); /* loses nothing: the quotient fits */
    rest = fr_join(n[2], n[3]);
    high = fr_divide_three_by_two(&rest, n[1], d, reciprocal);
    return fr_join(fr_divide_three_by_two(&rest, n[0], d, reciprocal), high);
}

static int32_t fr_v2_quote_one(fr_v2_quote *quote, const fr_v2_request *q)
{
    const fr_u128 reserve_in = fr_join(q->reserve_in[0], q->reserve_in[1]);
    const fr_u128 reserve_out = fr_join(q->reserve_out[0], q->reserve_out[1]);
    const fr_u128 amount_in = fr_join(q->amount_in.limb[0], q->amount_in.limb[1]);
    const uint64_t kept_fraction = q->fee_kept;
    uint64_t kept[3], whole[3], numerator[5];
    fr_u256 denominator;
    fr_u128 out, sum;

    if (reserve_in > fr_v2_most || reserve_out > fr_v2_most
        || q->fee_kept == 0 || q->fee_kept > q->fee_whole || q->fee_whole > FR_PIPS_PER_UNIT)
        return FR_QUOTE_BAD_REQUEST;
    if (fr_is_zero(&q->amount_in))
        return FR_QUOTE_ZERO_AMOUNT;
    if (reserve_in == 0 || reserve_out == 0)
        return FR_QUOTE_INSUFFICIENT_LIQUIDITY;
    if ((q->amount_in.limb[2] | q->amount_in.limb[3]) != 0 || amount_in > fr_v2_most - reserve_in)
        return FR_QUOTE_OVERFLOW;

    {
        const uint64_t fee_whole = q->fee_whole;
        fr_multiply(kept, q->amount_in.limb, 2, &kept_fraction, 1); /* below 2^132 */
        fr_multiply(whole, q->reserve_in, 2, &fee_whole, 1);
    }
    fr_multiply(numerator, kept, 3, q->reserve_out, 2); /* below 2^244 */
    sum = (fr_u128)kept[0] + whole[0];
    denominator.limb[0] = (uint64_t)sum;
    sum = (fr_u128)kept[1] + whole[1] + (uint64_t)(sum >> 64);
    denominator.limb[1] = (uint64_t)sum;
    denominator.limb[2] = kept[2] + whole[2] + (uint64_t)(sum >> 64);
    denominator.limb[3] = 0;

    if (denominator.limb[2] == 0 && denominator.limb[1] != 0) {
        out = fr_v2_divide(numerator, denominator.limb);
    } else { /* reserves of a few units, or of more than a hundred bits under a fee in odd pips */
        fr_u256 wide;
        int is_exact;
        fr_divide(&wide, &is_exact, numerator, 5, &denominator);
        out = fr_join(wide.limb[0], wide.limb[1]);
    }
    quote->amount_out[0] = (uint64_t)out;
    quote->amount_out[1] = (uint64_t)(out >> 64);
    return out == 0 ? FR_QUOTE_ZERO_OUTPUT : FR_QUOTE_EXACT;
}

/* ---- concentrated liquidity: SqrtPriceMath, SwapMath and the loop of UniswapV3Pool.swap ---- */

/* Units of token 0 between two prices: liquidity * 2^96 * (upper - lower) / upper / lower. */
static void fr_v3_amount0(fr_u256 *amount, const fr_u256 *lower, const fr_u256 *upper, fr_u128 liquidity, int rounds_up)
{
    const fr_u256 numerator = { { 0, (uint64_t)liquidity << 32, (uint64_t)(liquidity >> 32), (uint64_t)(liquidity >> 96) } };
    fr_u256 difference, first;
    int is_exact;
    fr_subtract(&difference, upper, lower);
    fr_muldiv(&first, &is_exact, &numerator, &difference, upper);
    if (rounds_up)
        fr_round_up(&first, is_exact);
    fr_divide(amount, &is_exact, first.limb, 4, lower);
    if (rounds_up)
        fr_round_up(amount, is_exact);
}

/* Units of token 1 between two prices: liquidity * (upper - lower) / 2^96. */
static void fr_v3_amount1(fr_u256 *amount, const fr_u256 *lower, const fr_u256 *upper, fr_u128 liquidity, int rounds_up)
{
    const uint64_t l[2] = { (uint64_t)liquidity, (uint64_t)(liquidity >> 64) };
    uint64_t product[6];
    fr_u256 difference;
    int i;
    fr_subtract(&difference, upper, lower);
    fr_multiply(product, difference.limb, 4, l, 2);
    for (i = 0; i < 4; i++)
        amount->limb[i] = product[i + 1] >> 32 | product[i + 2] << 32;
    if (rounds_up)
        fr_round_up(amount, (product[0] | (product[1] & 0xffffffffu)) == 0);
}

/* The price after token 0 came in, rounded up. False where the contract would revert. */
static int fr_v3_price_after0(fr_u256 *next, const fr_u256 *price, fr_u128 liquidity, const fr_u256 *amount_in)
{
    const fr_u256 numerator = { { 0, (uint64_t)liquidity << 32, (uint64_t)(liquidity >> 32), (uint64_t)(liquidity >> 96) } };
    uint64_t product[8];
    fr_u256 denominator;
    int is_exact;
    fr_multiply(product, amount_in->limb, 4, price->limb, 4);
    memcpy(denominator.limb, product, sizeof denominator.limb);
    if (fr_length(product, 8) <= 4 && fr_add(&denominator, &denominator, &numerator))
        return fr_muldiv(next, &is_exact, &numerator, price, &denominator) && fr_round_up(next, is_exact);

    /* The exact denominator does not fit 256 bits; the contract then takes the coarser form, and so must we. */
    return fr_divide(&denominator, &is_exact, numerator.limb, 4, price) && fr_add(&denominator, &denominator, amount_in)
        && fr_divide(next, &is_exact, numerator.limb, 4, &denominator) && fr_round_up(next, is_exact);
}

/* The price after token 1 came in, rounded down. False where the contract would revert. */
static int fr_v3_price_after1(fr_u256 *next, const fr_u256 *price, fr_u128 liquidity, const fr_u256 *amount_in)
{
    const fr_u256 q96 = { { 0, (uint64_t)1 << 32, 0, 0 } }, wide_liquidity = fr_wide(liquidity);
    fr_u256 rise;
    int is_exact;
    return fr_muldiv(&rise, &is_exact, amount_in, &q96, &wide_liquidity) && fr_add(next, price, &rise)
        && next->limb[3] == 0 && next->limb[2] >> 32 == 0;
}

typedef struct fr_v3_step {
    fr_u256 price, amount_in, amount_out, fee;
} fr_v3_step;

static void fr_v3_amount_in(fr_u256 *amount, int sells0, const fr_u256 *price, const fr_u256 *reached, fr_u128 liquidity)
{
    if (sells0)
        fr_v3_amount0(amount, reached, price, liquidity, 1);
    else
        fr_v3_amount1(amount, price, reached, liquidity, 1);
}

/* One step inside one range. False where the contract would revert. */
static int fr_v3_take_step(fr_v3_step *step, const fr_u256 *price, const fr_u256 *target, fr_u128 liquidity,
                           const fr_u256 *remaining, uint32_t fee_pips)
{
    const int sells0 = fr_compare(price, target) >= 0;
    const fr_u256 fee = fr_wide(fee_pips), kept = fr_wide(FR_PIPS_PER_UNIT - fee_pips), whole = fr_wide(FR_PIPS_PER_UNIT);
    fr_u256 after_fee, to_target;
    int is_exact, arrived;

    if (!fr_muldiv(&after_fee, &is_exact, remaining, &kept, &whole))
        return 0;
    fr_v3_amount_in(&to_target, sells0, price, target, liquidity);
    if (fr_compare(&after_fee, &to_target) >= 0)
        step->price = *target;
    else if (!(sells0 ? fr_v3_price_after0 : fr_v3_price_after1)(&step->price, price, liquidity, &after_fee))
        return 0;

    /* Arriving is decided by the price, not by the branch above: the contract asks the same way. */
    arrived = fr_compare(&step->price, target) == 0;
    if (arrived)
        step->amount_in = to_target;
    else
        fr_v3_amount_in(&step->amount_in, sells0, price, &step->price, liquidity);
    if (sells0)
        fr_v3_amount1(&step->amount_out, &step->price, price, liquidity, 0);
    else
        fr_v3_amount0(&step->amount_out, price, &step->price, liquidity, 0);
    return arrived
        ? fr_muldiv(&step->fee, &is_exact, &step->amount_in, &fee, &kept) && fr_round_up(&step->fee, is_exact)
        : fr_subtract(&step->fee, remaining, &step->amount_in);
}

/* False where the sum leaves 128 bits on either side. */
static int fr_v3_cross(fr_u128 *liquidity, const fr_v3_stop *stop, int sells0)
{
    const fr_u128 net = fr_join(stop->net[0], stop->net[1]), before = *liquidity;
    const fr_u128 delta = sells0 ? 0 - net : net;
    *liquidity = before + delta;
    return delta >> 127 ? *liquidity < before : *liquidity >= before;
}

static int fr_v3_is_price(const fr_u256 *price)
{
    return !fr_is_zero(price) && price->limb[3] == 0 && price->limb[2] >> 32 == 0;
}

/* The stop can be one, and does not lie behind. */
static int fr_v3_is_ahead(const fr_v3_stop *stop, const fr_u256 *price, int sells0)
{
    const int side = fr_compare(&stop->price, price);
    return fr_v3_is_price(&stop->price) && (sells0 ? side <= 0 : side >= 0);
}

static int fr_v3_is_sound(const fr_v3_request *q, size_t stop_count)
{
    return fr_v3_is_price(&q->price) && q->fee_pips < FR_PIPS_PER_UNIT && q->first_stop >= 0 && q->stop_count >= 0
        && (size_t)q->first_stop <= stop_count && (size_t)q->stop_count <= stop_count - (size_t)q->first_stop;
}

/* What is left of the walk's question, and what it has brought. */
typedef struct fr_v3_walk {
    fr_u256 price, remaining, amount_out;
    fr_u128 liquidity;
} fr_v3_walk;

/* One turn of the contract's loop: up to the stop and past it, or short of it with all that remained. False where the contract
 * would revert. */
static int fr_v3_advance(fr_v3_walk *w, int *passed, const fr_v3_stop *stop, int sells0, uint32_t fee_pips)
{
    fr_v3_step step;
    fr_u256 taken;
    if (!fr_v3_take_step(&step, &w->price, &stop->price, w->liquidity, &w->remaining, fee_pips)
        || !fr_add(&taken, &step.amount_in, &step.fee) || !fr_subtract(&w->remaining, &w->remaining, &taken)
        || !fr_add(&w->amount_out, &w->amount_out, &step.amount_out))
        return 0;
    w->price = step.price;
    *passed = fr_compare(&w->price, &stop->price) == 0;
    return !*passed || fr_v3_cross(&w->liquidity, stop, sells0);
}

static int32_t fr_v3_quote_one(fr_v3_quote *quote, const fr_v3_request *q, const fr_v3_stop *stops, size_t stop_count)
{
    const int sells0 = q->sells_token0 != 0;
    fr_v3_walk w = { q->price, q->amount_in, { { 0, 0, 0, 0 } }, fr_join(q->liquidity[0], q->liquidity[1]) };
    int32_t at = 0;

    if (!fr_v3_is_sound(q, stop_count))
        return FR_QUOTE_BAD_REQUEST;
    if (fr_is_zero(&q->amount_in))
        return FR_QUOTE_ZERO_AMOUNT;
    if (q->amount_in.limb[3] >> 63 != 0) /* the contract takes a signed amount */
        return FR_QUOTE_OVERFLOW;
    while (at < q->stop_count && !fr_is_zero(&w.remaining)) {
        const fr_v3_stop *stop = &stops[q->first_stop + at];
        int passed;
        if (!fr_v3_is_ahead(stop, &w.price, sells0))
            return FR_QUOTE_BAD_REQUEST;
        if (!fr_v3_advance(&w, &passed, stop, sells0, q->fee_pips))
            return FR_QUOTE_OVERFLOW;
        at += passed;
    }
    quote->amount_out = w.amount_out;
    fr_subtract(&quote->amount_in_used, &q->amount_in, &w.remaining);
    quote->stops_passed = at;
    return !fr_is_zero(&w.remaining) ? FR_QUOTE_INSUFFICIENT_LIQUIDITY
        : fr_is_zero(&w.amount_out) ? FR_QUOTE_ZERO_OUTPUT
        : FR_QUOTE_EXACT;
}

#endif /* FR_HAS_WIDE */

#endif /* FR_AMM_QUOTES_H */
