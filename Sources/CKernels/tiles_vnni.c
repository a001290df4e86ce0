// Products of tiles with AVX-512's VNNI: a vector has a lane for each of a tile's sixteen rows.
#if defined(__x86_64__)
#include <immintrin.h>

#include "tiles.h"

#define VNNI __attribute__((target("avx2,fma,f16c,avx512f,avx512bw,avx512vl,avx512vnni")))

/// The most rows that meet a tile at once: their sums, of two parts where x has 16 bits, and totals stay in registers.
enum { most = 8 };

VNNI BODY __m512i spread(const int8_t *at) {
  int32_t four;
  memcpy(&four, at, 4);
  return _mm512_set1_epi32(four);
}

VNNI BODY __m512 halves(const uint8_t *at) { return _mm512_cvtph_ps(_mm256_loadu_si256((const __m256i *)at)); }

// Adds the products of unsigned weights with four columns of x. The two parts of x's 16 bits share the weights.
VNNI BODY void meet(const kn_rounding bits, const int count, __m512i weights, const rounded_block *const *x,
                    size_t column, __m512i *low, __m512i *high) {
#pragma unroll
  for (int j = 0; j < count; j++) {
    low[j] = _mm512_dpbusd_epi32(low[j], weights, spread(x[j]->low + column));
    if (bits == kn_bits_16) high[j] = _mm512_dpbusd_epi32(high[j], weights, spread(x[j]->high + column));
  }
}

// The whole numbers' products of one block.
VNNI BODY void block_dots(const kn_tile kind, const kn_rounding bits, const int count, const uint8_t *at,
                          const rounded_block *const *x, __m512i *dot) {
  const uint8_t *numbers = at + tile_numbers_at(kind);
  __m512i high[most];
#pragma unroll
  for (int j = 0; j < count; j++) {
    // The instruction wants weights unsigned: those of 8 bits are moved up by 128, which the start takes off again.
    dot[j] = kind == kn_eight ? _mm512_set1_epi32(x[j]->offset) : _mm512_setzero_si512();
    high[j] = _mm512_setzero_si512();
  }
#pragma unroll
  for (int i = 0; i < (kind == kn_eight ? 8 : 4); i++) {
    const __m512i bytes = _mm512_loadu_si512(numbers + 64 * i);
    const size_t column = 4 * i;
    if (kind == kn_eight) {
      meet(bits, count, _mm512_xor_si512(bytes, _mm512_set1_epi8(-128)), x, column, dot, high);
    } else {
      const __m512i mask = _mm512_set1_epi8(15);
      meet(bits, count, _mm512_and_si512(bytes, mask), x, column, dot, high);
      meet(bits, count, _mm512_and_si512(_mm512_srli_epi16(bytes, 4), mask), x, column + 16, dot, high);
    }
  }
  if (bits == kn_bits_8) return;
#pragma unroll
  for (int j = 0; j < count; j++) dot[j] = _mm512_add_epi32(dot[j], _mm512_slli_epi32(high[j], 8));
}

// `count` rows from `first` on, through `groups` tiles. `next`: what to fetch meanwhile, if anything.
VNNI BODY void some(const kn_tile kind, const kn_rounding bits, const int count, size_t groups, const uint8_t *at,
                    const uint8_t *next, size_t first, const tile_work *work, float *y) {
  const size_t size = tile_block_bytes(kind);
  const rounded_block *x[most];
  for (size_t g = 0; g < groups; g++) {
    __m512 total[most];
#pragma unroll
    for (int j = 0; j < count; j++) total[j] = _mm512_setzero_ps();
#pragma unroll
    for (int j = 0; j < count; j++) x[j] = rounded_at(bits, work->x + (first + j) * work->x_row, 0);
    for (size_t b = 0; b < work->blocks; b++, at += size) {
      if (next) fetch(next, b * size, (b + 1) * size);
      __m512i dot[most];
      block_dots(kind, bits, count, at, x, dot);
      const __m512 scale = halves(at);
#pragma unroll
      for (int j = 0; j < count; j++) {
        const __m512 scales = _mm512_mul_ps(scale, _mm512_set1_ps(x[j]->scale));
        total[j] = _mm512_fmadd_ps(scales, _mm512_cvtepi32_ps(dot[j]), total[j]);
        if (kind == kn_four)
          total[j] = _mm512_fmadd_ps(halves(at + 2 * tile_rows), _mm512_set1_ps(x[j]->sum), total[j]);
        x[j] = rounded_at(bits, x[j], 1);
      }
    }
#pragma unroll
    for (int j = 0; j < count; j++) _mm512_storeu_ps(y + (first + j) * work->y_row + g * tile_rows, total[j]);
  }
}

