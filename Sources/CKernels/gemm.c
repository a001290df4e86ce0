#include "gemm.h"

// A tile is six rows by sixteen columns: twelve of the sixteen AVX2 registers hold sums, two hold b, one a.
// `rows` is a constant at each call, so the loops unroll and the sums stay in registers.
BODY void tile16(const int rows, size_t k, const float *restrict a, size_t a_row, size_t a_col,
                 const float *restrict b, size_t b_row, float *restrict c, size_t c_row, int accumulate) {
  for (size_t start = 0; start < k; start += gemm_stretch, accumulate = 1) {
    const size_t end = k - start < gemm_stretch ? k : start + gemm_stretch;
    f8 s[6][2];
    for (int i = 0; i < rows; i++) s[i][0] = s[i][1] = (f8){0};
    for (size_t p = start; p < end; p++) {
      const f8 b0 = *(const f8 *)(b + p * b_row), b1 = *(const f8 *)(b + p * b_row + 8);
#pragma unroll
      for (int i = 0; i < rows; i++) {
        const float x = a[i * a_row + p * a_col];
        const f8 wide = {x, x, x, x, x, x, x, x};
        s[i][0] += wide * b0;
        s[i][1] += wide * b1;
      }
    }
    for (int i = 0; i < rows; i++) {
      float *out = c + i * c_row;
      if (accumulate) {
        s[i][0] += *(const f8 *)out;
        s[i][1] += *(const f8 *)(out + 8);
      }
      *(f8 *)out = s[i][0];
      *(f8 *)(out + 8) = s[i][1];
    }
  }
}

BODY void tile8(const int rows, size_t k, const float *restrict a, size_t a_row, size_t a_col,
                const float *restrict b, size_t b_row, float *restrict c, size_t c_row, int accumulate) {
  for (size_t start = 0; start < k; start += gemm_stretch, accumulate = 1) {
    const size_t end = k - start < gemm_stretch ? k : start + gemm_stretch;
    f8 s[6];
    for (int i = 0; i < rows; i++) s[i] = (f8){0};
    for (size_t p = start; p < end; p++) {
      const f8 b0 = *(const f8 *)(b + p * b_row);
#pragma unroll
      for (int i = 0; i < rows; i++) {
        const float x = a[i * a_row + p * a_col];
        s[i] += (f8){x, x, x, x, x, x, x, x} * b0;
      }
    }
    for (int i = 0; i < rows; i++) {
      f8 *out = (f8 *)(c + i * c_row);
      if (accumulate) s[i] += *out;
      *out = s[i];
    }
  }
}

// Columns that fill no vector: one sum at a time, in the same order.
BODY void tile_rest(int rows, size_t columns, size_t k, const float *a, size_t a_row, size_t a_col,
                    const float *b, size_t b_row, float *c, size_t c_row, int accumulate) {
  for (int i = 0; i < rows; i++)
    for (size_t j = 0; j < columns; j++) {
      float total = accumulate ? c[i * c_row + j] : 0;
      for (size_t start = 0; start < k; start += gemm_stretch) {
        const size_t end = k - start < gemm_stretch ? k : start + gemm_stretch;
        float s = 0;
        for (size_t p = start; p < end; p++) s += a[i * a_row + p * a_col] * b[p * b_row + j];
        total += s;
      }
      c[i * c_row + j] = total;
    }
}

BODY void row_of_tiles(const int rows, size_t n, size_t k, const float *a, size_t a_row, size_t a_col,
                       const float *b, size_t b_row, float *c, size_t c_row, int accumulate) {
  size_t j = 0;
  for (; j + 16 <= n; j += 16) tile16(rows, k, a, a_row, a_col, b + j, b_row, c + j, c_row, accumulate);
  if (j + 8 <= n) {
    tile8(rows, k, a, a_row, a_col, b + j, b_row, c + j, c_row, accumulate);
    j += 8;
  }
  if (j < n) tile_rest(rows, n - j, k, a, a_row, a_col, b + j, b_row, c + j, c_row, accumulate);
}

BODY void gemm_body(size_t m, size_t n, size_t k, const float *a, size_t a_row, size_t a_col, const float *b,
                    size_t b_row, float *c, size_t c_row, int accumulate) {
  size_t i = 0;
  // Eight rows are 4 + 4 rather than 6 + 2: the usual rank, and better balanced.
  for (; i + 6 <= m && m - i != 8; i += 6)
    row_of_tiles(6, n, k, a + i * a_row, a_row, a_col, b, b_row, c + i * c_row, c_row, accumulate);
  for (; i + 4 <= m; i += 4)
    row_of_tiles(4, n, k, a + i * a_row, a_row, a_col, b, b_row, c + i * c_row, c_row, accumulate);
  for (; i + 2 <= m; i += 2)
    row_of_tiles(2, n, k, a + i * a_row, a_row, a_col, b, b_row, c + i * c_row, c_row, accumulate);
  if (i < m) row_of_tiles(1, n, k, a + i * a_row, a_row, a_col, b, b_row, c + i * c_row, c_row, accumulate);
}

