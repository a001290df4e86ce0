/// What the kernel bodies share: an eight-lane vector, and how a body is compiled once for each instruction set.
///
/// A body is an always-inlined function in plain C with vector types; a wrapper with a `target` attribute gives it
/// the instructions. On arm64 the baseline already has NEON, so the plain wrapper is the NEON path.
#ifndef ATTUNE_VECTOR_H
#define ATTUNE_VECTOR_H

#include <math.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "kernels.h"

#define BODY static inline __attribute__((always_inline))
#define AVX2 __attribute__((target("avx2,fma,f16c")))

static inline int has_avx2(kn_path path) { return path == kn_avx2 || path == kn_vnni; }

/// Eight floats; loads and stores need no alignment.
typedef float f8 __attribute__((vector_size(32), aligned(4), may_alias));

/// e^x for x in about [-87, 88], within 2 units in the last place; below, 0 in effect. Branch-free, so loops vectorise.
/// Range reduction and polynomial after Cephes' expf.
BODY float exp_fast(float x) {
  x = x < -87.3f ? -87.3f : x;
  x = x > 88.3f ? 88.3f : x;
  // Adding 1.5 * 2^23 rounds to the nearest whole number, found in the low bits.
  const float magic = 12582912.0f;
  float shifted = x * 1.44269504088896341f + magic;
  int32_t bits;
  memcpy(&bits, &shifted, 4);
  float whole = shifted - magic;
  float r = x - whole * 0.693359375f;
  r = r - whole * -2.12194440e-4f;
  float p = 1.9875691500e-4f;
  p = p * r + 1.3981999507e-3f;
  p = p * r + 8.3334519073e-3f;
  p = p * r + 4.1665795894e-2f;
  p = p * r + 1.6666665459e-1f;
  p = p * r + 5.0000001201e-1f;
  p = p * r * r + r + 1.0f;
  int32_t exponent = (int32_t)((uint32_t)bits << 23);
  int32_t result;
  memcpy(&result, &p, 4);
  result += exponent;
  memcpy(&p, &result, 4);
  return p;
}

typedef int32_t i8 __attribute__((vector_size(32), aligned(4), may_alias));

/// exp_fast of eight numbers, in place. By pointer, since a vector as an argument has another ABI without AVX.
BODY void exp_eight(f8 *numbers) {
  const f8 zero = {0}, low = zero - 87.3f, high = zero + 88.3f;
  f8 x = *numbers;
  const i8 below = x < low, above = x > high;
  x = (f8)((below & (i8)low) | (~below & (i8)x));
  x = (f8)((above & (i8)high) | (~above & (i8)x));
  const float magic = 12582912.0f;
  const f8 shifted = x * 1.44269504088896341f + magic;
  const f8 whole = shifted - magic;
  f8 r = x - whole * 0.693359375f;
  r = r - whole * -2.12194440e-4f;
  f8 p = zero + 1.9875691500e-4f;
  p = p * r + 1.3981999507e-3f;
  p = p * r + 8.3334519073e-3f;
  p = p * r + 4.1665795894e-2f;
  p = p * r + 1.6666665459e-1f;
  p = p * r + 5.0000001201e-1f;
  p = p * r * r + r + 1.0f;
  *numbers = (f8)((i8)p + ((i8)shifted << 23));
}

/// The eight lanes added pairwise, in one fixed order.
BODY float sum_lanes(const float *lanes) {
  return ((lanes[0] + lanes[4]) + (lanes[1] + lanes[5])) + ((lanes[2] + lanes[6]) + (lanes[3] + lanes[7]));
}

/// a · b over n numbers: sixteen running sums, then a tail in order.
BODY float dot_body(size_t n, const float *a, const float *b) {
  f8 s0 = {0}, s1 = {0};
  size_t i = 0;
  for (; i + 16 <= n; i += 16) {
    s0 += *(const f8 *)(a + i) * *(const f8 *)(b + i);
    s1 += *(const f8 *)(a + i + 8) * *(const f8 *)(b + i + 8);
  }
  for (; i + 8 <= n; i += 8) s0 += *(const f8 *)(a + i) * *(const f8 *)(b + i);
  f8 s = s0 + s1;
  float lanes[8];
  memcpy(lanes, &s, 32);
  float sum = sum_lanes(lanes);
  for (; i < n; i++) sum += a[i] * b[i];
  return sum;
}

/// The largest of n numbers; minus infinity of none.
BODY float max_body(size_t n, const float *x) {
  f8 most_each = {0};
  most_each -= INFINITY;
  size_t i = 0;
  for (; i + 8 <= n; i += 8) {
    const f8 v = *(const f8 *)(x + i);
    const i8 above = v > most_each;
    most_each = (f8)((above & (i8)v) | (~above & (i8)most_each));
  }
  float lanes[8];
  memcpy(lanes, &most_each, 32);
  float most = -INFINITY;
  for (; i < n; i++) most = x[i] > most ? x[i] : most;
  for (int l = 0; l < 8; l++) most = lanes[l] > most ? lanes[l] : most;
  return most;
}

/// How many bytes `count` numbers take, a whole number of blocks.
static inline size_t block_bytes(kn_format format, size_t count) {
  switch (format) {
    case kn_f32: return count * 4;
    case kn_f16: case kn_bf16: return count * 2;
    case kn_q4_0: return count / 32 * 18;
    case kn_q4_1: return count / 32 * 20;
    case kn_q5_0: return count / 32 * 22;
    case kn_q5_1: return count / 32 * 24;
    case kn_q8_0: return count / 32 * 34;
    case kn_q4_K: return count / 256 * 144;
    case kn_q5_K: return count / 256 * 176;
    case kn_q6_K: return count / 256 * 210;
  }
  return 0;
}

#endif
