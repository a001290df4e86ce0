// The decoders behind kn_decode, one set per instruction set. Not seen by Swift.
#ifndef ATTUNE_DECODE_H
#define ATTUNE_DECODE_H

#include "kernels.h"

/// Decodes `blocks` blocks at `src`, which may be unaligned, to `dst`.
typedef void decode_blocks(size_t blocks, const uint8_t *src, float *dst);

/// The decoder of `format` for one instruction set; NULL where only the scalar one exists.
decode_blocks *kn_decoder_scalar(kn_format format);
decode_blocks *kn_decoder_avx2(kn_format format);
decode_blocks *kn_decoder_neon(kn_format format);

/// The six-bit scale and minimum of sub-block `j` (0 to 7) of Q4_K and Q5_K: 12 bytes hold eight
/// of each.
static inline void k4_scale(int j, const uint8_t *packed, uint8_t *scale, uint8_t *minimum) {
  if (j < 4) {
    *scale = packed[j] & 63;
    *minimum = packed[j + 4] & 63;
  } else {
    *scale = (packed[j + 4] & 15) | ((packed[j - 4] >> 6) << 4);
    *minimum = (packed[j + 4] >> 4) | ((packed[j] >> 6) << 4);
  }
}

#endif
