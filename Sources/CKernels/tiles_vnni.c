#if defined(__x86_64__)
#include <immintrin.h>

#include "tiles.h"

#define NAME vnni
#define TARGET __attribute__((target("avx2,fma,f16c,avx512f,avx512bw,avx512vl,avx512vnni")))

TARGET BODY __m256i four_dot(__m256i sum, __m256i weights, __m256i x) { return _mm256_dpbusd_epi32(sum, weights, x); }

TARGET BODY __m256i four_end(__m256i sum) { return sum; }

TARGET BODY __m256i eight_start(int32_t offset) { return _mm256_set1_epi32(offset); }

// The instruction wants one side unsigned: weights are moved up by 128, which the start takes off again.
TARGET BODY __m256i eight_dot(__m256i sum, __m256i weights, __m256i x) {
  return _mm256_dpbusd_epi32(sum, _mm256_xor_si256(weights, _mm256_set1_epi8(-128)), x);
}

TARGET BODY __m256i fine_dot(__m256i sum, __m256i weights, __m256i x) { return _mm256_dpwssd_epi32(sum, weights, x); }

#include "tiles_x86.h"
#endif
