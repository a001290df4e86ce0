/// SIMD loops: pointers and sizes in, numbers out; no state, no allocation.
#ifndef ATTUNE_KERNELS_H
#define ATTUNE_KERNELS_H

#include <stddef.h>
#include <stdint.h>

#pragma clang assume_nonnull begin

/// Which instructions a kernel uses. An argument, so that a test can run every path the machine has.
typedef enum { kn_scalar = 0, kn_avx2 = 1, kn_neon = 2 } kn_path;

/// The best path this machine can run; the answer never changes.
kn_path kn_best_path(void);

/// ggml's ids of the block formats.
typedef enum {
  kn_f32 = 0, kn_f16 = 1, kn_q4_0 = 2, kn_q4_1 = 3, kn_q5_0 = 6, kn_q5_1 = 7, kn_q8_0 = 8,
  kn_q4_K = 12, kn_q5_K = 13, kn_q6_K = 14, kn_bf16 = 30
} kn_format;

/// Decodes `count` numbers (a whole number of blocks) at `src` to `dst`. `src` may be unaligned.
void kn_decode(kn_path path, kn_format format, size_t count, const void *src, float *dst);

#pragma clang assume_nonnull end
#endif
