// Norms, positions, activations and attention.
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "check.h"

void check_rms_norm(kn_path path) {
  random_t random = {11};
  const size_t rows = 3, width = 83;
  float *x = random_floats(&random, rows * width, 2), *weight = random_floats(&random, width, 1);
  float *dy = random_floats(&random, rows * width, 1), *dx = random_floats(&random, rows * width, 1);
  float *y = zeros(rows * width), *inverse = zeros(rows);
  double *expected = double_zeros(rows * width), *slope = double_zeros(rows * width);
  for (size_t i = 0; i < rows; i++) {
    const float *in = x + i * width, *d = dy + i * width;
    double squares = 0, shared = 0;
    for (size_t j = 0; j < width; j++) squares += (double)in[j] * in[j];
    const double s = 1 / sqrt(squares / width + 1e-5);
    for (size_t j = 0; j < width; j++) shared += (double)in[j] * weight[j] * d[j];
    for (size_t j = 0; j < width; j++) {
      expected[i * width + j] = in[j] * s * weight[j];
      slope[i * width + j] =
          dx[i * width + j] + s * weight[j] * d[j] - in[j] * s * s * s * shared / width;
    }
  }
  kn_rms_norm(path, rows, width, x, width, weight, 1e-5f, y, width, inverse);
  expect_near("rms_norm", rows * width, y, expected, 1e-5);
  kn_rms_norm_backward(path, rows, width, x, width, weight, inverse, dy, width, dx, width);
  expect_near("rms_norm_backward", rows * width, dx, slope, 1e-5);
  free(x), free(weight), free(dy), free(dx), free(y), free(inverse), free(expected), free(slope);
}

void check_rope(kn_path path) {
  random_t random = {12};
  const size_t heads = 3, head_width = 26, half = 13;
  for (int interleaved = 0; interleaved < 2; interleaved++)
    for (float direction = -1; direction <= 1; direction += 2) {
      float *x = random_floats(&random, heads * head_width, 1);
      float *cosine = random_floats(&random, half, 1), *sine = random_floats(&random, half, 1);
      double *expected = double_zeros(heads * head_width);
      for (size_t h = 0; h < heads; h++)
        for (size_t i = 0; i < half; i++) {
          const size_t a = h * head_width + (interleaved ? 2 * i : i), b = interleaved ? a + 1 : a + half;
          const double s = (double)direction * sine[i];
          expected[a] = x[a] * (double)cosine[i] - x[b] * s;
          expected[b] = x[b] * (double)cosine[i] + x[a] * s;
        }
      kn_rope(path, heads, head_width, half, interleaved, cosine, sine, direction, x);
      expect_near("rope", heads * head_width, x, expected, 1e-6);
      free(x), free(cosine), free(sine), free(expected);
    }
}

void check_silu(kn_path path) {
  random_t random = {13};
  const size_t n = 203;
  float *gate = random_floats(&random, n, 9), *up = random_floats(&random, n, 2), *dy = random_floats(&random, n, 1);
  float *y = zeros(n);
  double *expected = double_zeros(n), *dgate = double_zeros(n), *dup = double_zeros(n);
  for (size_t i = 0; i < n; i++) {
    const double s = 1 / (1 + exp(-(double)gate[i])), silu = gate[i] * s;
    expected[i] = silu * up[i];
    dup[i] = silu * dy[i];
    dgate[i] = (double)dy[i] * up[i] * s * (1 + gate[i] * (1 - s));
  }
  kn_silu_multiply(path, n, gate, up, y);
  expect_near("silu_multiply", n, y, expected, 1e-6);
  // The slopes may take the places of gate and up.
  kn_silu_multiply_backward(path, n, gate, up, dy, gate, up);
  expect_near("silu's dgate", n, gate, dgate, 1e-6);
  expect_near("silu's dup", n, up, dup, 1e-6);
  free(gate), free(up), free(dy), free(y), free(expected), free(dgate), free(dup);
}

void check_add_and_scale(kn_path path) {
  random_t random = {14};
  const size_t n = 45;
  float *x = random_floats(&random, n, 1), *y = random_floats(&random, n, 1);
  double *expected = double_zeros(n);
  for (size_t i = 0; i < n; i++) expected[i] = (double)x[i] + y[i];
  kn_add(path, n, x, y);
  expect_near("add", n, y, expected, 1e-7);
  for (size_t i = 0; i < n; i++) expected[i] = 0.3 * x[i];
  kn_scale(path, n, 0.3f, x);
  expect_near("scale", n, x, expected, 1e-6);
  free(x), free(y), free(expected);
}

// Numbers and the nearest halves: ties to even, the least normal one and below, none beyond the largest.
void check_halves(kn_path path) {
  const float x[] = {0,          -0.0f,           1,           -2.5f,        1.00048828125f, 1.00146484375f, 65504,
                     65520,      -1e30f,          INFINITY,    6.1035156e-5f, 6.097555e-5f,   5.9604645e-8f, 2.9802322e-8f,
                     2.9802326e-8f, -1.0009765625f, 0.333333333f};
  const uint16_t expected[] = {0x0000, 0x8000, 0x3C00, 0xC100, 0x3C00, 0x3C02, 0x7BFF, 0x7BFF, 0xFBFF,
                               0x7BFF, 0x0400, 0x03FF, 0x0001, 0x0000, 0x0001, 0xBC01, 0x3555};
  enum { count = sizeof x / sizeof *x };
  uint16_t found[count];
  kn_halve(path, count, x, found);
  for (size_t i = 0; i < count; i++) expect_number("halve", found[i], expected[i], 0);
  const float nan = NAN;
  kn_halve(path, 1, &nan, found);
  expect_number("half of NaN", (found[0] & 0x7FFF) > 0x7C00, 1, 0);
  random_t random = {19};
  float *numbers = random_floats(&random, 37, 3), *again = zeros(37);
  uint16_t halves[37];
  double *near = double_zeros(37);
  for (int i = 0; i < 37; i++) near[i] = numbers[i];
  kn_halve(path, 37, numbers, halves);
  kn_decode(path, kn_f16, 37, halves, again);
  expect_near("halves read back", 37, again, near, 1.0 / 2048);
  free(numbers), free(again), free(near);
}

