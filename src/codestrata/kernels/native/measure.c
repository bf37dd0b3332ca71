/* Measuring texts: which build of the pass to call, and the loop over a batch. */
#define STRATA_TARGET base
#include "pass.h"
#include "scan.h"

#if defined(__x86_64__)
static int avx512(void) {
    return __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl") &&
           __builtin_cpu_supports("avx512vbmi2") && __builtin_cpu_supports("bmi2");
}
static int avx2(void) { return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi2"); }
#else
static int avx512(void) { return 0; }
static int avx2(void) { return 0; }
#define strata_measure_avx512 strata_measure_base
#define strata_measure_avx2 strata_measure_base
#define strata_shingle_avx512 strata_shingle_base
#define strata_shingle_avx2 strata_shingle_base
#endif

/* The widest instruction set of this machine, or the one asked for when the machine has it. */
STRATA_EXPORT int strata_target(int wanted) {
    int best = avx512() ? ONLY_AVX512 : avx2() ? ONLY_AVX2 : ONLY_BASE;
    return wanted == BEST || wanted > best ? best : wanted;
}

static scratch *new_scratch(void) {
    scratch *s = calloc(1, sizeof *s);
    if (s) fill_powers(s->power);
    return s;
}

static void free_scratch(scratch *s) {
    if (!s) return;
    free(s->shingle);
    free(s->spare);
    free(s);
}

/* columns[k][COLUMNS], norm_hash[k], signature[k][BINS] of the texts arena[offsets[i]:offsets[i + 1]]; chosen[i] is an index
   into families, or 255 to leave the text alone. Returns 0, or -1 when memory ran out. */
STRATA_EXPORT int strata_measure(const uint8_t *arena, const int64_t *offsets, int64_t k, const uint8_t *chosen,
                                 const family *families, int target, int64_t *columns, uint64_t *norm_hash,
                                 uint16_t *signature) {
    target = strata_target(target);
    text_pass *measure = target == ONLY_AVX512 ? strata_measure_avx512 : target == ONLY_AVX2 ? strata_measure_avx2 : strata_measure_base;
    const uint8_t *end = arena + offsets[k];
    scratch *s = new_scratch();
    int fine = s != NULL;
    for (int64_t i = 0; i < k && fine; i++) {
        measures out;
        if (chosen[i] == 255) continue;
        fine = measure(arena + offsets[i], (size_t)(offsets[i + 1] - offsets[i]), end, families + chosen[i], &out, s);
        memcpy(columns + i * COLUMNS, out.column, sizeof out.column);
        norm_hash[i] = out.norm_hash;
        memcpy(signature + i * BINS, out.signature, sizeof out.signature);
    }
    free_scratch(s);
    return fine ? 0 : -1;
}

/* The sorted, unique shingles of each text: counts[i] of them, one text after the other, in *out, which the caller hands
   back to strata_free. Returns 0, or -1 when memory ran out. */
STRATA_EXPORT int strata_shingles(const uint8_t *arena, const int64_t *offsets, int64_t k, int target, int64_t *counts,
                                  uint64_t **out) {
    static const family none;
    target = strata_target(target);
    text_pass *shingle = target == ONLY_AVX512 ? strata_shingle_avx512 : target == ONLY_AVX2 ? strata_shingle_avx2 : strata_shingle_base;
    const uint8_t *end = arena + offsets[k];
    scratch *s = new_scratch();
    size_t used = 0, room = 0, spare = 0;
    uint64_t *all = NULL;
    int fine = s != NULL;
    for (int64_t i = 0; i < k && fine; i++) {
        measures got;
        if (!(fine = shingle(arena + offsets[i], (size_t)(offsets[i + 1] - offsets[i]), end, &none, &got, s))) break;
        size_t n = (size_t)got.column[SHINGLES];
        if (n > spare) {
            uint64_t *bigger = realloc(s->spare, (spare = 2 * n) * sizeof *bigger);
            if (!(fine = bigger != NULL)) break;
            s->spare = bigger;
        }
        n = strata_unique(s->shingle, s->spare, n);
        if (used + n > room) {
            uint64_t *bigger = realloc(all, (room = 2 * (used + n) + 1024) * sizeof *bigger);
            if (!(fine = bigger != NULL)) break;
            all = bigger;
        }
        if (n) memcpy(all + used, s->shingle, n * sizeof *all);
        used += n, counts[i] = (int64_t)n;
    }
    free_scratch(s);
    if (!fine) free(all), all = NULL;
    *out = all;
    return fine ? 0 : -1;
}

STRATA_EXPORT void strata_free(void *memory) { free(memory); }
