// Block formats to floats with NEON. Equal to decode.c to the byte: multiply and then add, never
// fused.
#if defined(__aarch64__)
#include "decode.h"

#include <arm_neon.h>
#include <string.h>

#pragma STDC FP_CONTRACT OFF

static inline float half(const uint8_t *at) {
  __fp16 value;
  memcpy(&value, at, sizeof value);
  return (float)value;
}

/// dst[i] = q[i] d for 16 signed bytes.
static inline void scaled(int8x16_t q, float d, float *dst) {
  int16x8_t low = vmovl_s8(vget_low_s8(q)), high = vmovl_s8(vget_high_s8(q));
  vst1q_f32(dst, vmulq_n_f32(vcvtq_f32_s32(vmovl_s16(vget_low_s16(low))), d));
  vst1q_f32(dst + 4, vmulq_n_f32(vcvtq_f32_s32(vmovl_s16(vget_high_s16(low))), d));
  vst1q_f32(dst + 8, vmulq_n_f32(vcvtq_f32_s32(vmovl_s16(vget_low_s16(high))), d));
  vst1q_f32(dst + 12, vmulq_n_f32(vcvtq_f32_s32(vmovl_s16(vget_high_s16(high))), d));
}

/// dst[i] = q[i] d + m for 16 signed bytes.
static inline void scaled_plus(int8x16_t q, float d, float m, float *dst) {
  scaled(q, d, dst);
  float32x4_t offset = vdupq_n_f32(m);
  for (int i = 0; i < 16; i += 4) vst1q_f32(dst + i, vaddq_f32(vld1q_f32(dst + i), offset));
}

static void f16(size_t blocks, const uint8_t *src, float *dst) {
  for (; blocks >= 4; blocks -= 4, src += 8, dst += 4)
    vst1q_f32(dst, vcvt_f32_f16(vreinterpret_f16_u8(vld1_u8(src))));
  for (size_t i = 0; i < blocks; i++) dst[i] = half(src + 2 * i);
}

static void q4_0(size_t blocks, const uint8_t *src, float *dst) {
  const int8x16_t eight = vdupq_n_s8(8);
  for (; blocks > 0; blocks--, src += 18, dst += 32) {
    float d = half(src);
    uint8x16_t q = vld1q_u8(src + 2);
    int8x16_t low = vreinterpretq_s8_u8(vandq_u8(q, vdupq_n_u8(15)));
    int8x16_t high = vreinterpretq_s8_u8(vshrq_n_u8(q, 4));
    scaled(vsubq_s8(low, eight), d, dst);
    scaled(vsubq_s8(high, eight), d, dst + 16);
  }
}

static void q4_1(size_t blocks, const uint8_t *src, float *dst) {
  for (; blocks > 0; blocks--, src += 20, dst += 32) {
    float d = half(src), m = half(src + 2);
    uint8x16_t q = vld1q_u8(src + 4);
    scaled_plus(vreinterpretq_s8_u8(vandq_u8(q, vdupq_n_u8(15))), d, m, dst);
    scaled_plus(vreinterpretq_s8_u8(vshrq_n_u8(q, 4)), d, m, dst + 16);
  }
}

static void q8_0(size_t blocks, const uint8_t *src, float *dst) {
  for (; blocks > 0; blocks--, src += 34, dst += 32) {
    float d = half(src);
    scaled(vreinterpretq_s8_u8(vld1q_u8(src + 2)), d, dst);
    scaled(vreinterpretq_s8_u8(vld1q_u8(src + 18)), d, dst + 16);
  }
}

decode_blocks *kn_decoder_neon(kn_format format) {
  switch (format) {
    case kn_f16: return f16;
    case kn_q4_0: return q4_0;
    case kn_q4_1: return q4_1;
    case kn_q8_0: return q8_0;
    default: return NULL;
  }
}
#endif
