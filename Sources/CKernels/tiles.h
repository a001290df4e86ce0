/// Where things stand in tiles and rounded rows, for the kernels of tiles.c.
#ifndef ATTUNE_TILES_H
#define ATTUNE_TILES_H

#include "vector.h"

/// Weight rows of a tile: one for each lane of a vector.
enum { lanes = 8, block = 32 };

/// How far ahead memory is asked for: a pass over a model's tiles is longer than any cache.
enum { tiles_ahead = 3072 };

/// Bytes that one block of a tile takes: eight scales, with four bits eight minima, then the whole numbers.
static inline size_t tile_block_bytes(kn_tile kind) { return kind == kn_four ? 160 : 272; }

/// Whole number j of 4 of a tile's block is a vector: lane r holds four columns of row r. With eight bits, vector j
/// has columns 4j to 4j + 3; with four, its low halves are those and its high halves the same of the second 16.
static inline size_t tile_numbers_at(kn_tile kind) { return kind == kn_four ? 32 : 16; }

/// A rounded row of `columns` numbers: the whole numbers, of 8 bits or of 16, then for each block its scale, the scaled
/// sum of its whole numbers and, with 8 bits, -128 times their sum.
typedef struct {
  const int8_t *numbers;
  const float *scales;
  const float *sums;
  const int32_t *offsets;
} rounded_row;

BODY rounded_row rounded(kn_rounding bits, const float *row, size_t blocks) {
  const float *scales = row + blocks * block / (bits == kn_bits_16 ? 2 : 4);
  return (rounded_row){(const int8_t *)row, scales, scales + blocks, (const int32_t *)(scales + 2 * blocks)};
}

/// What all products of tiles take, as kn_tiles_times.
typedef struct {
  kn_tile kind;
  kn_rounding bits;
  size_t groups;
  size_t blocks;
  const uint8_t *tiles;
  size_t count;
  const float *x;
  size_t x_row;
  float *y;
  size_t y_row;
} tile_work;

void tiles_avx2(const tile_work *work);
void tiles_vnni(const tile_work *work);
void tiles_neon(const tile_work *work);

#endif
