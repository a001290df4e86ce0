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

// maddubs wants one side unsigned: the weight's sign goes to x. Two products of at most 128 * 127 fit 16 bits.
AVX2 BODY __m256i eight_dot(__m256i sum, __m256i weights, __m256i x) {
  const __m256i pairs = _mm256_maddubs_epi16(_mm256_abs_epi8(weights), _mm256_sign_epi8(x, weights));
  return _mm256_add_epi32(sum, _mm256_madd_epi16(pairs, _mm256_set1_epi16(1)));
}

AVX2 BODY __m256i fine_dot(__m256i sum, __m256i weights, __m256i x) {
  return _mm256_add_epi32(sum, _mm256_madd_epi16(weights, x));
}

#include "tiles_x86.h"
#endif
