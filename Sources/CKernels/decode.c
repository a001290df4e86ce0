// Block formats to floats, in plain C: the meaning that the SIMD paths must match to the byte.
//
// Layouts: ggml's ggml-common.h. Arithmetic: ggml's dequantize_row_*, multiply and then add, never
// fused.
#include "decode.h"

#include <string.h>

#include "vector.h"

#pragma STDC FP_CONTRACT OFF

/// An IEEE half to float; a signalling NaN becomes quiet, as the instructions for it do.
static float half(const uint8_t *at) {
  uint32_t h = (uint32_t)at[0] | (uint32_t)at[1] << 8;
  uint32_t sign = (h & 0x8000) << 16, exponent = (h >> 10) & 31, fraction = h & 1023;
  if (exponent == 0) {
    float magnitude = (float)fraction * 0x1p-24f;
    return sign ? -magnitude : magnitude;
  }
  uint32_t bits = sign | fraction << 13;
  if (exponent < 31) bits |= (exponent + 112) << 23;
  else bits |= fraction ? 0x7fc00000 : 0x7f800000;
  float value;
  memcpy(&value, &bits, sizeof value);
  return value;
}

static uint32_t word(const uint8_t *at) {
  return (uint32_t)at[0] | (uint32_t)at[1] << 8 | (uint32_t)at[2] << 16 | (uint32_t)at[3] << 24;
}

static void f32(size_t blocks, const uint8_t *src, float *dst) {
  memcpy(dst, src, blocks * sizeof *dst);
}

static void f16(size_t blocks, const uint8_t *src, float *dst) {
  for (size_t i = 0; i < blocks; i++) dst[i] = half(src + 2 * i);
}

static void bf16(size_t blocks, const uint8_t *src, float *dst) {
  for (size_t i = 0; i < blocks; i++) {
    uint32_t bits = (uint32_t)src[2 * i] << 16 | (uint32_t)src[2 * i + 1] << 24;
    memcpy(dst + i, &bits, sizeof bits);
  }
}

// d, 16 bytes: low nibbles are numbers 0-15, high ones 16-31.
static void q4_0(size_t blocks, const uint8_t *src, float *dst) {
  for (; blocks > 0; blocks--, src += 18, dst += 32) {
    float d = half(src);
    const uint8_t *q = src + 2;
    for (int i = 0; i < 16; i++) {
      dst[i] = (float)((q[i] & 15) - 8) * d;
      dst[i + 16] = (float)((q[i] >> 4) - 8) * d;
    }
  }
}

// d, m, 16 bytes of nibbles.
static void q4_1(size_t blocks, const uint8_t *src, float *dst) {
  for (; blocks > 0; blocks--, src += 20, dst += 32) {
    float d = half(src), m = half(src + 2);
    const uint8_t *q = src + 4;
    for (int i = 0; i < 16; i++) {
      dst[i] = (float)(q[i] & 15) * d + m;
      dst[i + 16] = (float)(q[i] >> 4) * d + m;
    }
  }
}

// d, a word of fifth bits, 16 bytes of nibbles.
static void q5_0(size_t blocks, const uint8_t *src, float *dst) {
  for (; blocks > 0; blocks--, src += 22, dst += 32) {
    float d = half(src);
    uint32_t high = word(src + 2);
    const uint8_t *q = src + 6;
    for (int i = 0; i < 16; i++) {
      int low5 = (q[i] & 15) | (int)(high >> i & 1) << 4;
      int high5 = (q[i] >> 4) | (int)(high >> (i + 16) & 1) << 4;
      dst[i] = (float)(low5 - 16) * d;
      dst[i + 16] = (float)(high5 - 16) * d;
    }
  }
}

// d, m, a word of fifth bits, 16 bytes of nibbles.
static void q5_1(size_t blocks, const uint8_t *src, float *dst) {
  for (; blocks > 0; blocks--, src += 24, dst += 32) {
    float d = half(src), m = half(src + 2);
    uint32_t high = word(src + 4);
    const uint8_t *q = src + 8;
    for (int i = 0; i < 16; i++) {
      int low5 = (q[i] & 15) | (int)(high >> i & 1) << 4;
      int high5 = (q[i] >> 4) | (int)(high >> (i + 16) & 1) << 4;
      dst[i] = (float)low5 * d + m;
      dst[i + 16] = (float)high5 * d + m;
    }
  }
}

// d, 32 signed bytes.
static void q8_0(size_t blocks, const uint8_t *src, float *dst) {
  for (; blocks > 0; blocks--, src += 34, dst += 32) {
    float d = half(src);
    for (int i = 0; i < 32; i++) dst[i] = (float)(int8_t)src[2 + i] * d;
  }
}

