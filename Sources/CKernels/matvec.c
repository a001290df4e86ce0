#include "vector.h"

enum { piece = 256 };

// Formats without a kernel of their own: a stretch of the row is decoded, then multiplied with every x.
BODY void matvec_body(kn_path path, kn_format format, size_t rows, size_t columns, const uint8_t *weights,
                      size_t row_bytes, size_t stretch_bytes, size_t count, const float *x, size_t x_row,
                      float *y, size_t y_row) {
  float w[piece];
  for (size_t i = 0; i < rows; i++) {
    for (size_t j = 0; j < count; j++) y[j * y_row + i] = 0;
    const uint8_t *src = weights + i * row_bytes;
    for (size_t at = 0; at < columns; at += piece, src += stretch_bytes) {
      const size_t n = columns - at < piece ? columns - at : piece;
      kn_decode(path, format, n, src, w);
      for (size_t j = 0; j < count; j++) y[j * y_row + i] += dot_body(n, w, x + j * x_row + at);
    }
  }
}

BODY void block_sums_body(size_t count, const float *x, float *sums) {
  for (size_t i = 0; i < count; i += 32) {
    f8 s = (*(const f8 *)(x + i) + *(const f8 *)(x + i + 8)) + (*(const f8 *)(x + i + 16) + *(const f8 *)(x + i + 24));
    float lanes[8];
    memcpy(lanes, &s, 32);
    sums[i / 32] = sum_lanes(lanes);
  }
}

static void matvec_plain(kn_path path, kn_format format, size_t rows, size_t columns, const uint8_t *weights,
                         size_t row_bytes, size_t stretch_bytes, size_t count, const float *x, size_t x_row,
                         float *y, size_t y_row) {
  matvec_body(path, format, rows, columns, weights, row_bytes, stretch_bytes, count, x, x_row, y, y_row);
}

static void block_sums_plain(size_t count, const float *x, float *sums) { block_sums_body(count, x, sums); }

#if defined(__x86_64__)
#include <immintrin.h>

AVX2 static void matvec_avx2(kn_path path, kn_format format, size_t rows, size_t columns,
                             const uint8_t *weights, size_t row_bytes, size_t stretch_bytes, size_t count,
                             const float *x, size_t x_row, float *y, size_t y_row) {
  matvec_body(path, format, rows, columns, weights, row_bytes, stretch_bytes, count, x, x_row, y, y_row);
}

AVX2 static void block_sums_avx2(size_t count, const float *x, float *sums) { block_sums_body(count, x, sums); }

// The three formats of 32 numbers share their shape: whole numbers q, a scale d, and a minimum m that multiplies the
// sum of x. Decoding a block once serves every x; each x's sums run in the same order whatever their number.
typedef enum { four_0, four_1, eight_0 } shape;

AVX2 BODY void unpack_block(const shape kind, const uint8_t *block, __m256 q[4], float *d, float *m) {
  if (kind == eight_0) {
    *d = _cvtsh_ss(*(const uint16_t *)block);
    *m = 0;
    for (int i = 0; i < 4; i++)
      q[i] = _mm256_cvtepi32_ps(_mm256_cvtepi8_epi32(_mm_loadl_epi64((const __m128i *)(block + 2 + 8 * i))));
    return;
  }
  uint16_t halves[2];
  memcpy(halves, block, kind == four_1 ? 4 : 2);
  *d = _cvtsh_ss(halves[0]);
  *m = kind == four_1 ? _cvtsh_ss(halves[1]) : -8 * *d;
  const __m128i bytes = _mm_loadu_si128((const __m128i *)(block + (kind == four_1 ? 4 : 2)));
  const __m128i mask = _mm_set1_epi8(15);
  const __m128i low = _mm_and_si128(bytes, mask), high = _mm_and_si128(_mm_srli_epi16(bytes, 4), mask);
  q[0] = _mm256_cvtepi32_ps(_mm256_cvtepu8_epi32(low));
  q[1] = _mm256_cvtepi32_ps(_mm256_cvtepu8_epi32(_mm_unpackhi_epi64(low, low)));
  q[2] = _mm256_cvtepi32_ps(_mm256_cvtepu8_epi32(high));
  q[3] = _mm256_cvtepi32_ps(_mm256_cvtepu8_epi32(_mm_unpackhi_epi64(high, high)));
}

