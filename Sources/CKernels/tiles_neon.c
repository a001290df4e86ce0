#if defined(__aarch64__)
#include <arm_neon.h>

#include "tiles.h"

// A vector of x86 is two of NEON's: rows 0 to 3 and rows 4 to 7 of a tile. Whole numbers are summed in pairs of 16
// bits: two products of at most 128 * 127 fit.
typedef struct {
  int32x4_t low;
  int32x4_t high;
} rows8;

BODY int32x4_t add_four(int32x4_t sum, int8x16_t weights, int8x16_t x) {
  const int16x8_t first = vmull_s8(vget_low_s8(weights), vget_low_s8(x));
  const int16x8_t second = vmull_s8(vget_high_s8(weights), vget_high_s8(x));
  return vpadalq_s16(sum, vpaddq_s16(first, second));
}

BODY int32x4_t add_four_fine(int32x4_t sum, int8x16_t weights, int16x4_t x) {
  const int16x8_t first = vmovl_s8(vget_low_s8(weights)), second = vmovl_s8(vget_high_s8(weights));
  const int32x4_t row0 = vmull_s16(vget_low_s16(first), x), row1 = vmull_s16(vget_high_s16(first), x);
  const int32x4_t row2 = vmull_s16(vget_low_s16(second), x), row3 = vmull_s16(vget_high_s16(second), x);
  return vaddq_s32(sum, vpaddq_s32(vpaddq_s32(row0, row1), vpaddq_s32(row2, row3)));
}

// Four columns of all eight rows, from `column` on.
BODY void add_columns(kn_rounding bits, rows8 *sum, int8x16_t low, int8x16_t high, const rounded_block *x,
                      size_t column) {
  if (bits == kn_bits_16) {
    const int16x4_t numbers = vld1_s16(x->fine + column);
    sum->low = add_four_fine(sum->low, low, numbers);
    sum->high = add_four_fine(sum->high, high, numbers);
    return;
  }
  int32_t four;
  memcpy(&four, x->low + column, 4);
  const int8x16_t numbers = vreinterpretq_s8_s32(vdupq_n_s32(four));
  sum->low = add_four(sum->low, low, numbers);
  sum->high = add_four(sum->high, high, numbers);
}

BODY rows8 block_dot(kn_tile kind, kn_rounding bits, const uint8_t *at, int band, const rounded_block *x) {
  rows8 sum = {vdupq_n_s32(0), vdupq_n_s32(0)};
  if (kind == kn_eight) {
    for (int i = 0; i < 8; i++) {
      const uint8_t *bytes = band_vector(kind, at, band, i);
      add_columns(bits, &sum, vreinterpretq_s8_u8(vld1q_u8(bytes)), vreinterpretq_s8_u8(vld1q_u8(bytes + 16)), x,
                  4 * i);
    }
    return sum;
  }
  const uint8x16_t mask = vdupq_n_u8(15);
  for (int i = 0; i < 4; i++) {
    const uint8_t *bytes = band_vector(kind, at, band, i);
    const uint8x16_t low = vld1q_u8(bytes), high = vld1q_u8(bytes + 16);
    add_columns(bits, &sum, vreinterpretq_s8_u8(vandq_u8(low, mask)), vreinterpretq_s8_u8(vandq_u8(high, mask)), x,
                4 * i);
    add_columns(bits, &sum, vreinterpretq_s8_u8(vshrq_n_u8(low, 4)), vreinterpretq_s8_u8(vshrq_n_u8(high, 4)), x,
                16 + 4 * i);
  }
  return sum;
}

BODY void add_block(kn_tile kind, rows8 dot, const uint8_t *at, int band, const rounded_block *x,
                    float32x4_t *total) {
  const float16x8_t scales = vreinterpretq_f16_u8(vld1q_u8(band_scales(at, band)));
  const float32x4_t low = vmulq_n_f32(vcvt_f32_f16(vget_low_f16(scales)), x->scale);
  const float32x4_t high = vmulq_n_f32(vcvt_f32_f16(vget_high_f16(scales)), x->scale);
  total[0] = vfmaq_f32(total[0], low, vcvtq_f32_s32(dot.low));
  total[1] = vfmaq_f32(total[1], high, vcvtq_f32_s32(dot.high));
  if (kind == kn_eight) return;
  const float16x8_t least = vreinterpretq_f16_u8(vld1q_u8(band_minima(at, band)));
  total[0] = vfmaq_n_f32(total[0], vcvt_f32_f16(vget_low_f16(least)), x->sum);
  total[1] = vfmaq_n_f32(total[1], vcvt_f32_f16(vget_high_f16(least)), x->sum);
}

BODY void tiles_body(kn_tile kind, kn_rounding bits, const tile_work *work) {
  const size_t size = tile_block_bytes(kind);
  for (size_t g = 0; g < work->groups; g++)
    for (size_t j = 0; j < work->count; j++) {
      const uint8_t *at = work->tiles + g * work->blocks * size;
      float32x4_t total[bands][2] = {{vdupq_n_f32(0), vdupq_n_f32(0)}, {vdupq_n_f32(0), vdupq_n_f32(0)}};
      for (size_t b = 0; b < work->blocks; b++, at += size) {
        const rounded_block *x = rounded_at(bits, work->x + j * work->x_row, b);
        for (int band = 0; band < bands; band++)
          add_block(kind, block_dot(kind, bits, at, band, x), at, band, x, total[band]);
      }
      float *y = work->y + j * work->y_row + g * tile_rows;
      for (int band = 0; band < bands; band++) {
        vst1q_f32(y + band * lanes, total[band][0]);
        vst1q_f32(y + band * lanes + 4, total[band][1]);
      }
    }
}

void tiles_neon(const tile_work *work) {
  if (work->kind == kn_four && work->bits == kn_bits_8) tiles_body(kn_four, kn_bits_8, work);
  else if (work->kind == kn_four) tiles_body(kn_four, kn_bits_16, work);
  else if (work->bits == kn_bits_8) tiles_body(kn_eight, kn_bits_8, work);
  else tiles_body(kn_eight, kn_bits_16, work);
}
#endif
