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

/// A block of a rounded row: its scale, the scaled sum of its whole numbers and -128 times their sum, then the numbers
/// as 8 bits; with 16, as what 256 goes into (`high`) and the rest (`low`), and whole (`fine`). A row's blocks follow
/// one another, so that a kernel needs one pointer a row.
typedef struct {
  float scale;
  float sum;
  int32_t offset;
  int8_t low[block];
  int8_t high[block];
  int16_t fine[block];
} rounded_block;

/// Bytes from one block of a rounded row to the next: with 8 bits it ends after `low`.
static inline size_t rounded_bytes(kn_rounding bits) {
  return bits == kn_bits_16 ? sizeof(rounded_block) : offsetof(rounded_block, high);
}

BODY const rounded_block *rounded_at(kn_rounding bits, const void *row, size_t b) {
  return (const rounded_block *)((const char *)row + b * rounded_bytes(bits));
}

/// What a block's largest number becomes. 32639 is 127 * 256 + 127: its high part fits 8 bits. 127.45 rounds down to 127
/// and makes the steps as small as can be.
BODY float rounding_limit(kn_rounding bits) { return bits == kn_bits_16 ? 32639 : 127.45f; }

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
void round_vnni(kn_rounding bits, size_t count, const float *x, float *dst);
void tiles_neon(const tile_work *work);

#endif
