#ifndef FR_CHECK_H
#define FR_CHECK_H

/* What every test program here has in common: counted checks that tell where they failed, and seeded random numbers. */

#include <stdint.h>
#include <stdio.h>

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

static inline uint64_t next_random(void)
{
    uint64_t z = (random_state += 0x9e3779b97f4a7c15u);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

static inline int32_t below(int32_t n)
{
    return (int32_t)(next_random() % (uint64_t)n);
}

static inline double unit(void)
{
    return (double)(next_random() >> 11) * 0x1p-53;
}

#endif /* FR_CHECK_H */
