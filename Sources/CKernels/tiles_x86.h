/// Products of tiles on x86, once for each way of multiplying whole numbers. The file that includes this defines NAME
/// (the function's suffix), TARGET, and for `four` and `eight` bits:
///   four_dot(sum, weights, x): adds the products of unsigned weights below 16 to `sum`; four_end(sum): as 32 bits
///   eight_start(offset), eight_dot(sum, weights, x): the same of signed weights, from 32 bits
/// Included twice, on purpose without a guard.

#include <immintrin.h>

#include "tiles.h"

#define JOINED(a, b) a##b
#define JOIN(a, b) JOINED(a, b)
#define OWN(name) JOIN(name, NAME)

TARGET BODY __m256i OWN(spread)(const int8_t *at) { return _mm256_set1_epi32(four_numbers(at)); }

TARGET BODY __m256 OWN(halves)(const uint8_t *at) { return _mm256_cvtph_ps(_mm_loadu_si128((const __m128i *)at)); }

TARGET BODY void OWN(four_block)(const int count, size_t b, const uint8_t *at, const rounded_row *x, __m256 *total) {
  const __m256i mask = _mm256_set1_epi8(15);
  __m256i dot[4];
#pragma unroll
  for (int j = 0; j < count; j++) dot[j] = _mm256_setzero_si256();
#pragma unroll
  for (int i = 0; i < 4; i++) {
    const __m256i bytes = _mm256_loadu_si256((const __m256i *)(at + 32 + 32 * i));
    const __m256i low = _mm256_and_si256(bytes, mask), high = _mm256_and_si256(_mm256_srli_epi16(bytes, 4), mask);
#pragma unroll
    for (int j = 0; j < count; j++) {
      const int8_t *numbers = x[j].numbers + b * block + 4 * i;
      dot[j] = four_dot(dot[j], low, OWN(spread)(numbers));
      dot[j] = four_dot(dot[j], high, OWN(spread)(numbers + 16));
    }
  }
  const __m256 scale = OWN(halves)(at), least = OWN(halves)(at + 16);
#pragma unroll
  for (int j = 0; j < count; j++) {
    const __m256 both = _mm256_mul_ps(scale, _mm256_set1_ps(x[j].scales[b]));
    total[j] = _mm256_fmadd_ps(both, _mm256_cvtepi32_ps(four_end(dot[j])), total[j]);
    total[j] = _mm256_fmadd_ps(least, _mm256_set1_ps(x[j].sums[b]), total[j]);
  }
}

TARGET BODY void OWN(eight_block)(const int count, size_t b, const uint8_t *at, const rounded_row *x, __m256 *total) {
  __m256i dot[4];
#pragma unroll
  for (int j = 0; j < count; j++) dot[j] = eight_start(x[j].offsets[b]);
#pragma unroll
  for (int i = 0; i < 8; i++) {
    const __m256i weights = _mm256_loadu_si256((const __m256i *)(at + 16 + 32 * i));
#pragma unroll
    for (int j = 0; j < count; j++)
      dot[j] = eight_dot(dot[j], weights, OWN(spread)(x[j].numbers + b * block + 4 * i));
  }
  const __m256 scale = OWN(halves)(at);
#pragma unroll
  for (int j = 0; j < count; j++) {
    const __m256 both = _mm256_mul_ps(scale, _mm256_set1_ps(x[j].scales[b]));
    total[j] = _mm256_fmadd_ps(both, _mm256_cvtepi32_ps(dot[j]), total[j]);
  }
}

// `ahead` bytes on, the memory is asked for what comes next: what one pass reads is longer than any cache.
TARGET BODY void OWN(some)(const kn_tile kind, const int count, size_t groups, size_t blocks, const uint8_t *tiles,
                           const float *x, size_t x_row, float *y, size_t y_row) {
  const size_t size = tile_block_bytes(kind);
  rounded_row rows[4];
  for (int j = 0; j < count; j++) rows[j] = rounded(x + j * x_row, blocks);
  for (size_t g = 0; g < groups; g++) {
    __m256 total[4];
#pragma unroll
    for (int j = 0; j < count; j++) total[j] = _mm256_setzero_ps();
    for (size_t b = 0; b < blocks; b++, tiles += size) {
      if (kind == kn_four) OWN(four_block)(count, b, tiles, rows, total);
      else OWN(eight_block)(count, b, tiles, rows, total);
    }
#pragma unroll
    for (int j = 0; j < count; j++) _mm256_storeu_ps(y + j * y_row + g * lanes, total[j]);
  }
}

TARGET BODY void OWN(all)(const kn_tile kind, size_t groups, size_t blocks, const uint8_t *tiles, size_t count,
                          const float *x, size_t x_row, float *y, size_t y_row) {
  const size_t bytes = blocks * tile_block_bytes(kind);
  if (count == 1) return OWN(some)(kind, 1, groups, blocks, tiles, x, x_row, y, y_row);
  for (size_t g = 0; g < groups; g++) {
    size_t j = 0;
    for (; j + 4 <= count; j += 4)
      OWN(some)(kind, 4, 1, blocks, tiles + g * bytes, x + j * x_row, x_row, y + j * y_row + g * lanes, y_row);
    if (j + 2 <= count) {
      OWN(some)(kind, 2, 1, blocks, tiles + g * bytes, x + j * x_row, x_row, y + j * y_row + g * lanes, y_row);
      j += 2;
    }
    if (j < count)
      OWN(some)(kind, 1, 1, blocks, tiles + g * bytes, x + j * x_row, x_row, y + j * y_row + g * lanes, y_row);
  }
}

TARGET void OWN(tiles_)(kn_tile kind, size_t groups, size_t blocks, const uint8_t *tiles, size_t count, const float *x,
                        size_t x_row, float *y, size_t y_row) {
  if (kind == kn_four) OWN(all)(kn_four, groups, blocks, tiles, count, x, x_row, y, y_row);
  else OWN(all)(kn_eight, groups, blocks, tiles, count, x, x_row, y, y_row);
}
