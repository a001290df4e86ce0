#include "tiles.h"

// Laying out anew.

static float half(const uint8_t *at) {
  float value;
  kn_decode(kn_scalar, kn_f16, 1, at, &value);
  return value;
}

// Q4_0 is d (q - 8): its minimum is -8 d. Three times doubled as a half: one more in the exponent, or, of numbers too
// small for one, all bits one up. Exact below 2^13, and weights are far below.
static void put_minimum(const uint8_t *scale, uint8_t *at) {
  uint16_t bits;
  memcpy(&bits, scale, 2);
  uint16_t size = bits & 0x7FFF;
  for (int i = 0; i < 3; i++) size = size < 0x400 ? size << 1 : size < 0x7800 ? size + 0x400 : 0x7C00;
  bits = (bits & 0x8000) ^ 0x8000 ^ size;
  memcpy(at, &bits, 2);
}

static void tile_row_block(kn_format format, const uint8_t *src, size_t row, uint8_t *dst) {
  const kn_tile kind = format == kn_q8_0 ? kn_eight : kn_four;
  uint8_t *numbers = dst + tile_numbers_at(kind) + 4 * row;
  memcpy(dst + 2 * row, src, 2);
  if (format == kn_q4_1) memcpy(dst + 2 * (tile_rows + row), src + 2, 2);
  else if (format == kn_q4_0) put_minimum(src, dst + 2 * (tile_rows + row));
  src += format == kn_q4_1 ? 4 : 2;
  for (int j = 0; j < (kind == kn_eight ? 8 : 4); j++) memcpy(numbers + 32 * bands * j, src + 4 * j, 4);
}

void kn_lay_tile(kn_format format, size_t rows, size_t columns, const void *src, size_t row_bytes, void *dst) {
  const size_t size = tile_block_bytes(format == kn_q8_0 ? kn_eight : kn_four);
  const size_t step = block_bytes(format, block), blocks = columns / block;
  if (rows < tile_rows) memset(dst, 0, size * blocks);
  for (size_t b = 0; b < blocks; b++)
    for (size_t i = 0; i < rows; i++)
      tile_row_block(format, (const uint8_t *)src + i * row_bytes + b * step, i, (uint8_t *)dst + b * size);
}

// Rounding.

typedef int8_t b8 __attribute__((vector_size(8), aligned(1), may_alias));
typedef int16_t h8 __attribute__((vector_size(16), aligned(2), may_alias));

// The largest size of a block's numbers.
BODY float largest(const f8 *v) {
  i8 most = {0};
  for (int k = 0; k < block / 8; k++) {
    // The bits of floats that are not negative have the floats' order.
    const i8 size = (i8)v[k] & 0x7FFFFFFF, above = size > most;
    most = (above & size) | (~above & most);
  }
  int32_t sizes[8], bits = 0;
  memcpy(sizes, &most, 32);
  for (int l = 0; l < 8; l++) bits = sizes[l] > bits ? sizes[l] : bits;
  float value;
  memcpy(&value, &bits, 4);
  return value;
}

BODY void round_body(kn_rounding bits, size_t count, const float *x, float *dst) {
  const size_t blocks = count / block;
  const float limit = rounding_limit(bits);
  for (size_t b = 0; b < blocks; b++) {
    rounded_block *to = (rounded_block *)rounded_at(bits, dst, b);
    const f8 *v = (const f8 *)(x + b * block);
    const float most = largest(v);
    // Below this the inverse would overflow, and no product of such numbers is seen.
    const float inverse = most > 1e-30f ? limit / most : 0;
    // Adding 1.5 * 2^23 rounds to the nearest whole number, ties to even, and leaves it in the low bits.
    const float magic = 12582912.0f;
    i8 sum = {0};
    for (int k = 0; k < block / 8; k++) {
      const f8 shifted = v[k] * inverse + magic;
      const i8 whole = (i8)shifted - 0x4B400000;
      sum += whole;
      *(b8 *)(to->low + 8 * k) = __builtin_convertvector(whole, b8);
      if (bits == kn_bits_8) continue;
      *(h8 *)(to->fine + 8 * k) = __builtin_convertvector(whole, h8);
      *(b8 *)(to->high + 8 * k) = __builtin_convertvector((whole + 128) >> 8, b8);
    }
    int32_t parts[8], total = 0;
    memcpy(parts, &sum, 32);
    for (int l = 0; l < 8; l++) total += parts[l];
    to->scale = most / limit;
    to->sum = to->scale * (float)total;
    to->offset = -128 * total;
  }
}

static void round_plain(kn_rounding bits, size_t count, const float *x, float *dst) {
  if (bits == kn_bits_16) round_body(kn_bits_16, count, x, dst);
  else round_body(kn_bits_8, count, x, dst);
}

// Products, in plain C: the order of every path. Whole numbers are summed exactly; blocks are added one by one.

static int32_t weight_at(kn_tile kind, const uint8_t *numbers, size_t row, size_t column) {
  const size_t place = kind == kn_four ? column % 16 : column;
  const uint8_t byte = numbers[place / 4 * 32 * bands + 4 * row + place % 4];
  return kind == kn_eight ? (int8_t)byte : column < 16 ? byte & 15 : byte >> 4;
}

static void tiles_plain(const tile_work *work) {
  const size_t size = tile_block_bytes(work->kind);
  for (size_t g = 0; g < work->groups; g++)
    for (size_t j = 0; j < work->count; j++) {
      float total[tile_rows] = {0};
      for (size_t b = 0; b < work->blocks; b++) {
        const uint8_t *at = work->tiles + (g * work->blocks + b) * size;
        const rounded_block *v = rounded_at(work->bits, work->x + j * work->x_row, b);
        for (size_t r = 0; r < tile_rows; r++) {
          int32_t dot = 0;
          for (size_t i = 0; i < block; i++)
            dot += weight_at(work->kind, at + tile_numbers_at(work->kind), r, i) *
                   (work->bits == kn_bits_16 ? v->fine[i] : v->low[i]);
          total[r] += half(at + 2 * r) * v->scale * (float)dot;
          if (work->kind == kn_four) total[r] += half(at + 2 * (tile_rows + r)) * v->sum;
        }
      }
      memcpy(work->y + j * work->y_row + g * tile_rows, total, sizeof total);
    }
}

#if defined(__x86_64__)
AVX2 static void round_avx2(kn_rounding bits, size_t count, const float *x, float *dst) {
  if (bits == kn_bits_16) round_body(kn_bits_16, count, x, dst);
  else round_body(kn_bits_8, count, x, dst);
}
#endif

void kn_round(kn_path path, kn_rounding bits, size_t count, const float *x, float *dst) {
#if defined(__x86_64__)
  if (path == kn_vnni) return round_vnni(bits, count, x, dst);
  if (path == kn_avx2) return round_avx2(bits, count, x, dst);
#endif
  round_plain(bits, count, x, dst);
}

void kn_tiles_times(kn_path path, kn_tile kind, kn_rounding bits, size_t groups, size_t blocks, const void *tiles,
                    size_t count, const float *x, size_t x_row, float *y, size_t y_row) {
  const tile_work work = {kind, bits, groups, blocks, tiles, count, x, x_row, y, y_row};
#if defined(__x86_64__)
  if (path == kn_vnni) return tiles_vnni(&work);
  if (path == kn_avx2) return tiles_avx2(&work);
#elif defined(__aarch64__)
  if (path == kn_neon) return tiles_neon(&work);
#endif
  tiles_plain(&work);
}
