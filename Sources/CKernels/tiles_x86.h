/// Products of tiles on x86, once for each way of multiplying whole numbers. The file that includes this defines NAME
/// (the functions' suffix), TARGET, and:
///   four_dot(sum, weights, x): adds the products of unsigned weights below 16 to `sum`; four_end(sum): as 32 bits
///   eight_start(offset), eight_dot(sum, weights, x): the same of signed weights, in 32 bits
///   fine_dot(sum, weights, x): the same of weights and x of 16 bits; sums of two neighbours
/// Included twice, on purpose without a guard.

#include <immintrin.h>

#include "tiles.h"

#define JOINED(a, b) a##b
#define JOIN(a, b) JOINED(a, b)
#define OWN(name) JOIN(name, NAME)

TARGET BODY __m256i OWN(spread_four_)(const int8_t *at) {
  int32_t four;
  memcpy(&four, at, 4);
  return _mm256_set1_epi32(four);
}

TARGET BODY __m256i OWN(spread_fine_)(const int8_t *at) {
  int64_t four;
  memcpy(&four, at, 8);
  return _mm256_set1_epi64x(four);
}

TARGET BODY __m256 OWN(halves_)(const uint8_t *at) { return _mm256_cvtph_ps(_mm_loadu_si128((const __m128i *)at)); }

TARGET BODY void OWN(four_block_)(const int count, size_t b, const uint8_t *at, const rounded_row *x, __m256i *dot) {
  const __m256i mask = _mm256_set1_epi8(15);
#pragma unroll
  for (int j = 0; j < count; j++) dot[j] = _mm256_setzero_si256();
#pragma unroll
  for (int i = 0; i < 4; i++) {
    const __m256i bytes = _mm256_loadu_si256((const __m256i *)(at + 32 + 32 * i));
    const __m256i low = _mm256_and_si256(bytes, mask), high = _mm256_and_si256(_mm256_srli_epi16(bytes, 4), mask);
#pragma unroll
    for (int j = 0; j < count; j++) {
      const int8_t *numbers = x[j].numbers + b * block + 4 * i;
      dot[j] = four_dot(dot[j], low, OWN(spread_four_)(numbers));
      dot[j] = four_dot(dot[j], high, OWN(spread_four_)(numbers + 16));
    }
  }
#pragma unroll
  for (int j = 0; j < count; j++) dot[j] = four_end(dot[j]);
}

TARGET BODY void OWN(eight_block_)(const int count, size_t b, const uint8_t *at, const rounded_row *x, __m256i *dot) {
#pragma unroll
  for (int j = 0; j < count; j++) dot[j] = eight_start(x[j].offsets[b]);
#pragma unroll
  for (int i = 0; i < 8; i++) {
    const __m256i weights = _mm256_loadu_si256((const __m256i *)(at + 16 + 32 * i));
#pragma unroll
    for (int j = 0; j < count; j++)
      dot[j] = eight_dot(dot[j], weights, OWN(spread_four_)(x[j].numbers + b * block + 4 * i));
  }
}

// Four columns of rows 0 to 3, and of rows 4 to 7.
TARGET BODY void OWN(fine_pair_)(const int count, __m256i first, __m256i second, size_t column, const rounded_row *x,
                                 __m256i *dot, __m256i *rest) {
#pragma unroll
  for (int j = 0; j < count; j++) {
    const __m256i four = OWN(spread_fine_)(x[j].numbers + 2 * column);
    dot[j] = fine_dot(dot[j], first, four);
    rest[j] = fine_dot(rest[j], second, four);
  }
}

