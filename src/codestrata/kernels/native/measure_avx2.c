/* The pass for machines with AVX2. */
#if defined(__x86_64__)
#include <immintrin.h>
#if defined(__clang__)
#pragma clang attribute push(__attribute__((target("avx2,bmi,bmi2,lzcnt,popcnt"))), apply_to = function)
#else
#pragma GCC target("avx2,bmi,bmi2,lzcnt,popcnt")
#endif
#define STRATA_AVX2
#define STRATA_TARGET avx2
#include "pass.h"
#include "scan.h"
#if defined(__clang__)
#pragma clang attribute pop
#endif
#endif
