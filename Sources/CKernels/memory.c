// Reading, and nothing else: what the memory can deliver.
#include "vector.h"

/// Four 64-bit numbers; loads need no alignment.
typedef uint64_t u4 __attribute__((vector_size(32), aligned(8), may_alias));

BODY uint64_t read_body(size_t count, const uint64_t *src) {
  u4 s0 = {0}, s1 = {0}, s2 = {0}, s3 = {0};
  size_t i = 0;
  for (; i + 16 <= count; i += 16) {
    s0 += *(const u4 *)(src + i);
    s1 += *(const u4 *)(src + i + 4);
    s2 += *(const u4 *)(src + i + 8);
    s3 += *(const u4 *)(src + i + 12);
  }
  s0 += s1 + s2 + s3;
  uint64_t sum = s0[0] + s0[1] + s0[2] + s0[3];
  for (; i < count; i++) sum += src[i];
  return sum;
}

static uint64_t read_plain(size_t count, const uint64_t *src) { return read_body(count, src); }

#if defined(__x86_64__)
AVX2 static uint64_t read_avx2(size_t count, const uint64_t *src) { return read_body(count, src); }
#endif

uint64_t kn_read(kn_path path, size_t count, const uint64_t *src) {
#if defined(__x86_64__)
  if (has_avx2(path)) return read_avx2(count, src);
#endif
  return read_plain(count, src);
}