// d, dmin, 12 bytes of scales, 128 bytes of nibbles: each 32 bytes hold two sub-blocks of 32.
static void q4_K(size_t blocks, const uint8_t *src, float *dst) {
  for (; blocks > 0; blocks--, src += 144) {
    float d = half(src), least = half(src + 2);
    const uint8_t *q = src + 16;
    for (int j = 0; j < 8; j += 2, q += 32, dst += 64) {
      uint8_t scale[2], minimum[2];
      k4_scale(j, src + 4, &scale[0], &minimum[0]);
      k4_scale(j + 1, src + 4, &scale[1], &minimum[1]);
      float d0 = d * scale[0], m0 = least * minimum[0];
      float d1 = d * scale[1], m1 = least * minimum[1];
      for (int i = 0; i < 32; i++) {
        dst[i] = d0 * (float)(q[i] & 15) - m0;
        dst[i + 32] = d1 * (float)(q[i] >> 4) - m1;
      }
    }
  }
}

// As Q4_K, with 32 bytes of fifth bits before the nibbles: bit j of byte i belongs to sub-block j.
static void q5_K(size_t blocks, const uint8_t *src, float *dst) {
  for (; blocks > 0; blocks--, src += 176) {
    float d = half(src), least = half(src + 2);
    const uint8_t *high = src + 16, *q = src + 48;
    for (int j = 0; j < 8; j += 2, q += 32, dst += 64) {
      uint8_t scale[2], minimum[2];
      k4_scale(j, src + 4, &scale[0], &minimum[0]);
      k4_scale(j + 1, src + 4, &scale[1], &minimum[1]);
      float d0 = d * scale[0], m0 = least * minimum[0];
      float d1 = d * scale[1], m1 = least * minimum[1];
      for (int i = 0; i < 32; i++) {
        dst[i] = d0 * (float)((q[i] & 15) | (high[i] >> j & 1) << 4) - m0;
        dst[i + 32] = d1 * (float)((q[i] >> 4) | (high[i] >> (j + 1) & 1) << 4) - m1;
      }
    }
  }
}

// 128 bytes of nibbles, 64 of upper bit pairs, 16 signed scales, d. Each half of 128 numbers reads
// 64 bytes of nibbles and 32 of pairs: pair k of byte i belongs to number 32k + i.
static void q6_K(size_t blocks, const uint8_t *src, float *dst) {
  for (; blocks > 0; blocks--, src += 210) {
    float d = half(src + 208);
    for (int part = 0; part < 2; part++, dst += 128) {
      const uint8_t *low = src + 64 * part, *high = src + 128 + 32 * part;
      const int8_t *scale = (const int8_t *)src + 192 + 8 * part;
      for (int i = 0; i < 32; i++) {
        int s = i / 16, pairs = high[i];
        int q0 = (low[i] & 15) | (pairs & 3) << 4;
        int q1 = (low[i + 32] & 15) | (pairs >> 2 & 3) << 4;
        int q2 = (low[i] >> 4) | (pairs >> 4 & 3) << 4;
        int q3 = (low[i + 32] >> 4) | (pairs >> 6) << 4;
        dst[i] = d * scale[s] * (float)(q0 - 32);
        dst[i + 32] = d * scale[s + 2] * (float)(q1 - 32);
        dst[i + 64] = d * scale[s + 4] * (float)(q2 - 32);
        dst[i + 96] = d * scale[s + 6] * (float)(q3 - 32);
      }
    }
  }
}

decode_blocks *kn_decoder_scalar(kn_format format) {
  switch (format) {
    case kn_f32: return f32;
    case kn_f16: return f16;
    case kn_bf16: return bf16;
    case kn_q4_0: return q4_0;
    case kn_q4_1: return q4_1;
    case kn_q5_0: return q5_0;
    case kn_q5_1: return q5_1;
    case kn_q8_0: return q8_0;
    case kn_q4_K: return q4_K;
    case kn_q5_K: return q5_K;
    case kn_q6_K: return q6_K;
  }
  return NULL;
}

static size_t block_length(kn_format format) {
  switch (format) {
    case kn_f32: case kn_f16: case kn_bf16: return 1;
    case kn_q4_K: case kn_q5_K: case kn_q6_K: return 256;
    default: return 32;
  }
}

static decode_blocks *decoder(kn_path path, kn_format format) {
  decode_blocks *decode = NULL;
#if defined(__x86_64__)
  if (has_avx2(path)) decode = kn_decoder_avx2(format);
#elif defined(__aarch64__)
  if (path == kn_neon) decode = kn_decoder_neon(format);
#else
  (void)path;
#endif
  return decode ? decode : kn_decoder_scalar(format);
}

void kn_decode(kn_path path, kn_format format, size_t count, const void *src, float *dst) {
  decode_blocks *decode = decoder(path, format);
  if (decode) decode(count / block_length(format), src, dst);
}

void kn_pack_columns(kn_path path, kn_format format, size_t rows, size_t columns, const void *src,
                     size_t row_bytes, float *dst) {
  decode_blocks *decode = decoder(path, format);
  if (!decode) return;
  const size_t blocks = columns / block_length(format);
  const uint8_t *bytes = src;
  // A row's few blocks stand far from the next row's: they are asked for some rows ahead.
  enum { ahead = 16 };
  for (size_t i = 0; i < rows; i++) {
    if (i + ahead < rows) __builtin_prefetch(bytes + (i + ahead) * row_bytes);
    decode(blocks, bytes + i * row_bytes, dst + i * columns);
  }
}
