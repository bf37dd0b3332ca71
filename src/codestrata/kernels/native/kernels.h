/* The native kernels: plain C functions over flat buffers, called from Python through ctypes (which releases the GIL).
   Every function exported here has a NumPy or pure-Python twin that gives the same bytes. */
#ifndef CODESTRATA_KERNELS_H
#define CODESTRATA_KERNELS_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#if defined(_WIN32)
#define STRATA_EXPORT __declspec(dllexport)
#else
#define STRATA_EXPORT __attribute__((visibility("default")))
#endif

/* Bytes from p on, before end, begin with `what`, a string constant. */
#define GOES(p, end, what) ((size_t)((end) - (p)) >= sizeof(what) - 1 && memcmp(p, what, sizeof(what) - 1) == 0)

#endif
