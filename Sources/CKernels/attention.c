#include "vector.h"

// x becomes exp(scale x - shift); returns the sum.
BODY float exponentials_body(size_t n, float scale, float shift, float *x) {
  float lanes[8] = {0};
  size_t i = 0;
  for (; i + 8 <= n; i += 8)
    for (int l = 0; l < 8; l++) {
      x[i + l] = exp_fast(scale * x[i + l] - shift);
      lanes[l] += x[i + l];
    }
  float sum = sum_lanes(lanes);
  for (; i < n; i++) {
    x[i] = exp_fast(scale * x[i] - shift);
    sum += x[i];
  }
  return sum;
}

BODY void attend_body(size_t count, size_t width, const float *q, const float *keys, size_t key_row,
                      const float *values, size_t value_row, float scale, float *scores, float *out) {
  for (size_t t = 0; t < count; t++) scores[t] = dot_body(width, q, keys + t * key_row);
  const float shift = scale * max_body(count, scores);
  const float whole = 1 / exponentials_body(count, scale, shift, scores);
  for (size_t i = 0; i < width; i++) out[i] = 0;
  for (size_t t = 0; t < count; t++) {
    const float p = scores[t] * whole;
    const float *v = values + t * value_row;
    for (size_t i = 0; i < width; i++) out[i] += p * v[i];
  }
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
