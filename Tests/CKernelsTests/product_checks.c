// Decoding, packing and matrix products.
#include <stdlib.h>
#include <string.h>

#include "check.h"

/// Decoding gives the same bits on every path, whatever the address and the number of blocks.
void check_decode(kn_path path) {
  random_t random = {1};
  for (size_t f = 0; f < format_count; f++)
    for (size_t count = 256; count <= 1280; count += 256) {
      const size_t bytes = format_bytes(formats[f], count);
      uint8_t *blocks = random_blocks(&random, formats[f], count);
      uint8_t *shifted = malloc(bytes + 1);
      memcpy(shifted + 1, blocks, bytes);
      float *found = zeros(count), *expected = zeros(count);
      kn_decode(kn_scalar, formats[f], count, blocks, expected);
      kn_decode(path, formats[f], count, shifted + 1, found);
      expect_same(format_name(formats[f]), count, found, expected);
      free(blocks), free(shifted), free(found), free(expected);
    }
}

/// The bit patterns that random numbers miss: halves of every exponent, infinities and what is no number.
static void every_half(kn_path path) {
  static uint16_t halves[65536];
  for (size_t i = 0; i < 65536; i++) halves[i] = (uint16_t)i;
  float *found = zeros(65536), *expected = zeros(65536);
  kn_decode(kn_scalar, kn_f16, 65536, halves, expected);
  kn_decode(path, kn_f16, 65536, halves, found);
  expect_same("every half", 65536, found, expected);
  free(found), free(expected);
}

static void one_gemm(kn_path path, size_t m, size_t n, size_t k, int transposed, int accumulate) {
  random_t random = {m * 31 + n * 7 + k};
  float *a = random_floats(&random, m * k, 1), *b = random_floats(&random, k * (n + 3), 1);
  float *c = random_floats(&random, m * (n + 5), 1);
  double *expected = double_zeros(m * (n + 5));
  for (size_t i = 0; i < m; i++)
    for (size_t j = 0; j < n + 5; j++) {
      double sum = j < n && !accumulate ? 0 : c[i * (n + 5) + j];
      for (size_t p = 0; j < n && p < k; p++)
        sum += (double)a[transposed ? p * m + i : i * k + p] * b[p * (n + 3) + j];
      expected[i * (n + 5) + j] = sum;
    }
  float *again = zeros(m * (n + 5));
  memcpy(again, c, m * (n + 5) * sizeof *c);
  kn_gemm(path, m, n, k, a, transposed ? 1 : k, transposed ? m : 1, b, n + 3, c, n + 5, accumulate);
  expect_near("gemm", m * (n + 5), c, expected, 2e-5);
  kn_gemm(twin(path), m, n, k, a, transposed ? 1 : k, transposed ? m : 1, b, n + 3, again, n + 5, accumulate);
  expect_same("gemm on vectors of another width", m * (n + 5), again, c);
  free(a), free(b), free(c), free(again), free(expected);
}

void check_gemm(kn_path path) {
  const size_t shapes[][3] = {{1, 16, 7}, {6, 33, 300}, {8, 24, 5}, {13, 47, 600}, {5, 3, 2}, {12, 64, 576},
                              {27, 17, 40}, {14, 31, 9}};
  for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++)
    for (int mode = 0; mode < 4; mode++)
      one_gemm(path, shapes[i][0], shapes[i][1], shapes[i][2], mode & 1, mode >> 1);
}

void check_pack(kn_path path) {
  every_half(path);
  random_t random = {3};
  const size_t rows = 13, columns = 512, width = 16;
  for (size_t f = 0; f < format_count; f++) {
    const size_t row_bytes = format_bytes(formats[f], columns);
    uint8_t *blocks = random_blocks(&random, formats[f], rows * columns);
    float *plain = zeros(rows * columns), *panel = zeros(columns * width), *found = zeros(columns * width);
    kn_decode(kn_scalar, formats[f], rows * columns, blocks, plain);
    for (size_t i = 0; i < rows; i++)
      for (size_t j = 0; j < columns; j++) panel[j * width + i] = plain[i * columns + j];
    kn_pack_rows(path, formats[f], rows, columns, blocks, row_bytes, found, width);
    expect_same("pack_rows", columns * width, found, panel);
    kn_pack_columns(path, formats[f], rows, columns, blocks, row_bytes, found);
    expect_same("pack_columns", rows * columns, found, plain);
    free(blocks), free(plain), free(panel), free(found);
  }
}

void check_transpose(kn_path path) {
  random_t random = {4};
  const size_t rows = 21, columns = 37;
  float *x = random_floats(&random, rows * columns, 1), *found = zeros(columns * rows), *expected = zeros(columns * rows);
  for (size_t i = 0; i < rows; i++)
    for (size_t j = 0; j < columns; j++) expected[j * rows + i] = x[i * columns + j];
  kn_transpose(path, rows, columns, x, columns, found, rows);
  expect_same("transpose", rows * columns, found, expected);
  free(x), free(found), free(expected);
}

