#include "vector.h"

typedef uint16_t u8x16 __attribute__((vector_size(16), aligned(2), may_alias));

// Whole numbers alone, but for one sum that rounds those too small for a normal half: the same bytes on every path.
// Sizes beyond the largest half become it, so that no product of a finite number is infinite; NaN stays NaN.
BODY void halve_eight(const float *x, uint16_t *dst) {
  const i8 bits = *(const i8 *)x, size = bits & 0x7FFFFFFF, zero = {0};
  const i8 normal = (size + 0xFFF + ((size >> 13) & 1) - (112 << 23)) >> 13;
  const i8 small = (i8)((f8)size + 0.5f) - 0x3F000000;
  const i8 is_small = size < 0x38800000, is_large = size > 0x477FE000, is_nan = size > 0x7F800000;
  i8 half = (is_small & small) | (~is_small & normal);
  half = (is_large & (zero + 0x7BFF)) | (~is_large & half);
  half = (is_nan & (zero + 0x7E00)) | (~is_nan & half);
  half |= (bits >> 16) & 0x8000;
  *(u8x16 *)dst = __builtin_convertvector(half, u8x16);
}

BODY void halve_body(size_t count, const float *x, uint16_t *dst) {
  size_t i = 0;
  for (; i + 8 <= count; i += 8) halve_eight(x + i, dst + i);
  if (i == count) return;
  float rest[8] = {0};
  uint16_t halves[8];
  memcpy(rest, x + i, (count - i) * sizeof *x);
  halve_eight(rest, halves);
  memcpy(dst + i, halves, (count - i) * sizeof *dst);
}

static void halve_plain(size_t count, const float *x, uint16_t *dst) { halve_body(count, x, dst); }

#if defined(__x86_64__)
AVX2 static void halve_avx2(size_t count, const float *x, uint16_t *dst) { halve_body(count, x, dst); }
#endif

void kn_halve(kn_path path, size_t count, const float *x, void *dst) {
#if defined(__x86_64__)
  if (has_avx2(path)) return halve_avx2(count, x, dst);
#endif
  halve_plain(count, x, dst);
}
