/*
 * What the machine allows: the smallest ring there is between one producer and one consumer, with none of a library's promises
 * (no barriers, no second consumer, no waiting but spinning). Prints one line and exits 0, or 1 when its own sum is wrong.
 *
 *   ring_limit throughput SLOT_BYTES RING_SIZE EVENTS BATCH   ->  nanoseconds batches
 *   ring_limit roundtrip ROUNDS PAUSE_NS                      ->  one round trip in nanoseconds per line
 */
#define _GNU_SOURCE
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

typedef struct { _Alignas(128) _Atomic int64_t value; char pad[120]; } cursor;

typedef struct {
    cursor published, consumed;
    char *slots;
    int64_t mask;
    size_t stride;
} ring;

static ring rings[2];
static int64_t events, batch, rounds, pause_ns;
static int64_t consumer_sum, consumer_batches;

/* The processor's hint between two looks: without it the round trip is slower. */
static inline void spin(void) {
#if defined(__x86_64__) || defined(__i386__)
    __builtin_ia32_pause();
#endif
}

static int64_t now_ns(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1000000000LL + t.tv_nsec;
}

static void pin(int core) {
    cpu_set_t set;
    CPU_ZERO(&set);
    CPU_SET(core, &set);
    pthread_setaffinity_np(pthread_self(), sizeof set, &set); /* a wish: the figures say more when it is granted */
}

static void make(ring *r, size_t stride, int64_t size) {
    r->slots = aligned_alloc(4096, stride * (size_t)size < 4096 ? 4096 : stride * (size_t)size);
    memset(r->slots, 0, stride * (size_t)size);
    r->mask = size - 1;
    r->stride = stride;
    atomic_store(&r->published.value, -1);
    atomic_store(&r->consumed.value, -1);
}

/* A slot's value stands in its first and in its last word, so that every line of it is touched. */
static inline int64_t *first_word(ring *r, size_t stride, int64_t sequence) {
    return (int64_t *)(void *)(r->slots + (size_t)(sequence & r->mask) * stride);
}

static inline void consume_all(ring *r, size_t stride) {
    int64_t next = 0, sum = 0, batches = 0;
    while (next < events) {
        int64_t available = atomic_load_explicit(&r->published.value, memory_order_acquire);
        if (available < next) continue;
        for (; next <= available; next++) {
            int64_t *slot = first_word(r, stride, next);
            sum += stride == 8 ? slot[0] : slot[0] + slot[stride / 8 - 1];
        }
        atomic_store_explicit(&r->consumed.value, available, memory_order_release);
        batches++;
    }
    consumer_sum = sum;
    consumer_batches = batches;
}

/* Events that lie ready are copied, as a feed would do it; PIECE of them are used over and over. */
enum { PIECE = 1000 };
static char prepared[PIECE * 128];

static void prepare(size_t stride) {
    for (int64_t i = 0; i < PIECE; i++) {
        int64_t *event = (int64_t *)(void *)(prepared + (size_t)i * stride);
        event[0] = event[stride / 8 - 1] = i;
    }
}

static inline void copy_batch(ring *r, size_t stride, int64_t lo, int64_t count) {
    int64_t first = lo & r->mask, whole = r->mask + 1 - first;
    int64_t run = count < whole ? count : whole;
    const char *from = prepared + (size_t)(lo % PIECE) * stride;
    memcpy(r->slots + (size_t)first * stride, from, (size_t)run * stride);
    memcpy(r->slots, from + (size_t)run * stride, (size_t)(count - run) * stride);
}

static inline void produce_all(ring *r, size_t stride, int64_t step) {
    int64_t gate = -1, size = r->mask + 1;
    for (int64_t lo = 0; lo < events; lo += step) {
        int64_t hi = lo + step - 1;
        while (hi - size > gate) gate = atomic_load_explicit(&r->consumed.value, memory_order_acquire);
        if (step == 1) {
            int64_t *slot = first_word(r, stride, lo);
            slot[0] = lo;
            if (stride != 8) slot[stride / 8 - 1] = lo;
        } else {
            copy_batch(r, stride, lo, step);
        }
        atomic_store_explicit(&r->published.value, hi, memory_order_release);
    }
}

