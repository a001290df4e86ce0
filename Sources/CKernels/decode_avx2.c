// Block formats to floats with AVX2 and F16C. Equal to decode.c to the byte: the target leaves FMA
// out on purpose.
#if defined(__x86_64__)
#include "decode.h"

#include <immintrin.h>
#include <string.h>

#pragma STDC FP_CONTRACT OFF
#pragma clang attribute push(__attribute__((target("avx2,f16c"))), apply_to = function)

static inline float half(const uint8_t *at) {
  uint16_t bits;
  memcpy(&bits, at, sizeof bits);
  return _mm_cvtss_f32(_mm_cvtph_ps(_mm_cvtsi32_si128(bits)));
}

/// 32 bytes at `at`.
static inline __m256i load32(const uint8_t *at) {
  return _mm256_loadu_si256((const __m256i *)at);
}

/// 16 bytes of nibbles as 32 bytes: the low nibbles, then the high ones.
static inline __m256i nibbles(const uint8_t *at) {
  __m128i q = _mm_loadu_si128((const __m128i *)at);
  __m256i both = _mm256_set_m128i(_mm_srli_epi16(q, 4), q);
  return _mm256_and_si256(both, _mm256_set1_epi8(15));
}

/// 16 in each byte whose bit is set in the word at `at`, 0 elsewhere: the fifth bits of 32 numbers.
static inline __m256i fifth_bits(const uint8_t *at) {
  int word;
  memcpy(&word, at, sizeof word);
  // Byte i looks at bit i % 8 of byte i / 8 of the word.
  const __m256i spread = _mm256_setr_epi8(
      0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1,
      2, 2, 2, 2, 2, 2, 2, 2, 3, 3, 3, 3, 3, 3, 3, 3);
  const __m256i bit = _mm256_set1_epi64x((long long)0x8040201008040201);
  __m256i bytes = _mm256_shuffle_epi8(_mm256_set1_epi32(word), spread);
  __m256i set = _mm256_cmpeq_epi8(_mm256_and_si256(bytes, bit), bit);
  return _mm256_and_si256(set, _mm256_set1_epi8(16));
}

/// Eight signed bytes of `q` as floats; `part` 0 to 3 says which.
static inline __m256 eight(__m256i q, int part) {
  __m128i half = part < 2 ? _mm256_castsi256_si128(q) : _mm256_extracti128_si256(q, 1);
  __m128i quarter = part & 1 ? _mm_srli_si128(half, 8) : half;
  return _mm256_cvtepi32_ps(_mm256_cvtepi8_epi32(quarter));
}

/// dst[i] = q[i] d for 32 signed bytes.
static inline void scaled(__m256i q, float d, float *dst) {
  __m256 scale = _mm256_set1_ps(d);
  for (int part = 0; part < 4; part++)
    _mm256_storeu_ps(dst + 8 * part, _mm256_mul_ps(eight(q, part), scale));
}

/// dst[i] = q[i] d + m for 32 signed bytes.
static inline void scaled_plus(__m256i q, float d, float m, float *dst) {
  __m256 scale = _mm256_set1_ps(d), offset = _mm256_set1_ps(m);
  for (int part = 0; part < 4; part++)
    _mm256_storeu_ps(
        dst + 8 * part, _mm256_add_ps(_mm256_mul_ps(eight(q, part), scale), offset));
}

/// dst[i] = d q[i] - m for 32 signed bytes.
static inline void scaled_minus(__m256i q, float d, float m, float *dst) {
  __m256 scale = _mm256_set1_ps(d), offset = _mm256_set1_ps(m);
  for (int part = 0; part < 4; part++)
    _mm256_storeu_ps(
        dst + 8 * part, _mm256_sub_ps(_mm256_mul_ps(scale, eight(q, part)), offset));
}

static void f16(size_t blocks, const uint8_t *src, float *dst) {
  for (; blocks >= 8; blocks -= 8, src += 16, dst += 8)
    _mm256_storeu_ps(dst, _mm256_cvtph_ps(_mm_loadu_si128((const __m128i *)src)));
  for (size_t i = 0; i < blocks; i++) dst[i] = half(src + 2 * i);
}

static void bf16(size_t blocks, const uint8_t *src, float *dst) {
  for (; blocks >= 8; blocks -= 8, src += 16, dst += 8) {
    __m256i wide = _mm256_cvtepu16_epi32(_mm_loadu_si128((const __m128i *)src));
    _mm256_storeu_si256((__m256i *)dst, _mm256_slli_epi32(wide, 16));
  }
  for (size_t i = 0; i < blocks; i++) {
    uint32_t bits = (uint32_t)src[2 * i] << 16 | (uint32_t)src[2 * i + 1] << 24;
    memcpy(dst + i, &bits, sizeof bits);
  }
}

static void q4_0(size_t blocks, const uint8_t *src, float *dst) {
  for (; blocks > 0; blocks--, src += 18, dst += 32)
    scaled(_mm256_sub_epi8(nibbles(src + 2), _mm256_set1_epi8(8)), half(src), dst);
}

static void q4_1(size_t blocks, const uint8_t *src, float *dst) {
  for (; blocks > 0; blocks--, src += 20, dst += 32)
    scaled_plus(nibbles(src + 4), half(src), half(src + 2), dst);
}