// The same keys and values as halves and as the floats that those are.
static void check_attend_to_halves(kn_path path, size_t heads, size_t width, const float *q, const kn_seen *seen,
                                   float *scores) {
  const size_t count = seen->count * width;
  uint16_t *keys = malloc(count * sizeof *keys), *values = malloc(count * sizeof *values);
  float *wide_keys = zeros(count), *wide_values = zeros(count);
  float *out = zeros(heads * width), *expected = zeros(heads * width);
  kn_halve(path, count, seen->keys, keys);
  kn_halve(path, count, seen->values, values);
  kn_decode(path, kn_f16, count, keys, wide_keys);
  kn_decode(path, kn_f16, count, values, wide_values);
  const kn_seen wide = {kn_f32, seen->count, width, wide_keys, wide_values};
  const kn_seen halves = {kn_f16, seen->count, width, keys, values};
  kn_attend(path, heads, width, q, &wide, NULL, 0.2f, scores, expected);
  kn_attend(path, heads, width, q, &halves, &halves, 0.2f, scores, out);
  expect_same("attend to halves", heads * width, out, expected);
  free(keys), free(values), free(wide_keys), free(wide_values), free(out), free(expected);
}

void check_attend(kn_path path) {
  random_t random = {15};
  const size_t width = 72;
  for (size_t heads = 1; heads < 6; heads++)
    for (size_t count = 1; count < 70; count += 17) {
      float *q = random_floats(&random, heads * width, 1), *keys = random_floats(&random, count * width, 1);
      float *values = random_floats(&random, count * width, 1), *scores = zeros(3 * count);
      float *out = zeros(heads * width), *alone = zeros(width);
      double *expected = double_zeros(heads * width);
      for (size_t h = 0; h < heads; h++) {
        double total = 0;
        for (int turn = 0; turn < 2; turn++)
          for (size_t t = 0; t < count; t++) {
            double dot = 0;
            for (size_t i = 0; i < width; i++) dot += (double)q[h * width + i] * keys[t * width + i];
            if (!turn) total += exp(0.2 * dot);
            for (size_t i = 0; turn && i < width; i++)
              expected[h * width + i] += exp(0.2 * dot) / total * values[t * width + i];
          }
      }
      const kn_seen seen = {kn_f32, count, width, keys, values}, next = {kn_f32, count / 2, width, keys, values};
      kn_attend(path, heads, width, q, &seen, NULL, 0.2f, scores, out);
      expect_near("attend", heads * width, out, expected, 1e-5);
      for (size_t h = 0; h < heads; h++) {
        kn_attend(path, 1, width, q + h * width, &seen, &next, 0.2f, scores, alone);
        expect_same("a head alone", width, alone, out + h * width);
      }
      check_attend_to_halves(path, heads, width, q, &seen, scores);
      free(q), free(keys), free(values), free(scores), free(out), free(alone), free(expected);
    }
}

void check_softmax(kn_path path) {
  random_t random = {16};
  const size_t rows = 5, columns = 31, visible = 22;
  const double scale = 0.4f;
  float *s = random_floats(&random, rows * columns, 6), *again = zeros(rows * columns), *log_sums = zeros(rows);
  float *dp = random_floats(&random, rows * columns, 1);
  memcpy(again, s, rows * columns * sizeof *s);
  double *p = double_zeros(rows * columns), *ds = double_zeros(rows * columns), *logs = double_zeros(rows);
  for (size_t i = 0; i < rows; i++) {
    const size_t n = visible + i < columns ? visible + i : columns;
    double total = 0, mean = 0;
    for (size_t j = 0; j < n; j++) total += exp(scale * s[i * columns + j]);
    logs[i] = log(total);
    for (size_t j = 0; j < n; j++) {
      p[i * columns + j] = exp(scale * s[i * columns + j]) / total;
      mean += p[i * columns + j] * dp[i * columns + j];
    }
    for (size_t j = 0; j < n; j++)
      ds[i * columns + j] = scale * p[i * columns + j] * (dp[i * columns + j] - mean);
  }
  kn_causal_softmax(path, rows, columns, visible, (float)scale, s, columns, log_sums);
  expect_near("causal_softmax", rows * columns, s, p, 1e-5);
  expect_near("its log_sums", rows, log_sums, logs, 1e-6);
  kn_causal_softmax_backward(path, rows, columns, visible, (float)scale, again, dp, columns, log_sums);
  expect_near("causal_softmax_backward, p", rows * columns, again, p, 1e-5);
  expect_near("causal_softmax_backward, ds", rows * columns, dp, ds, 1e-5);
  free(s), free(again), free(log_sums), free(dp), free(p), free(ds), free(logs);
}