TARGET BODY void OWN(fine_block_)(const kn_tile kind, const int count, size_t b, const uint8_t *at,
                                  const rounded_row *x, __m256i *dot) {
  const __m128i mask = _mm_set1_epi8(15);
  __m256i rest[4];
#pragma unroll
  for (int j = 0; j < count; j++) dot[j] = rest[j] = _mm256_setzero_si256();
#pragma unroll
  for (int i = 0; i < (kind == kn_four ? 4 : 8); i++) {
    const __m128i *bytes = (const __m128i *)(at + tile_numbers_at(kind) + 32 * i);
    const __m128i first = _mm_loadu_si128(bytes), second = _mm_loadu_si128(bytes + 1);
    const size_t column = b * block + 4 * i;
    if (kind == kn_eight) {
      OWN(fine_pair_)(count, _mm256_cvtepi8_epi16(first), _mm256_cvtepi8_epi16(second), column, x, dot, rest);
      continue;
    }
    OWN(fine_pair_)(count, _mm256_cvtepi8_epi16(_mm_and_si128(first, mask)),
                    _mm256_cvtepi8_epi16(_mm_and_si128(second, mask)), column, x, dot, rest);
    OWN(fine_pair_)(count, _mm256_cvtepi8_epi16(_mm_and_si128(_mm_srli_epi16(first, 4), mask)),
                    _mm256_cvtepi8_epi16(_mm_and_si128(_mm_srli_epi16(second, 4), mask)), column + 16, x, dot, rest);
  }
  // Neighbours added come as rows 0 1 4 5 | 2 3 6 7: the middle quarters change places.
#pragma unroll
  for (int j = 0; j < count; j++)
    dot[j] = _mm256_permute4x64_epi64(_mm256_hadd_epi32(dot[j], rest[j]), _MM_SHUFFLE(3, 1, 2, 0));
}

TARGET BODY void OWN(some_)(const kn_tile kind, const kn_rounding bits, const int count, size_t groups,
                            const uint8_t *tiles, size_t first, const tile_work *work, float *y) {
  const size_t size = tile_block_bytes(kind);
  rounded_row x[4];
#pragma unroll
  for (int j = 0; j < count; j++) x[j] = rounded(bits, work->x + (first + j) * work->x_row, work->blocks);
  for (size_t g = 0; g < groups; g++) {
    __m256 total[4];
#pragma unroll
    for (int j = 0; j < count; j++) total[j] = _mm256_setzero_ps();
    for (size_t b = 0; b < work->blocks; b++, tiles += size) {
      if (count == 1)
        for (size_t i = 0; i < size; i += 64) __builtin_prefetch(tiles + tiles_ahead + i);
      __m256i dot[4];
      if (bits == kn_bits_16) OWN(fine_block_)(kind, count, b, tiles, x, dot);
      else if (kind == kn_four) OWN(four_block_)(count, b, tiles, x, dot);
      else OWN(eight_block_)(count, b, tiles, x, dot);
      const __m256 scale = OWN(halves_)(tiles);
#pragma unroll
      for (int j = 0; j < count; j++) {
        const __m256 both = _mm256_mul_ps(scale, _mm256_set1_ps(x[j].scales[b]));
        total[j] = _mm256_fmadd_ps(both, _mm256_cvtepi32_ps(dot[j]), total[j]);
        if (kind == kn_four)
          total[j] = _mm256_fmadd_ps(OWN(halves_)(tiles + 16), _mm256_set1_ps(x[j].sums[b]), total[j]);
      }
    }
#pragma unroll
    for (int j = 0; j < count; j++) _mm256_storeu_ps(y + (first + j) * work->y_row + g * lanes, total[j]);
  }
}

// One row goes through all tiles at once; several meet each tile while it is in the first-level cache.
TARGET BODY void OWN(all_)(const kn_tile kind, const kn_rounding bits, const tile_work *work) {
  const size_t bytes = work->blocks * tile_block_bytes(kind);
  if (work->count == 1) return OWN(some_)(kind, bits, 1, work->groups, work->tiles, 0, work, work->y);
  for (size_t g = 0; g < work->groups; g++) {
    const uint8_t *tile = work->tiles + g * bytes;
    float *y = work->y + g * lanes;
    size_t j = 0;
    if (bits == kn_bits_8)
      for (; j + 4 <= work->count; j += 4) OWN(some_)(kind, bits, 4, 1, tile, j, work, y);
    for (; j + 2 <= work->count; j += 2) OWN(some_)(kind, bits, 2, 1, tile, j, work, y);
    if (j < work->count) OWN(some_)(kind, bits, 1, 1, tile, j, work, y);
  }
}

TARGET void OWN(tiles_)(const tile_work *work) {
  if (work->kind == kn_four && work->bits == kn_bits_8) OWN(all_)(kn_four, kn_bits_8, work);
  else if (work->kind == kn_four) OWN(all_)(kn_four, kn_bits_16, work);
  else if (work->bits == kn_bits_8) OWN(all_)(kn_eight, kn_bits_8, work);
  else OWN(all_)(kn_eight, kn_bits_16, work);
}