/// Products with weights in every format, for several numbers of vectors; a row alone equals the row in company.
void check_matvec(kn_path path) {
  random_t random = {5};
  const size_t rows = 9, columns = 512, most = 7;
  for (size_t f = 0; f < format_count; f++) {
    const size_t row_bytes = format_bytes(formats[f], columns);
    uint8_t *blocks = random_blocks(&random, formats[f], rows * columns);
    float *plain = zeros(rows * columns), *x = random_floats(&random, most * columns, 1);
    kn_decode(kn_scalar, formats[f], rows * columns, blocks, plain);
    float *sums = zeros(most * columns / 32), *y = zeros(most * rows), *alone = zeros(rows);
    double *expected = double_zeros(most * rows), *block_sums = double_zeros(most * columns / 32);
    for (size_t j = 0; j < most; j++) {
      for (size_t i = 0; i < rows; i++)
        for (size_t p = 0; p < columns; p++)
          expected[j * rows + i] += (double)plain[i * columns + p] * x[j * columns + p];
      for (size_t p = 0; p < columns; p++) block_sums[j * columns / 32 + p / 32] += x[j * columns + p];
      kn_block_sums(path, columns, x + j * columns, sums + j * columns / 32);
    }
    expect_near("block_sums", most * columns / 32, sums, block_sums, 1e-5);
    kn_matvec(path, formats[f], rows, columns, blocks, row_bytes, most, x, columns, sums, columns / 32, y, rows);
    expect_near(format_name(formats[f]), most * rows, y, expected, 2e-5);
    for (size_t j = 0; j < most; j++) {
      kn_matvec(path, formats[f], rows, columns, blocks, row_bytes, 1, x + j * columns, columns,
                sums + j * columns / 32, columns / 32, alone, rows);
      expect_same("a row alone", rows, alone, y + j * rows);
    }
    free(blocks), free(plain), free(x), free(sums), free(y), free(alone), free(expected), free(block_sums);
  }
}

static void one_tiling(kn_path path, kn_format format, kn_rounding bits) {
  random_t random = {7 + (uint64_t)format};
  const kn_tile kind = format == kn_q8_0 ? kn_eight : kn_four;
  const size_t groups = 3, rows = 37, columns = 192, blocks = columns / 32, most = 9, width = groups * 16;
  const size_t x_row = blocks * (bits == kn_bits_16 ? 35 : 11), tile = blocks * (kind == kn_eight ? 544 : 320);
  const size_t row_bytes = format_bytes(format, columns);
  uint8_t *source = random_blocks(&random, format, rows * columns), *tiles = malloc(groups * tile);
  float *plain = zeros(rows * columns), *x = random_floats(&random, most * columns, 2), *rounded = zeros(most * x_row);
  float *y = zeros(most * width), *alone = zeros(width);
  double *expected = double_zeros(most * width);
  kn_decode(kn_scalar, format, rows * columns, source, plain);
  for (size_t g = 0; g < groups; g++)
    kn_lay_tile(format, rows - g * 16 < 16 ? rows - g * 16 : 16, columns, source + g * 16 * row_bytes, row_bytes,
                tiles + g * tile);
  for (size_t j = 0; j < most; j++) {
    float *row = rounded + j * x_row;
    kn_round(path, bits, columns, x + j * columns, row);
    for (size_t p = 0; p < columns; p++) {
      const float *block = row + p / 32 * x_row / blocks;
      const double number =
          bits == kn_bits_16 ? ((const int16_t *)(block + 19))[p % 32] : ((const int8_t *)(block + 3))[p % 32];
      for (size_t i = 0; i < rows; i++) expected[j * width + i] += plain[i * columns + p] * number * *block;
    }
  }
  kn_tiles_times(path, kind, bits, groups, blocks, tiles, most, rounded, x_row, y, width);
  expect_near(format_name(format), most * width, y, expected, 2e-5);
  for (size_t j = 0; j < most; j++) {
    kn_tiles_times(path, kind, bits, groups, blocks, tiles, 1, rounded + j * x_row, x_row, alone, width);
    expect_same("a rounded row alone", width, alone, y + j * width);
  }
  float *again = zeros(most * x_row), *y_again = zeros(most * width);
  for (size_t j = 0; j < most; j++) kn_round(twin(path), bits, columns, x + j * columns, again + j * x_row);
  expect_same("rounded on vectors of another width", most * x_row, again, rounded);
  kn_tiles_times(twin(path), kind, bits, groups, blocks, tiles, most, rounded, x_row, y_again, width);
  expect_same("tiles on vectors of another width", most * width, y_again, y);
  free(again), free(y_again);
  free(source), free(tiles), free(plain), free(x), free(rounded), free(y), free(alone), free(expected);
}

/// Products of rounded rows with weights laid out anew, near the exact ones of the same whole numbers.
void check_tiles(kn_path path) {
  const kn_format tiled[] = {kn_q4_0, kn_q4_1, kn_q8_0};
  for (size_t f = 0; f < 3; f++)
    for (int bits = kn_bits_8; bits <= kn_bits_16; bits++) one_tiling(path, tiled[f], (kn_rounding)bits);
}

void check_read(kn_path path) {
  random_t random = {6};
  uint64_t numbers[67], sum = 0;
  for (size_t i = 0; i < 67; i++) sum += numbers[i] = random_bits(&random);
  expect_number("read", kn_read(path, 67, numbers) == sum, 1, 0);
}
