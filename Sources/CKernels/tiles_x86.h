/// Products of tiles on x86, once for each way of multiplying whole numbers. The file that includes this defines NAME
/// (the functions' suffix), TARGET, and:
///   four_dot(sum, weights, x): adds the products of unsigned weights below 16 to `sum`; four_end(sum): as 32 bits
///   eight_start(offset), eight_weights(weights), eight_dot(sum, weights, x): the same of signed weights, in 32 bits
///   eight_fine_block(tall, count, b, at, band, x, dot): one block of 8-bit weights with x of 16 bits
///   FINE_ROWS: how many rows of 16 bits meet a tile at once; TALL_ROWS: the most rows that meet both of its bands at
///   once, each spread for both
/// Included twice, on purpose without a guard.

#include <immintrin.h>

#include "tiles.h"

#define JOINED(a, b) a##b
#define JOIN(a, b) JOINED(a, b)
#define OWN(name) JOIN(name, NAME)

TARGET BODY __m256i OWN(spread_)(const int8_t *at) {
  int32_t four;
  memcpy(&four, at, 4);
  return _mm256_set1_epi32(four);
}

TARGET BODY __m256 OWN(halves_)(const uint8_t *at) { return _mm256_cvtph_ps(_mm_loadu_si128((const __m128i *)at)); }

// x is spread once for `tall` bands. The two parts of x's 16 bits share the unpacked weights.
TARGET BODY void OWN(four_block_)(const kn_rounding bits, const int tall, const int count, size_t b,
                                  const uint8_t *at, int band, const rounded_row *x, __m256i dot[bands][4]) {
  const __m256i mask = _mm256_set1_epi8(15);
  __m256i high_dot[bands][4];
#pragma unroll
  for (int t = 0; t < tall; t++)
#pragma unroll
    for (int j = 0; j < count; j++) dot[t][j] = high_dot[t][j] = _mm256_setzero_si256();
#pragma unroll
  for (int i = 0; i < 4; i++) {
    __m256i first[bands], second[bands];
#pragma unroll
    for (int t = 0; t < tall; t++) {
      const __m256i bytes = _mm256_loadu_si256((const __m256i *)band_vector(kn_four, at, band + t, i));
      first[t] = _mm256_and_si256(bytes, mask);
      second[t] = _mm256_and_si256(_mm256_srli_epi16(bytes, 4), mask);
    }
#pragma unroll
    for (int j = 0; j < count; j++) {
      const size_t column = b * block + 4 * i;
      const __m256i low = OWN(spread_)(x[j].low + column), low_second = OWN(spread_)(x[j].low + column + 16);
#pragma unroll
      for (int t = 0; t < tall; t++) {
        dot[t][j] = four_dot(dot[t][j], first[t], low);
        dot[t][j] = four_dot(dot[t][j], second[t], low_second);
      }
      if (bits == kn_bits_8) continue;
      const __m256i high = OWN(spread_)(x[j].high + column), high_second = OWN(spread_)(x[j].high + column + 16);
#pragma unroll
      for (int t = 0; t < tall; t++) {
        high_dot[t][j] = four_dot(high_dot[t][j], first[t], high);
        high_dot[t][j] = four_dot(high_dot[t][j], second[t], high_second);
      }
    }
  }
#pragma unroll
  for (int t = 0; t < tall; t++)
#pragma unroll
    for (int j = 0; j < count; j++) {
      dot[t][j] = four_end(dot[t][j]);
      if (bits == kn_bits_16) dot[t][j] = _mm256_add_epi32(dot[t][j], _mm256_slli_epi32(four_end(high_dot[t][j]), 8));
    }
}

TARGET BODY void OWN(eight_block_)(const int tall, const int count, size_t b, const uint8_t *at, int band,
                                   const rounded_row *x, __m256i dot[bands][4]) {
#pragma unroll
  for (int t = 0; t < tall; t++)
#pragma unroll
    for (int j = 0; j < count; j++) dot[t][j] = eight_start(x[j].offsets[b]);
#pragma unroll
  for (int i = 0; i < 8; i++) {
    __m256i weights[bands];
#pragma unroll
    for (int t = 0; t < tall; t++)
      weights[t] = eight_weights(_mm256_loadu_si256((const __m256i *)band_vector(kn_eight, at, band + t, i)));
#pragma unroll
    for (int j = 0; j < count; j++) {
      const __m256i spread = OWN(spread_)(x[j].low + b * block + 4 * i);
#pragma unroll
      for (int t = 0; t < tall; t++) dot[t][j] = eight_dot(dot[t][j], weights[t], spread);
    }
  }
}

