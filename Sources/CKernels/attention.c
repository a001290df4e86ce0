#include "vector.h"

// x becomes exp(scale x - shift); returns the sum.
BODY float exponentials_body(size_t n, float scale, float shift, float *x) {
  f8 sums = {0};
  size_t i = 0;
  for (; i + 8 <= n; i += 8) {
    f8 v = scale * *(const f8 *)(x + i) - shift;
    exp_eight(&v);
    *(f8 *)(x + i) = v;
    sums += v;
  }
  float lanes[8];
  memcpy(lanes, &sums, 32);
  float sum = sum_lanes(lanes);
  for (; i < n; i++) {
    x[i] = exp_fast(scale * x[i] - shift);
    sum += x[i];
  }
  return sum;
}

// Macros, since a vector as an argument has another ABI without AVX.
#define ADD_NEIGHBOURS(a, b)                                        \
  (__builtin_shufflevector(a, b, 0, 2, 8, 10, 4, 6, 12, 14) +       \
   __builtin_shufflevector(a, b, 1, 3, 9, 11, 5, 7, 13, 15))

// The sum of each of eight vectors' lanes.
BODY void sum_each(const f8 *s, float *sums) {
  const f8 s01 = ADD_NEIGHBOURS(s[0], s[1]), s23 = ADD_NEIGHBOURS(s[2], s[3]);
  const f8 s45 = ADD_NEIGHBOURS(s[4], s[5]), s67 = ADD_NEIGHBOURS(s[6], s[7]);
  const f8 first = ADD_NEIGHBOURS(s01, s23), second = ADD_NEIGHBOURS(s45, s67);
  *(f8 *)sums = __builtin_shufflevector(first, second, 0, 1, 2, 3, 8, 9, 10, 11) +
                __builtin_shufflevector(first, second, 4, 5, 6, 7, 12, 13, 14, 15);
}

// q times each key, eight keys at a time.
BODY void scores_body(size_t count, size_t width, const float *q, const float *keys, size_t key_row, float *scores) {
  size_t t = 0;
  if (width % 8 == 0)
    for (; t + 8 <= count; t += 8) {
      f8 s[8] = {0};
      for (size_t i = 0; i < width; i += 8) {
        const f8 part = *(const f8 *)(q + i);
#pragma unroll
        for (int k = 0; k < 8; k++) s[k] += part * *(const f8 *)(keys + (t + k) * key_row + i);
      }
      sum_each(s, scores + t);
    }
  for (; t < count; t++) scores[t] = dot_body(width, q, keys + t * key_row);
}

enum { strip = 64 };

BODY void mix_body(size_t count, size_t width, const float *weights, float whole, const float *values,
                   size_t value_row, float *out) {
  size_t at = 0;
  for (; at + strip <= width; at += strip) {
    f8 sums[strip / 8] = {0};
    for (size_t t = 0; t < count; t++) {
      const float p = weights[t] * whole;
      const float *v = values + t * value_row + at;
#pragma unroll
      for (int i = 0; i < strip / 8; i++) sums[i] += p * *(const f8 *)(v + 8 * i);
    }
    memcpy(out + at, sums, sizeof sums);
  }
  if (at == width) return;
  for (size_t i = at; i < width; i++) out[i] = 0;
  for (size_t t = 0; t < count; t++) {
    const float p = weights[t] * whole;
    for (size_t i = at; i < width; i++) out[i] += p * values[t * value_row + i];
  }
}

BODY void attend_body(size_t count, size_t width, const float *q, const float *keys, size_t key_row,
                      const float *values, size_t value_row, float scale, float *scores, float *out) {
  scores_body(count, width, q, keys, key_row, scores);
  const float shift = scale * max_body(count, scores);
  const float whole = 1 / exponentials_body(count, scale, shift, scores);
  mix_body(count, width, scores, whole, values, value_row, out);
}

BODY size_t seen(size_t columns, size_t visible, size_t row) {
  return visible + row < columns ? visible + row : columns;
}

