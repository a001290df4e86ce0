#if defined(__x86_64__)
#include <immintrin.h>

#include "tiles.h"

#define NAME avx2
#define TARGET AVX2

// Eight sums of two products below 2 * 15 * 127 fit 16 bits.
AVX2 BODY __m256i four_dot(__m256i sum, __m256i weights, __m256i x) {
  return _mm256_add_epi16(sum, _mm256_maddubs_epi16(weights, x));
}

AVX2 BODY __m256i four_end(__m256i sum) { return _mm256_madd_epi16(sum, _mm256_set1_epi16(1)); }

AVX2 BODY __m256i eight_start(int32_t offset) {
  (void)offset;
  return _mm256_setzero_si256();
}

AVX2 BODY __m256i eight_weights(__m256i weights) { return weights; }

// maddubs wants one side unsigned: the weight's sign goes to x. Two products of at most 128 * 127 fit 16 bits.
AVX2 BODY __m256i eight_dot(__m256i sum, __m256i weights, __m256i x) {
  const __m256i pairs = _mm256_maddubs_epi16(_mm256_abs_epi8(weights), _mm256_sign_epi8(x, weights));
  return _mm256_add_epi32(sum, _mm256_madd_epi16(pairs, _mm256_set1_epi16(1)));
}

#define FINE_ROWS 2
#define TALL_ROWS 2

// One band after the other. Weights as 16 bits: two products of 128 * 32639 and all their sums fit 32.
AVX2 BODY void eight_fine_block(const int tall, const int count, size_t b, const uint8_t *at, int band,
                                const rounded_row *x, __m256i dot[bands][4]) {
#pragma unroll
  for (int t = 0; t < tall; t++) {
    __m256i rest[4];
#pragma unroll
    for (int j = 0; j < count; j++) dot[t][j] = rest[j] = _mm256_setzero_si256();
#pragma unroll
    for (int i = 0; i < 8; i++) {
      const __m128i *bytes = (const __m128i *)band_vector(kn_eight, at, band + t, i);
      const __m256i first = _mm256_cvtepi8_epi16(_mm_loadu_si128(bytes));
      const __m256i second = _mm256_cvtepi8_epi16(_mm_loadu_si128(bytes + 1));
#pragma unroll
      for (int j = 0; j < count; j++) {
        int64_t four;
        memcpy(&four, x[j].fine + b * block + 4 * i, 8);
        const __m256i numbers = _mm256_set1_epi64x(four);
        dot[t][j] = _mm256_add_epi32(dot[t][j], _mm256_madd_epi16(first, numbers));
        rest[j] = _mm256_add_epi32(rest[j], _mm256_madd_epi16(second, numbers));
      }
    }
    // Neighbours added come as rows 0 1 4 5 | 2 3 6 7: the middle quarters change places.
#pragma unroll
    for (int j = 0; j < count; j++)
      dot[t][j] = _mm256_permute4x64_epi64(_mm256_hadd_epi32(dot[t][j], rest[j]), _MM_SHUFFLE(3, 1, 2, 0));
  }
}

#include "tiles_x86.h"
#endif
