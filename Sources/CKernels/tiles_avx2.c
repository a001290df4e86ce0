// Products of tiles with AVX2: a vector has a lane for each row of one of a tile's two bands.
#if defined(__x86_64__)
#include <immintrin.h>

#include "tiles.h"

// Eight sums of two products below 2 * 15 * 127 fit 16 bits.
AVX2 BODY __m256i four_dot(__m256i sum, __m256i weights, __m256i x) {
  return _mm256_add_epi16(sum, _mm256_maddubs_epi16(weights, x));
}

AVX2 BODY __m256i four_end(__m256i sum) { return _mm256_madd_epi16(sum, _mm256_set1_epi16(1)); }

// maddubs wants one side unsigned: the weight's sign goes to x. Two products of at most 128 * 127 fit 16 bits.
AVX2 BODY __m256i eight_dot(__m256i sum, __m256i weights, __m256i x) {
  const __m256i pairs = _mm256_maddubs_epi16(_mm256_abs_epi8(weights), _mm256_sign_epi8(x, weights));
  return _mm256_add_epi32(sum, _mm256_madd_epi16(pairs, _mm256_set1_epi16(1)));
}

// One band after the other. Weights as 16 bits: two products of 128 * 32639 and all their sums fit 32.
AVX2 BODY void eight_fine_block(const int tall, const int count, const uint8_t *at, int band,
                                const rounded_block *const *x, __m256i dot[bands][4]) {
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
        memcpy(&four, x[j]->fine + 4 * i, 8);
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

AVX2 BODY __m256i spread(const int8_t *at) {
  int32_t four;
  memcpy(&four, at, 4);
  return _mm256_set1_epi32(four);
}

AVX2 BODY __m256 halves(const uint8_t *at) { return _mm256_cvtph_ps(_mm_loadu_si128((const __m128i *)at)); }

// x is spread once for `tall` bands. The two parts of x's 16 bits share the unpacked weights.
AVX2 BODY void four_block(const kn_rounding bits, const int tall, const int count, const uint8_t *at,
                          int band, const rounded_block *const *x, __m256i dot[bands][4]) {
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
      const size_t column = 4 * i;
      const __m256i low = spread(x[j]->low + column), low_second = spread(x[j]->low + column + 16);
#pragma unroll
      for (int t = 0; t < tall; t++) {
        dot[t][j] = four_dot(dot[t][j], first[t], low);
        dot[t][j] = four_dot(dot[t][j], second[t], low_second);
      }
      if (bits == kn_bits_8) continue;
      const __m256i high = spread(x[j]->high + column), high_second = spread(x[j]->high + column + 16);
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

AVX2 BODY void eight_block(const int tall, const int count, const uint8_t *at, int band, const rounded_block *const *x,
                           __m256i dot[bands][4]) {
#pragma unroll
  for (int t = 0; t < tall; t++)
#pragma unroll
    for (int j = 0; j < count; j++) dot[t][j] = _mm256_setzero_si256();
#pragma unroll
  for (int i = 0; i < 8; i++) {
    __m256i weights[bands];
#pragma unroll
    for (int t = 0; t < tall; t++)
      weights[t] = _mm256_loadu_si256((const __m256i *)band_vector(kn_eight, at, band + t, i));
#pragma unroll
    for (int j = 0; j < count; j++) {
      const __m256i numbers = spread(x[j]->low + 4 * i);
#pragma unroll
      for (int t = 0; t < tall; t++) dot[t][j] = eight_dot(dot[t][j], weights[t], numbers);
    }
  }
}

// `count` rows from `first` on, through `tall` bands of `groups` tiles. `next`: what to fetch meanwhile, if anything.
AVX2 BODY void some(const kn_tile kind, const kn_rounding bits, const int tall, const int count, size_t groups,
                    const uint8_t *at, int band, const uint8_t *next, size_t first, const tile_work *work, float *y) {
  const size_t size = tile_block_bytes(kind);
  const rounded_block *x[4];
  for (size_t g = 0; g < groups; g++) {
    __m256 total[bands][4];
#pragma unroll
    for (int t = 0; t < tall; t++)
#pragma unroll
      for (int j = 0; j < count; j++) total[t][j] = _mm256_setzero_ps();
#pragma unroll
    for (int j = 0; j < count; j++) x[j] = rounded_at(bits, work->x + (first + j) * work->x_row, 0);
    for (size_t b = 0; b < work->blocks; b++, at += size) {
      if (next) fetch(next, b * size, (b + 1) * size);
      __m256i dot[bands][4];
      if (kind == kn_four) four_block(bits, tall, count, at, band, x, dot);
      else if (bits == kn_bits_16) eight_fine_block(tall, count, at, band, x, dot);
      else eight_block(tall, count, at, band, x, dot);
#pragma unroll
      for (int t = 0; t < tall; t++) {
        const __m256 scale = halves(band_scales(at, band + t));
#pragma unroll
        for (int j = 0; j < count; j++) {
          const __m256 scales = _mm256_mul_ps(scale, _mm256_set1_ps(x[j]->scale));
          total[t][j] = _mm256_fmadd_ps(scales, _mm256_cvtepi32_ps(dot[t][j]), total[t][j]);
          if (kind == kn_four)
            total[t][j] = _mm256_fmadd_ps(halves(band_minima(at, band + t)), _mm256_set1_ps(x[j]->sum),
                                          total[t][j]);
        }
      }
#pragma unroll
      for (int j = 0; j < count; j++) x[j] = rounded_at(bits, x[j], 1);
    }
#pragma unroll
    for (int t = 0; t < tall; t++)
#pragma unroll
      for (int j = 0; j < count; j++)
        _mm256_storeu_ps(y + (first + j) * work->y_row + g * tile_rows + (band + t) * lanes, total[t][j]);
  }
}

// Both bands at once where there are registers for it, else one after the other.
AVX2 BODY void both(const kn_tile kind, const kn_rounding bits, const int count, size_t groups, const uint8_t *tiles,
                    const uint8_t *next, size_t first, const tile_work *work, float *y) {
  if (count <= 2) return some(kind, bits, bands, count, groups, tiles, 0, next, first, work, y);
  some(kind, bits, 1, count, groups, tiles, 0, 0, first, work, y);
  some(kind, bits, 1, count, groups, tiles, 1, next, first, work, y);
}

// One row goes through all tiles at once; several meet each tile while it is in the first-level cache.
AVX2 BODY void all(const kn_tile kind, const kn_rounding bits, const tile_work *work) {
  const size_t bytes = work->blocks * tile_block_bytes(kind);
  // The two parts of 16 bits leave registers for two rows.
  const size_t most = bits == kn_bits_8 ? 4 : 2;
  if (work->count == 1) return both(kind, bits, 1, work->groups, work->tiles, 0, 0, work, work->y);
  for (size_t g = 0; g < work->groups; g++) {
    const uint8_t *tile = work->tiles + g * bytes, *next = next_tile(work, tile + bytes, g);
    float *y = work->y + g * tile_rows;
    for (size_t j = 0, step; j < work->count; j += step) {
      const size_t left = work->count - j;
      step = left >= most ? most : left >= 2 ? 2 : 1;
      const uint8_t *fetched = step == left ? next : 0;
      if (step == 4) both(kind, bits, 4, 1, tile, fetched, j, work, y);
      else if (step == 2) both(kind, bits, 2, 1, tile, fetched, j, work, y);
      else both(kind, bits, 1, 1, tile, fetched, j, work, y);
    }
  }
}

AVX2 void tiles_avx2(const tile_work *work) {
  if (work->kind == kn_four && work->bits == kn_bits_8) all(kn_four, kn_bits_8, work);
  else if (work->kind == kn_four) all(kn_four, kn_bits_16, work);
  else if (work->bits == kn_bits_8) all(kn_eight, kn_bits_8, work);
  else all(kn_eight, kn_bits_16, work);
}
#endif
