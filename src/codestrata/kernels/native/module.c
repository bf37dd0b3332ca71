/* The module object only gives the kernels a home that the import system can find; see codestrata/kernels/library.py. */
#include <Python.h>

#include "kernels.h"

/* What library.py asks for: kernels compiled before an argument changed are not called with the new ones. */
#define STRATA_ABI 1288197740

STRATA_EXPORT int strata_abi(void) { return STRATA_ABI; }

static struct PyModuleDef definition = {PyModuleDef_HEAD_INIT, "_native", NULL, 0, NULL, NULL, NULL, NULL, NULL};

PyMODINIT_FUNC PyInit__native(void) { return PyModule_Create(&definition); }
