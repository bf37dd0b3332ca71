/* The pass for machines with AVX-512 (Ice Lake, Zen 4 and later). */
#if defined(__x86_64__)
#include <immintrin.h>
#if defined(__clang__)
#pragma clang attribute push(__attribute__((target("avx512f,avx512bw,avx512dq,avx512vl,avx512vbmi2,bmi,bmi2,lzcnt,popcnt"))), apply_to = function)
#else
#pragma GCC target("avx512f,avx512bw,avx512dq,avx512vl,avx512vbmi2,bmi,bmi2,lzcnt,popcnt")
#endif
#define STRATA_AVX512
#define STRATA_TARGET avx512
#include "pass.h"
#include "scan.h"
#if defined(__clang__)
#pragma clang attribute pop
#endif
#endif
