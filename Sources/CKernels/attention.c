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

// Heads that share their keys: what is read of those serves at most three. Each head's sums run as if it were alone.
enum { most_heads = 3 };

typedef _Float16 half8 __attribute__((vector_size(16), aligned(2), may_alias));

// Eight numbers from `index` on. `native`: whether the processor widens halves. By pointer, since a vector as a result
// has another ABI without AVX.
BODY void eight(const int native, const kn_format format, const void *at, size_t index, f8 *numbers) {
  if (format == kn_f32) {
    *numbers = *(const f8 *)((const float *)at + index);
  } else if (native) {
    *numbers = __builtin_convertvector(*(const half8 *)((const uint16_t *)at + index), f8);
  } else {
    float wide[8];
    kn_decode(kn_scalar, kn_f16, 8, (const uint16_t *)at + index, wide);
    memcpy(numbers, wide, sizeof wide);
  }
}

BODY const void *row_at(const kn_seen *seen, const void *numbers, size_t index) {
  return (const char *)numbers + index * seen->row * (seen->format == kn_f16 ? 2 : 4);
}

// Asks for rows of what is read next, where there are so many.
BODY void ask(const kn_seen *next, const void *numbers, size_t from, size_t to) {
  const char *end = row_at(next, numbers, to < next->count ? to : next->count);
  for (const char *line = row_at(next, numbers, from); line < end; line += 64) __builtin_prefetch(line);
}

// q · key, in dot_body's order.
BODY float score(const int native, const kn_format format, size_t width, const float *q, const void *key) {
  if (format == kn_f32) return dot_body(width, q, key);
  f8 s[2] = {0}, part;
  for (size_t i = 0; i < width; i += 8) {
    eight(native, format, key, i, &part);
    s[i / 8 % 2] += *(const f8 *)(q + i) * part;
  }
  s[0] += s[1];
  return sum_lanes((const float *)s);
}

// Each head's q times each key, eight keys at a time, as many of them in registers as there is room for.
BODY void scores_body(const int native, const kn_format format, const int heads, size_t width, const float *q,
                      const kn_seen *seen, const kn_seen *next, float *scores) {
  const size_t count = seen->count;
  const int together = heads == 1 ? 8 : 4;
  size_t t = 0;
  if (width % 8 == 0)
    for (; t + 8 <= count; t += 8) {
      if (next) ask(next, next->keys, t, t + 8);
      f8 s[most_heads][8];
#pragma unroll
      for (int first = 0; first < 8; first += together) {
        f8 sums[most_heads][8] = {0};
        const void *keys[8];
#pragma unroll
        for (int k = 0; k < together; k++) keys[k] = row_at(seen, seen->keys, t + first + k);
        for (size_t i = 0; i < width; i += 8) {
#pragma unroll
          for (int k = 0; k < together; k++) {
            f8 part;
            eight(native, format, keys[k], i, &part);
#pragma unroll
            for (int h = 0; h < heads; h++) sums[h][k] += *(const f8 *)(q + h * width + i) * part;
          }
        }
#pragma unroll
        for (int h = 0; h < heads; h++)
#pragma unroll
          for (int k = 0; k < together; k++) s[h][first + k] = sums[h][k];
      }
#pragma unroll
      for (int h = 0; h < heads; h++) sum_each(s[h], scores + h * count + t);
    }
  for (; t < count; t++)
    for (int h = 0; h < heads; h++)
      scores[h * count + t] = score(native, format, width, q + h * width, row_at(seen, seen->keys, t));
}

BODY void mix_body(const int native, const kn_format format, const int heads, size_t width, const float *weights,
                   const kn_seen *seen, const kn_seen *next, float *out) {
  const size_t count = seen->count;
  const int vectors = heads == 1 ? 8 : 4;
  size_t at = 0;
  for (; at + 8 * vectors <= width; at += 8 * vectors) {
    f8 sums[most_heads][8] = {0};
    for (size_t t = 0; t < count; t++) {
      if (next && !at) ask(next, next->values, t, t + 1);
      const void *value = row_at(seen, seen->values, t);
#pragma unroll
      for (int i = 0; i < vectors; i++) {
        f8 part;
        eight(native, format, value, at + 8 * i, &part);
#pragma unroll
        for (int h = 0; h < heads; h++) sums[h][i] += weights[h * count + t] * part;
      }
    }
    for (int h = 0; h < heads; h++) memcpy(out + h * width + at, sums[h], vectors * sizeof(f8));
  }
  if (at == width) return;
  for (int h = 0; h < heads; h++) {
    float *to = out + h * width;
    memset(to + at, 0, (width - at) * sizeof *to);
    for (size_t t = 0; t < count; t++) {
      const void *value = row_at(seen, seen->values, t);
      const float weight = weights[h * count + t];
      size_t i = at;
      for (; format != kn_f32 && i < width; i += 8) {
        f8 part;
        eight(native, format, value, i, &part);
        *(f8 *)(to + i) += weight * part;
      }
      for (; i < width; i++) to[i] += weight * ((const float *)value)[i];
    }
  }
}

BODY void attend_some(const int native, const kn_format format, const int heads, size_t width, const float *q,
                      const kn_seen *seen, const kn_seen *next, float scale, float *scores, float *out) {
  const size_t count = seen->count;
  scores_body(native, format, heads, width, q, seen, next, scores);
  for (int h = 0; h < heads; h++) {
    float *own = scores + h * count;
    const float shift = scale * max_body(count, own);
    const float whole = 1 / exponentials_body(count, scale, shift, own);
    for (size_t t = 0; t < count; t++) own[t] *= whole;
  }
  mix_body(native, format, heads, width, scores, seen, next, out);
}

BODY void attend_body(const int native, const kn_format format, size_t heads, size_t width, const float *q,
                      const kn_seen *seen, const kn_seen *next, float scale, float *scores, float *out) {
  for (size_t h = 0; h < heads;) {
    const size_t left = heads - h;
    const float *at = q + h * width;
    float *to = out + h * width;
    if (left == 1) attend_some(native, format, 1, width, at, seen, next, scale, scores, to), h += 1;
    else if (left % 2 == 0) attend_some(native, format, 2, width, at, seen, next, scale, scores, to), h += 2;
    else attend_some(native, format, 3, width, at, seen, next, scale, scores, to), h += 3;
    next = 0;
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

static void attend_plain(size_t heads, size_t width, const float *q, const kn_seen *seen, const kn_seen *next,
                         float scale, float *scores, float *out) {
#if defined(__aarch64__)
  const int native = 1;
#else
  const int native = 0;
#endif
  if (seen->format == kn_f32) attend_body(native, kn_f32, heads, width, q, seen, next, scale, scores, out);
  else attend_body(native, kn_f16, heads, width, q, seen, next, scale, scores, out);
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
AVX2 static void attend_avx2(size_t heads, size_t width, const float *q, const kn_seen *seen, const kn_seen *next,
                             float scale, float *scores, float *out) {
  if (seen->format == kn_f32) attend_body(1, kn_f32, heads, width, q, seen, next, scale, scores, out);
  else attend_body(1, kn_f16, heads, width, q, seen, next, scale, scores, out);
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

void kn_attend(kn_path path, size_t heads, size_t width, const float *q, const kn_seen *seen, const kn_seen *next,
               float scale, float *scores, float *out) {
#if defined(__x86_64__)
  if (has_avx2(path)) return attend_avx2(heads, width, q, seen, next, scale, scores, out);
#endif
  attend_plain(heads, width, q, seen, next, scale, scores, out);
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