BODY void softmax_body(size_t rows, size_t columns, size_t visible, float scale, float *s, size_t s_row,
                       float *log_sums) {
  for (size_t i = 0; i < rows; i++) {
    float *row = s + i * s_row;
    const size_t n = seen(columns, visible, i);
    const float shift = scale * max_body(n, row);
    const float sum = exponentials_body(n, scale, shift, row);
    const float whole = 1 / sum;
    for (size_t j = 0; j < n; j++) row[j] *= whole;
    for (size_t j = n; j < columns; j++) row[j] = 0;
    log_sums[i] = shift + logf(sum);
  }
}

BODY void softmax_backward_body(size_t rows, size_t columns, size_t visible, float scale, float *s, float *dp,
                                size_t row, const float *log_sums) {
  for (size_t i = 0; i < rows; i++) {
    float *p = s + i * row, *d = dp + i * row;
    const size_t n = seen(columns, visible, i);
    exponentials_body(n, scale, log_sums[i], p);
    const float mean = dot_body(n, p, d);
    for (size_t j = 0; j < n; j++) d[j] = scale * p[j] * (d[j] - mean);
    for (size_t j = n; j < columns; j++) p[j] = d[j] = 0;
  }
}

static void attend_plain(size_t count, size_t width, const float *q, const float *keys, size_t key_row,
                         const float *values, size_t value_row, float scale, float *scores, float *out) {
  attend_body(count, width, q, keys, key_row, values, value_row, scale, scores, out);
}

static void softmax_plain(size_t rows, size_t columns, size_t visible, float scale, float *s, size_t s_row,
                          float *log_sums) {
  softmax_body(rows, columns, visible, scale, s, s_row, log_sums);
}

static void softmax_backward_plain(size_t rows, size_t columns, size_t visible, float scale, float *s,
                                   float *dp, size_t row, const float *log_sums) {
  softmax_backward_body(rows, columns, visible, scale, s, dp, row, log_sums);
}

#if defined(__x86_64__)
AVX2 static void attend_avx2(size_t count, size_t width, const float *q, const float *keys, size_t key_row,
                             const float *values, size_t value_row, float scale, float *scores, float *out) {
  attend_body(count, width, q, keys, key_row, values, value_row, scale, scores, out);
}

AVX2 static void softmax_avx2(size_t rows, size_t columns, size_t visible, float scale, float *s,
                              size_t s_row, float *log_sums) {
  softmax_body(rows, columns, visible, scale, s, s_row, log_sums);
}

AVX2 static void softmax_backward_avx2(size_t rows, size_t columns, size_t visible, float scale, float *s,
                                       float *dp, size_t row, const float *log_sums) {
  softmax_backward_body(rows, columns, visible, scale, s, dp, row, log_sums);
}
#endif

void kn_attend(kn_path path, size_t count, size_t width, const float *q, const float *keys, size_t key_row,
               const float *values, size_t value_row, float scale, float *scores, float *out) {
#if defined(__x86_64__)
  if (has_avx2(path))
    return attend_avx2(count, width, q, keys, key_row, values, value_row, scale, scores, out);
#endif
  attend_plain(count, width, q, keys, key_row, values, value_row, scale, scores, out);
}

void kn_causal_softmax(kn_path path, size_t rows, size_t columns, size_t visible, float scale, float *s,
                       size_t s_row, float *log_sums) {
#if defined(__x86_64__)
  if (has_avx2(path)) return softmax_avx2(rows, columns, visible, scale, s, s_row, log_sums);
#endif
  softmax_plain(rows, columns, visible, scale, s, s_row, log_sums);
}

void kn_causal_softmax_backward(kn_path path, size_t rows, size_t columns, size_t visible, float scale,
                                float *s, float *dp, size_t row, const float *log_sums) {
#if defined(__x86_64__)
  if (has_avx2(path)) return softmax_backward_avx2(rows, columns, visible, scale, s, dp, row, log_sums);
#endif
  softmax_backward_plain(rows, columns, visible, scale, s, dp, row, log_sums);
}