// `count` rows from `first` on, through `tall` bands of `groups` tiles.
TARGET BODY void OWN(some_)(const kn_tile kind, const kn_rounding bits, const int tall, const int count, size_t groups,
                            const uint8_t *at, int band, size_t first, const tile_work *work, float *y) {
  const size_t size = tile_block_bytes(kind);
  rounded_row x[4];
#pragma unroll
  for (int j = 0; j < count; j++) x[j] = rounded(bits, work->x + (first + j) * work->x_row, work->blocks);
  for (size_t g = 0; g < groups; g++) {
    __m256 total[bands][4];
#pragma unroll
    for (int t = 0; t < tall; t++)
#pragma unroll
      for (int j = 0; j < count; j++) total[t][j] = _mm256_setzero_ps();
    for (size_t b = 0; b < work->blocks; b++, at += size) {
      __m256i dot[bands][4];
      if (kind == kn_four) OWN(four_block_)(bits, tall, count, b, at, band, x, dot);
      else if (bits == kn_bits_16) eight_fine_block(tall, count, b, at, band, x, dot);
      else OWN(eight_block_)(tall, count, b, at, band, x, dot);
#pragma unroll
      for (int t = 0; t < tall; t++) {
        const __m256 scale = OWN(halves_)(band_scales(at, band + t));
#pragma unroll
        for (int j = 0; j < count; j++) {
          const __m256 both = _mm256_mul_ps(scale, _mm256_set1_ps(x[j].scales[b]));
          total[t][j] = _mm256_fmadd_ps(both, _mm256_cvtepi32_ps(dot[t][j]), total[t][j]);
          if (kind == kn_four)
            total[t][j] = _mm256_fmadd_ps(OWN(halves_)(band_minima(at, band + t)), _mm256_set1_ps(x[j].sums[b]),
                                          total[t][j]);
        }
      }
    }
#pragma unroll
    for (int t = 0; t < tall; t++)
#pragma unroll
      for (int j = 0; j < count; j++)
        _mm256_storeu_ps(y + (first + j) * work->y_row + g * tile_rows + (band + t) * lanes, total[t][j]);
  }
}

// Both bands at once where there are registers for it, else one after the other.
TARGET BODY void OWN(bands_)(const kn_tile kind, const kn_rounding bits, const int count, size_t groups,
                             const uint8_t *tiles, size_t first, const tile_work *work, float *y) {
  if (count <= TALL_ROWS) return OWN(some_)(kind, bits, bands, count, groups, tiles, 0, first, work, y);
  for (int band = 0; band < bands; band++) OWN(some_)(kind, bits, 1, count, groups, tiles, band, first, work, y);
}

// One row goes through all tiles at once; several meet each tile while it is in the first-level cache.
TARGET BODY void OWN(all_)(const kn_tile kind, const kn_rounding bits, const tile_work *work) {
  const size_t bytes = work->blocks * tile_block_bytes(kind);
  if (work->count == 1) return OWN(bands_)(kind, bits, 1, work->groups, work->tiles, 0, work, work->y);
  for (size_t g = 0; g < work->groups; g++) {
    const uint8_t *tile = work->tiles + g * bytes;
    float *y = work->y + g * tile_rows;
    size_t j = 0;
    if (bits == kn_bits_8 || FINE_ROWS == 4)
      for (; j + 4 <= work->count; j += 4) OWN(bands_)(kind, bits, 4, 1, tile, j, work, y);
    for (; j + 2 <= work->count; j += 2) OWN(bands_)(kind, bits, 2, 1, tile, j, work, y);
    if (j < work->count) OWN(bands_)(kind, bits, 1, 1, tile, j, work, y);
  }
}

TARGET void OWN(tiles_)(const tile_work *work) {
  if (work->kind == kn_four && work->bits == kn_bits_8) OWN(all_)(kn_four, kn_bits_8, work);
  else if (work->kind == kn_four) OWN(all_)(kn_four, kn_bits_16, work);
  else if (work->bits == kn_bits_8) OWN(all_)(kn_eight, kn_bits_8, work);
  else OWN(all_)(kn_eight, kn_bits_16, work);
}