// Eight rows of eight, transposed by three rounds of shuffles.
BODY void transpose8(const float *src, size_t src_row, float *dst, size_t dst_row) {
  f8 r[8], t[8];
  for (int i = 0; i < 8; i++) r[i] = *(const f8 *)(src + i * src_row);
  for (int i = 0; i < 8; i += 2) {
    t[i] = __builtin_shufflevector(r[i], r[i + 1], 0, 8, 2, 10, 4, 12, 6, 14);
    t[i + 1] = __builtin_shufflevector(r[i], r[i + 1], 1, 9, 3, 11, 5, 13, 7, 15);
  }
  for (int i = 0; i < 8; i += 4)
    for (int j = 0; j < 2; j++) {
      r[i + j] = __builtin_shufflevector(t[i + j], t[i + j + 2], 0, 1, 8, 9, 4, 5, 12, 13);
      r[i + j + 2] = __builtin_shufflevector(t[i + j], t[i + j + 2], 2, 3, 10, 11, 6, 7, 14, 15);
    }
  for (int i = 0; i < 4; i++) {
    *(f8 *)(dst + i * dst_row) = __builtin_shufflevector(r[i], r[i + 4], 0, 1, 2, 3, 8, 9, 10, 11);
    *(f8 *)(dst + (i + 4) * dst_row) = __builtin_shufflevector(r[i], r[i + 4], 4, 5, 6, 7, 12, 13, 14, 15);
  }
}

BODY void transpose_body(size_t rows, size_t columns, const float *src, size_t src_row, float *dst,
                         size_t dst_row) {
  size_t i = 0;
  for (; i + 8 <= rows; i += 8) {
    size_t j = 0;
    for (; j + 8 <= columns; j += 8) transpose8(src + i * src_row + j, src_row, dst + j * dst_row + i, dst_row);
    for (; j < columns; j++)
      for (size_t p = 0; p < 8; p++) dst[j * dst_row + i + p] = src[(i + p) * src_row + j];
  }
  for (; i < rows; i++)
    for (size_t j = 0; j < columns; j++) dst[j * dst_row + i] = src[i * src_row + j];
}

enum { piece = 256 };

BODY void pack_rows_body(kn_path path, kn_format format, size_t rows, size_t columns, const uint8_t *src,
                         size_t row_bytes, float *dst, size_t width) {
  float decoded[8 * piece];
  for (size_t i = 0; i < width; i += 8) {
    const size_t present = rows <= i ? 0 : rows - i < 8 ? rows - i : 8;
    const size_t lanes = width - i < 8 ? width - i : 8;
    if (present < 8) memset(decoded, 0, sizeof decoded);
    for (size_t j = 0; j < columns; j += piece) {
      const size_t n = columns - j < piece ? columns - j : piece;
      for (size_t r = 0; r < present; r++)
        kn_decode(path, format, n, src + (i + r) * row_bytes + block_bytes(format, j), decoded + r * piece);
      transpose_body(lanes, n, decoded, piece, dst + j * width + i, width);
    }
  }
}

static void gemm_plain(size_t m, size_t n, size_t k, const float *a, size_t a_row, size_t a_col,
                       const float *b, size_t b_row, float *c, size_t c_row, int accumulate) {
  gemm_body(m, n, k, a, a_row, a_col, b, b_row, c, c_row, accumulate);
}

static void transpose_plain(size_t rows, size_t columns, const float *src, size_t src_row, float *dst,
                            size_t dst_row) {
  transpose_body(rows, columns, src, src_row, dst, dst_row);
}

static void pack_rows_plain(kn_path path, kn_format format, size_t rows, size_t columns, const uint8_t *src,
                            size_t row_bytes, float *dst, size_t width) {
  pack_rows_body(path, format, rows, columns, src, row_bytes, dst, width);
}

#if defined(__x86_64__)
AVX2 static void gemm_avx2(size_t m, size_t n, size_t k, const float *a, size_t a_row, size_t a_col,
                           const float *b, size_t b_row, float *c, size_t c_row, int accumulate) {
  gemm_body(m, n, k, a, a_row, a_col, b, b_row, c, c_row, accumulate);
}

AVX2 static void transpose_avx2(size_t rows, size_t columns, const float *src, size_t src_row, float *dst,
                                size_t dst_row) {
  transpose_body(rows, columns, src, src_row, dst, dst_row);
}

AVX2 static void pack_rows_avx2(kn_path path, kn_format format, size_t rows, size_t columns,
                                const uint8_t *src, size_t row_bytes, float *dst, size_t width) {
  pack_rows_body(path, format, rows, columns, src, row_bytes, dst, width);
}
#endif

void kn_gemm(kn_path path, size_t m, size_t n, size_t k, const float *a, size_t a_row, size_t a_col,
             const float *b, size_t b_row, float *c, size_t c_row, int accumulate) {
#if defined(__x86_64__)
  if (path == kn_vnni) return gemm_wide(m, n, k, a, a_row, a_col, b, b_row, c, c_row, accumulate);
  if (has_avx2(path)) return gemm_avx2(m, n, k, a, a_row, a_col, b, b_row, c, c_row, accumulate);
#endif
  gemm_plain(m, n, k, a, a_row, a_col, b, b_row, c, c_row, accumulate);
}

void kn_transpose(kn_path path, size_t rows, size_t columns, const float *src, size_t src_row, float *dst,
                  size_t dst_row) {
#if defined(__x86_64__)
  if (has_avx2(path)) return transpose_avx2(rows, columns, src, src_row, dst, dst_row);
#endif
  transpose_plain(rows, columns, src, src_row, dst, dst_row);
}

void kn_pack_rows(kn_path path, kn_format format, size_t rows, size_t columns, const void *src,
                  size_t row_bytes, float *dst, size_t width) {
#if defined(__x86_64__)
  if (has_avx2(path)) return pack_rows_avx2(path, format, rows, columns, src, row_bytes, dst, width);
#endif
  pack_rows_plain(path, format, rows, columns, src, row_bytes, dst, width);
}
