#if defined(__x86_64__)
#include <immintrin.h>

#include "tiles.h"

#define NAME vnni
#define TARGET __attribute__((target("avx2,fma,f16c,avx512f,avx512bw,avx512vl,avx512vnni")))

TARGET BODY __m256i four_dot(__m256i sum, __m256i weights, __m256i x) { return _mm256_dpbusd_epi32(sum, weights, x); }

TARGET BODY __m256i four_end(__m256i sum) { return sum; }

TARGET BODY __m256i eight_start(int32_t offset) { return _mm256_set1_epi32(offset); }

// The instruction wants one side unsigned: weights are moved up by 128, which the start takes off again.
TARGET BODY __m256i eight_weights(__m256i weights) { return _mm256_xor_si256(weights, _mm256_set1_epi8(-128)); }

TARGET BODY __m256i eight_dot(__m256i sum, __m256i weights, __m256i x) { return _mm256_dpbusd_epi32(sum, weights, x); }

#define FINE_ROWS 4
#define TALL_ROWS 4

TARGET BODY __m256i spread_four(const int8_t *at) {
  int32_t four;
  memcpy(&four, at, 4);
  return _mm256_set1_epi32(four);
}

TARGET BODY void eight_fine_block(const int tall, const int count, size_t b, const uint8_t *at,
                                  int band, const rounded_row *x, __m256i dot[bands][4]) {
  __m256i high[bands][4];
#pragma unroll
  for (int t = 0; t < tall; t++)
#pragma unroll
    for (int j = 0; j < count; j++) {
      dot[t][j] = eight_start(x[j].offsets[b]);
      high[t][j] = _mm256_setzero_si256();
    }
#pragma unroll
  for (int i = 0; i < 8; i++) {
    __m256i weights[bands];
#pragma unroll
    for (int t = 0; t < tall; t++)
      weights[t] = eight_weights(_mm256_loadu_si256((const __m256i *)band_vector(kn_eight, at, band + t, i)));
#pragma unroll
    for (int j = 0; j < count; j++) {
      const __m256i low = spread_four(x[j].low + b * block + 4 * i);
      const __m256i fine = spread_four(x[j].high + b * block + 4 * i);
#pragma unroll
      for (int t = 0; t < tall; t++) {
        dot[t][j] = eight_dot(dot[t][j], weights[t], low);
        high[t][j] = eight_dot(high[t][j], weights[t], fine);
      }
    }
  }
#pragma unroll
  for (int t = 0; t < tall; t++)
#pragma unroll
    for (int j = 0; j < count; j++) dot[t][j] = _mm256_add_epi32(dot[t][j], _mm256_slli_epi32(high[t][j], 8));
}

#include "tiles_x86.h"
#endif