AVX2 BODY void blocks_times(const shape kind, const int count, size_t rows, size_t columns,
                            const uint8_t *weights, size_t row_bytes, const float *x, size_t x_row,
                            const float *sums, size_t sums_row, float *y, size_t y_row) {
  const size_t size = kind == eight_0 ? 34 : kind == four_1 ? 20 : 18;
  for (size_t i = 0; i < rows; i++) {
    const uint8_t *block = weights + i * row_bytes;
    __m256 total[4];
    float least[4];
    for (int j = 0; j < count; j++) total[j] = _mm256_setzero_ps(), least[j] = 0;
    for (size_t b = 0; b < columns / 32; b++, block += size) {
      __m256 q[4];
      float d, m;
      unpack_block(kind, block, q, &d, &m);
      const __m256 scale = _mm256_set1_ps(d);
#pragma unroll
      for (int j = 0; j < count; j++) {
        const float *v = x + j * x_row + b * 32;
        __m256 t = _mm256_mul_ps(q[0], _mm256_loadu_ps(v));
        t = _mm256_fmadd_ps(q[1], _mm256_loadu_ps(v + 8), t);
        t = _mm256_fmadd_ps(q[2], _mm256_loadu_ps(v + 16), t);
        t = _mm256_fmadd_ps(q[3], _mm256_loadu_ps(v + 24), t);
        total[j] = _mm256_fmadd_ps(scale, t, total[j]);
        if (kind != eight_0) least[j] += m * sums[j * sums_row + b];
      }
    }
    for (int j = 0; j < count; j++) {
      float lanes[8];
      _mm256_storeu_ps(lanes, total[j]);
      y[j * y_row + i] = sum_lanes(lanes) + least[j];
    }
  }
}

AVX2 BODY void blocks_body(const shape kind, size_t rows, size_t columns, const uint8_t *weights,
                           size_t row_bytes, size_t count, const float *x, size_t x_row, const float *sums,
                           size_t sums_row, float *y, size_t y_row) {
  size_t j = 0;
  for (; j + 4 <= count; j += 4)
    blocks_times(kind, 4, rows, columns, weights, row_bytes, x + j * x_row, x_row, sums + j * sums_row,
                 sums_row, y + j * y_row, y_row);
  for (; j + 2 <= count; j += 2)
    blocks_times(kind, 2, rows, columns, weights, row_bytes, x + j * x_row, x_row, sums + j * sums_row,
                 sums_row, y + j * y_row, y_row);
  if (j < count)
    blocks_times(kind, 1, rows, columns, weights, row_bytes, x + j * x_row, x_row, sums + j * sums_row,
                 sums_row, y + j * y_row, y_row);
}

AVX2 static void blocks_four_0(size_t rows, size_t columns, const uint8_t *weights, size_t row_bytes,
                               size_t count, const float *x, size_t x_row, const float *sums, size_t sums_row,
                               float *y, size_t y_row) {
  blocks_body(four_0, rows, columns, weights, row_bytes, count, x, x_row, sums, sums_row, y, y_row);
}

AVX2 static void blocks_four_1(size_t rows, size_t columns, const uint8_t *weights, size_t row_bytes,
                               size_t count, const float *x, size_t x_row, const float *sums, size_t sums_row,
                               float *y, size_t y_row) {
  blocks_body(four_1, rows, columns, weights, row_bytes, count, x, x_row, sums, sums_row, y, y_row);
}

AVX2 static void blocks_eight_0(size_t rows, size_t columns, const uint8_t *weights, size_t row_bytes,
                                size_t count, const float *x, size_t x_row, const float *sums,
                                size_t sums_row, float *y, size_t y_row) {
  blocks_body(eight_0, rows, columns, weights, row_bytes, count, x, x_row, sums, sums_row, y, y_row);
}
#endif

void kn_block_sums(kn_path path, size_t count, const float *x, float *sums) {
#if defined(__x86_64__)
  if (has_avx2(path)) return block_sums_avx2(count, x, sums);
#endif
  block_sums_plain(count, x, sums);
}

void kn_matvec(kn_path path, kn_format format, size_t rows, size_t columns, const void *weights,
               size_t row_bytes, size_t count, const float *x, size_t x_row, const float *sums,
               size_t sums_row, float *y, size_t y_row) {
#if defined(__x86_64__)
  if (has_avx2(path)) {
    switch (format) {
      case kn_q4_0:
        return blocks_four_0(rows, columns, weights, row_bytes, count, x, x_row, sums, sums_row, y, y_row);
      case kn_q4_1:
        return blocks_four_1(rows, columns, weights, row_bytes, count, x, x_row, sums, sums_row, y, y_row);
      case kn_q8_0:
        return blocks_eight_0(rows, columns, weights, row_bytes, count, x, x_row, sums, sums_row, y, y_row);
      default:
        return matvec_avx2(path, format, rows, columns, weights, row_bytes, block_bytes(format, piece), count, x, x_row,
                           y, y_row);
    }
  }
#endif
  matvec_plain(path, format, rows, columns, weights, row_bytes, block_bytes(format, piece), count, x, x_row, y, y_row);
}
