// The product of gemm.c on AVX-512's vectors of sixteen: each element sums in the same order, so to the same bytes.
#if defined(__x86_64__)
#include <immintrin.h>

#include "gemm.h"

#define WIDE __attribute__((target("avx2,fma,f16c,avx512f,avx512bw,avx512vl")))

// A tile is up to twelve rows by two vectors: 24 of the 32 registers hold sums. `rows` and `vectors` are constants at
// each call; the last vector has the columns of `mask` only.
WIDE BODY void tile(const int rows, const int vectors, __mmask16 mask, size_t k, const float *restrict a, size_t a_row,
                    size_t a_col, const float *restrict b, size_t b_row, float *restrict c, size_t c_row,
                    int accumulate) {
  const __mmask16 masks[2] = {vectors == 2 ? (__mmask16)-1 : mask, mask};
  for (size_t start = 0; start < k; start += gemm_stretch, accumulate = 1) {
    const size_t end = k - start < gemm_stretch ? k : start + gemm_stretch;
    __m512 s[12][2];
    for (int i = 0; i < rows; i++) s[i][0] = s[i][1] = _mm512_setzero_ps();
    for (size_t p = start; p < end; p++) {
      __m512 wide[2];
      for (int j = 0; j < vectors; j++) wide[j] = _mm512_maskz_loadu_ps(masks[j], b + p * b_row + 16 * j);
#pragma unroll
      for (int i = 0; i < rows; i++) {
        const __m512 x = _mm512_set1_ps(a[i * a_row + p * a_col]);
        for (int j = 0; j < vectors; j++) s[i][j] = _mm512_fmadd_ps(x, wide[j], s[i][j]);
      }
    }
    for (int i = 0; i < rows; i++)
      for (int j = 0; j < vectors; j++) {
        float *out = c + i * c_row + 16 * j;
        if (accumulate) s[i][j] = _mm512_add_ps(s[i][j], _mm512_maskz_loadu_ps(masks[j], out));
        _mm512_mask_storeu_ps(out, masks[j], s[i][j]);
      }
  }
}

WIDE BODY void row_of_tiles(const int rows, size_t n, size_t k, const float *a, size_t a_row, size_t a_col,
                            const float *b, size_t b_row, float *c, size_t c_row, int accumulate) {
  const __mmask16 all = (__mmask16)-1;
  size_t j = 0;
  for (; j + 32 <= n; j += 32) tile(rows, 2, all, k, a, a_row, a_col, b + j, b_row, c + j, c_row, accumulate);
  if (j == n) return;
  const __mmask16 rest = (__mmask16)((1u << (n - j) % 16) - 1);
  if (n - j > 16)
    tile(rows, 2, rest, k, a, a_row, a_col, b + j, b_row, c + j, c_row, accumulate);
  else
    tile(rows, 1, rest ? rest : all, k, a, a_row, a_col, b + j, b_row, c + j, c_row, accumulate);
}

WIDE void gemm_wide(size_t m, size_t n, size_t k, const float *a, size_t a_row, size_t a_col, const float *b,
                    size_t b_row, float *c, size_t c_row, int accumulate) {
  size_t i = 0;
#define ROWS(count)                                                                                           \
  for (; i + count <= m; i += count)                                                                          \
  row_of_tiles(count, n, k, a + i * a_row, a_row, a_col, b, b_row, c + i * c_row, c_row, accumulate)
  ROWS(12);
  ROWS(8);
  ROWS(4);
  ROWS(2);
  ROWS(1);
#undef ROWS
}
#endif
