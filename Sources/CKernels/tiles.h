/// Where things stand in tiles and rounded rows, for the kernels of tiles.c.
#ifndef ATTUNE_TILES_H
#define ATTUNE_TILES_H

#include "vector.h"

/// A tile's weight rows are two bands, each with a row for every lane of a vector.
enum { lanes = 8, bands = 2, tile_rows = bands * lanes, block = 32 };

/// Bytes that one block of a tile takes: each row's scale, with four bits each row's minimum, then the whole numbers.
static inline size_t tile_block_bytes(kn_tile kind) { return kind == kn_four ? 320 : 544; }

/// The whole numbers are vectors, those of both bands in turn: lane r of vector j holds four columns of the band's row
/// r. With eight bits these are columns 4j to 4j + 3; with four, its low halves are those and its high halves the same
/// of the second 16.
static inline size_t tile_numbers_at(kn_tile kind) { return kind == kn_four ? 64 : 32; }

BODY const uint8_t *band_scales(const uint8_t *at, int band) { return at + 2 * lanes * band; }

BODY const uint8_t *band_minima(const uint8_t *at, int band) { return at + 2 * (tile_rows + lanes * band); }

BODY const uint8_t *band_vector(kn_tile kind, const uint8_t *at, int band, int vector) {
  return at + tile_numbers_at(kind) + 32 * (bands * vector + band);
}

/// A rounded row: for each block its scale, the scaled sum of its whole numbers, and -128 times their sum; before them
/// the whole numbers, as 8 bits, or first as 16 and then as what 256 goes into (`high`) and the rest (`low`).
typedef struct {
  const int16_t *fine;
  const int8_t *high;
  const int8_t *low;
  const float *scales;
  const float *sums;
  const int32_t *offsets;
} rounded_row;

BODY rounded_row rounded(kn_rounding bits, const float *row, size_t blocks) {
  const size_t count = blocks * block;
  const float *scales = row + (bits == kn_bits_16 ? count : count / 4);
  const int8_t *low = (const int8_t *)scales - count;
  return (rounded_row){(const int16_t *)row, low - (bits == kn_bits_16 ? count : 0), low, scales, scales + blocks,
                       (const int32_t *)(scales + 2 * blocks)};
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

/// The tile after one of `work`'s, to be fetched while rows still meet that one, or 0: fewer rows than four leave the
/// memory no time of its own, and hints only get in its way.
BODY const uint8_t *next_tile(const tile_work *work, const uint8_t *next, size_t group) {
  return work->count >= 4 && group + 1 < work->groups ? next : 0;
}

/// Asks for the cache lines that begin between two places of what is `next`.
BODY void fetch(const uint8_t *next, size_t start, size_t end) {
  for (size_t line = (start + 63) / 64; line < (end + 63) / 64; line++) __builtin_prefetch(next + 64 * line);
}

void tiles_avx2(const tile_work *work);
void tiles_vnni(const tile_work *work);
void tiles_neon(const tile_work *work);

#endif