static void *consumer(void *unused) {
    (void)unused;
    pin(1);
    if (rings[0].stride == 8) consume_all(&rings[0], 8);
    else consume_all(&rings[0], 128);
    return NULL;
}

static int throughput(void) {
    pthread_t thread;
    pthread_create(&thread, NULL, consumer, NULL);
    pin(0);
    struct timespec settle = {0, 1000000};
    nanosleep(&settle, NULL);
    int64_t start = now_ns();
    if (rings[0].stride == 8) { if (batch == 1) produce_all(&rings[0], 8, 1); else produce_all(&rings[0], 8, batch); }
    else { if (batch == 1) produce_all(&rings[0], 128, 1); else produce_all(&rings[0], 128, batch); }
    pthread_join(thread, NULL);
    printf("%lld %lld\n", (long long)(now_ns() - start), (long long)consumer_batches);
    int64_t sum = batch == 1 ? events * (events - 1) / 2 : events / PIECE * (PIECE * (PIECE - 1) / 2);
    return consumer_sum == sum * (rings[0].stride == 8 ? 1 : 2) ? 0 : 1;
}

static inline void send(ring *r, int64_t sequence) {
    while (sequence - r->mask - 1 > atomic_load_explicit(&r->consumed.value, memory_order_acquire)) spin();
    *first_word(r, 8, sequence) = sequence;
    atomic_store_explicit(&r->published.value, sequence, memory_order_release);
}

static inline int64_t receive(ring *r, int64_t sequence) {
    while (atomic_load_explicit(&r->published.value, memory_order_acquire) < sequence) spin();
    int64_t value = *first_word(r, 8, sequence);
    atomic_store_explicit(&r->consumed.value, sequence, memory_order_release);
    return value;
}

static void *ponger(void *unused) {
    (void)unused;
    pin(1);
    for (int64_t i = 0; i < rounds; i++) send(&rings[1], receive(&rings[0], i));
    return NULL;
}

static int roundtrip(void) {
    pthread_t thread;
    int32_t *took = malloc(sizeof *took * (size_t)rounds);
    int wrong = 0;
    memset(took, 0, sizeof *took * (size_t)rounds);
    pthread_create(&thread, NULL, ponger, NULL);
    pin(0);
    for (int64_t i = 0; i < rounds; i++) {
        int64_t t0 = now_ns();
        send(&rings[0], i);
        wrong |= receive(&rings[1], i) != i;
        int64_t t1 = now_ns();
        took[i] = (int32_t)(t1 - t0);
        while (now_ns() - t1 < pause_ns) { }
    }
    pthread_join(thread, NULL);
    for (int64_t i = 0; i < rounds; i++) printf("%d\n", took[i]);
    return wrong;
}

int main(int argc, char **argv) {
    if (argc == 6 && strcmp(argv[1], "throughput") == 0) {
        make(&rings[0], (size_t)atol(argv[2]), atol(argv[3]));
        events = atol(argv[4]);
        batch = atol(argv[5]);
        events -= events % PIECE;
        prepare(rings[0].stride);
        return throughput();
    }
    if (argc == 4 && strcmp(argv[1], "roundtrip") == 0) {
        make(&rings[0], 8, 1024);
        make(&rings[1], 8, 1024);
        rounds = atol(argv[2]);
        pause_ns = atol(argv[3]);
        return roundtrip();
    }
    fprintf(stderr, "usage: ring_limit throughput SLOT_BYTES RING_SIZE EVENTS BATCH | roundtrip ROUNDS PAUSE_NS\n");
    return 2;
}
