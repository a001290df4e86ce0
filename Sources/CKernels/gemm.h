/// What the two files of the fp32 product share.
#ifndef ATTUNE_GEMM_H
#define ATTUNE_GEMM_H

#include "vector.h"

/// Sums are cut into stretches of k, each added up from zero: one long chain of fp32 additions over a vocabulary would
/// lose three digits that gradients of the last layers need.
enum { gemm_stretch = 256 };

#if defined(__x86_64__)
void gemm_wide(size_t m, size_t n, size_t k, const float *a, size_t a_row, size_t a_col, const float *b, size_t b_row,
               float *c, size_t c_row, int accumulate);
#endif

#endif