static void q5_0(size_t blocks, const uint8_t *src, float *dst) {
  for (; blocks > 0; blocks--, src += 22, dst += 32) {
    __m256i q = _mm256_or_si256(nibbles(src + 6), fifth_bits(src + 2));
    scaled(_mm256_sub_epi8(q, _mm256_set1_epi8(16)), half(src), dst);
  }
}

static void q5_1(size_t blocks, const uint8_t *src, float *dst) {
  for (; blocks > 0; blocks--, src += 24, dst += 32) {
    __m256i q = _mm256_or_si256(nibbles(src + 8), fifth_bits(src + 4));
    scaled_plus(q, half(src), half(src + 2), dst);
  }
}

static void q8_0(size_t blocks, const uint8_t *src, float *dst) {
  for (; blocks > 0; blocks--, src += 34, dst += 32) scaled(load32(src + 2), half(src), dst);
}

static void q4_K(size_t blocks, const uint8_t *src, float *dst) {
  const __m256i low = _mm256_set1_epi8(15);
  for (; blocks > 0; blocks--, src += 144) {
    float d = half(src), least = half(src + 2);
    for (int j = 0; j < 8; j += 2, dst += 64) {
      uint8_t scale[2], minimum[2];
      k4_scale(j, src + 4, &scale[0], &minimum[0]);
      k4_scale(j + 1, src + 4, &scale[1], &minimum[1]);
      __m256i q = load32(src + 16 + 16 * j);
      __m256i q0 = _mm256_and_si256(q, low), q1 = _mm256_and_si256(_mm256_srli_epi16(q, 4), low);
      scaled_minus(q0, d * scale[0], least * minimum[0], dst);
      scaled_minus(q1, d * scale[1], least * minimum[1], dst + 32);
    }
  }
}

static void q5_K(size_t blocks, const uint8_t *src, float *dst) {
  const __m256i low = _mm256_set1_epi8(15), sixteen = _mm256_set1_epi8(16);
  for (; blocks > 0; blocks--, src += 176) {
    float d = half(src), least = half(src + 2);
    __m256i high = load32(src + 16);
    for (int j = 0; j < 8; j += 2, dst += 64) {
      uint8_t scale[2], minimum[2];
      k4_scale(j, src + 4, &scale[0], &minimum[0]);
      k4_scale(j + 1, src + 4, &scale[1], &minimum[1]);
      __m256i q = load32(src + 48 + 16 * j);
      __m256i q0 = _mm256_and_si256(q, low), q1 = _mm256_and_si256(_mm256_srli_epi16(q, 4), low);
      __m256i bit0 = _mm256_set1_epi8((char)(1 << j)), bit1 = _mm256_set1_epi8((char)(2 << j));
      __m256i set0 = _mm256_cmpeq_epi8(_mm256_and_si256(high, bit0), bit0);
      __m256i set1 = _mm256_cmpeq_epi8(_mm256_and_si256(high, bit1), bit1);
      q0 = _mm256_or_si256(q0, _mm256_and_si256(set0, sixteen));
      q1 = _mm256_or_si256(q1, _mm256_and_si256(set1, sixteen));
      scaled_minus(q0, d * scale[0], least * minimum[0], dst);
      scaled_minus(q1, d * scale[1], least * minimum[1], dst + 32);
    }
  }
}

/// dst[i] = d scale[i / 16] q[i] for 32 signed bytes.
static inline void scaled_halves(__m256i q, float d, const int8_t *scale, float *dst) {
  __m256 first = _mm256_set1_ps(d * scale[0]), second = _mm256_set1_ps(d * scale[1]);
  for (int part = 0; part < 4; part++)
    _mm256_storeu_ps(dst + 8 * part, _mm256_mul_ps(part < 2 ? first : second, eight(q, part)));
}

static void q6_K(size_t blocks, const uint8_t *src, float *dst) {
  const __m256i low4 = _mm256_set1_epi8(15), pair = _mm256_set1_epi8(48);
  const __m256i middle = _mm256_set1_epi8(32);
  for (; blocks > 0; blocks--, src += 210) {
    float d = half(src + 208);
    for (int part = 0; part < 2; part++, dst += 128) {
      __m256i a = load32(src + 64 * part), b = load32(src + 64 * part + 32);
      __m256i high = load32(src + 128 + 32 * part);
      const int8_t *scale = (const int8_t *)src + 192 + 8 * part;
      // Each upper pair is moved to bits 4 and 5.
      __m256i pairs[4] = {
        _mm256_slli_epi16(high, 4), _mm256_slli_epi16(high, 2), high, _mm256_srli_epi16(high, 2)};
      __m256i lows[4] = {a, b, _mm256_srli_epi16(a, 4), _mm256_srli_epi16(b, 4)};
      for (int k = 0; k < 4; k++) {
        __m256i q = _mm256_or_si256(
            _mm256_and_si256(lows[k], low4), _mm256_and_si256(pairs[k], pair));
        scaled_halves(_mm256_sub_epi8(q, middle), d, scale + 2 * k, dst + 32 * k);
      }
    }
  }
}

#pragma clang attribute pop

decode_blocks *kn_decoder_avx2(kn_format format) {
  switch (format) {
    case kn_f32: return NULL;
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
#endif