// One row goes through all tiles at once; several meet each tile while it is in the first-level cache.
VNNI BODY void all(const kn_tile kind, const kn_rounding bits, const tile_work *work) {
  const size_t bytes = work->blocks * tile_block_bytes(kind);
  if (work->count == 1) return some(kind, bits, 1, work->groups, work->tiles, 0, 0, work, work->y);
  for (size_t g = 0; g < work->groups; g++) {
    const uint8_t *tile = work->tiles + g * bytes, *next = next_tile(work, tile + bytes, g);
    float *y = work->y + g * tile_rows;
    for (size_t j = 0, step; j < work->count; j += step) {
      const size_t left = work->count - j;
      step = left >= 8 ? 8 : left >= 4 ? 4 : left >= 2 ? 2 : 1;
      const uint8_t *fetched = step == left ? next : 0;
      if (step == 8) some(kind, bits, 8, 1, tile, fetched, j, work, y);
      else if (step == 4) some(kind, bits, 4, 1, tile, fetched, j, work, y);
      else if (step == 2) some(kind, bits, 2, 1, tile, fetched, j, work, y);
      else some(kind, bits, 1, 1, tile, fetched, j, work, y);
    }
  }
}

// Rounding, as tiles.c has it, sixteen numbers at a time.

VNNI BODY __m512i sizes(__m512 v) { return _mm512_and_si512(_mm512_castps_si512(v), _mm512_set1_epi32(0x7FFFFFFF)); }

VNNI BODY __m512i whole(__m512 v, __m512 inverse) {
  const __m512 shifted = _mm512_fmadd_ps(v, inverse, _mm512_set1_ps(12582912.0f));
  return _mm512_sub_epi32(_mm512_castps_si512(shifted), _mm512_set1_epi32(0x4B400000));
}

VNNI BODY void put_bytes(int8_t *to, __m512i first, __m512i second) {
  _mm_storeu_si128((__m128i *)to, _mm512_cvtepi32_epi8(first));
  _mm_storeu_si128((__m128i *)to + 1, _mm512_cvtepi32_epi8(second));
}

VNNI BODY void round_blocks(const kn_rounding bits, size_t count, const float *x, float *dst) {
  const float limit = rounding_limit(bits);
  for (size_t b = 0; b < count / block; b++) {
    const __m512 first = _mm512_loadu_ps(x + b * block), second = _mm512_loadu_ps(x + b * block + 16);
    const int32_t most_bits = _mm512_reduce_max_epi32(_mm512_max_epi32(sizes(first), sizes(second)));
    float most;
    memcpy(&most, &most_bits, 4);
    const __m512 inverse = _mm512_set1_ps(most > 1e-30f ? limit / most : 0);
    const __m512i numbers[2] = {whole(first, inverse), whole(second, inverse)};
    const int32_t total = _mm512_reduce_add_epi32(_mm512_add_epi32(numbers[0], numbers[1]));
    rounded_block *to = (rounded_block *)rounded_at(bits, dst, b);
    to->scale = most / limit;
    to->sum = to->scale * (float)total;
    to->offset = -128 * total;
    put_bytes(to->low, numbers[0], numbers[1]);
    if (bits == kn_bits_8) continue;
    __m512i high[2];
    for (int i = 0; i < 2; i++) {
      _mm256_storeu_si256((__m256i *)to->fine + i, _mm512_cvtepi32_epi16(numbers[i]));
      high[i] = _mm512_srai_epi32(_mm512_add_epi32(numbers[i], _mm512_set1_epi32(128)), 8);
    }
    put_bytes(to->high, high[0], high[1]);
  }
}

VNNI void round_vnni(kn_rounding bits, size_t count, const float *x, float *dst) {
  if (bits == kn_bits_16) round_blocks(kn_bits_16, count, x, dst);
  else round_blocks(kn_bits_8, count, x, dst);
}

VNNI void tiles_vnni(const tile_work *work) {
  if (work->kind == kn_four && work->bits == kn_bits_8) all(kn_four, kn_bits_8, work);
  else if (work->kind == kn_four) all(kn_four, kn_bits_16, work);
  else if (work->bits == kn_bits_8) all(kn_eight, kn_bits_8, work);
  else all(kn_eight, kn_bits_16, work);
}
#endif
