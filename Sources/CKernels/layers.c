#include "vector.h"

#include <math.h>

BODY void rms_norm_body(size_t rows, size_t width, const float *x, size_t x_row, const float *weight,
                        float epsilon, float *y, size_t y_row, float *inverse) {
  for (size_t i = 0; i < rows; i++) {
    const float *in = x + i * x_row;
    float *out = y + i * y_row;
    const float scale = 1 / sqrtf(dot_body(width, in, in) / (float)width + epsilon);
    for (size_t j = 0; j < width; j++) out[j] = in[j] * scale * weight[j];
    inverse[i] = scale;
  }
}

// y = x s w with s = (mean x² + ε)^-1/2, so dx = s (w dy) - x s³ mean(x w dy).
BODY void rms_norm_backward_body(size_t rows, size_t width, const float *x, size_t x_row, const float *weight,
                                 const float *inverse, const float *dy, size_t dy_row, float *dx,
                                 size_t dx_row) {
  for (size_t i = 0; i < rows; i++) {
    const float *in = x + i * x_row, *d = dy + i * dy_row;
    float *out = dx + i * dx_row;
    float lanes[8] = {0};
    size_t j = 0;
    for (; j + 8 <= width; j += 8)
      for (int l = 0; l < 8; l++) lanes[l] += in[j + l] * weight[j + l] * d[j + l];
    float sum = sum_lanes(lanes);
    for (; j < width; j++) sum += in[j] * weight[j] * d[j];
    const float s = inverse[i], back = sum * s * s * s / (float)width;
    for (j = 0; j < width; j++) out[j] += s * weight[j] * d[j] - in[j] * back;
  }
}

BODY void rope_body(size_t heads, size_t head_width, size_t half, int interleaved, const float *cosine,
                    const float *sine, float direction, float *x) {
  for (size_t h = 0; h < heads; h++, x += head_width)
    if (interleaved)
      for (size_t i = 0; i < half; i++) {
        const float a = x[2 * i], b = x[2 * i + 1], c = cosine[i], s = direction * sine[i];
        x[2 * i] = a * c - b * s;
        x[2 * i + 1] = a * s + b * c;
      }
    else
      for (size_t i = 0; i < half; i++) {
        const float a = x[i], b = x[i + half], c = cosine[i], s = direction * sine[i];
        x[i] = a * c - b * s;
        x[i + half] = a * s + b * c;
      }
}

BODY void silu_multiply_body(size_t n, const float *gate, const float *up, float *y) {
  size_t i = 0;
  for (; i + 8 <= n; i += 8) {
    const f8 g = *(const f8 *)(gate + i);
    f8 e = -g;
    exp_eight(&e);
    *(f8 *)(y + i) = g / (1 + e) * *(const f8 *)(up + i);
  }
  for (; i < n; i++) y[i] = gate[i] / (1 + exp_fast(-gate[i])) * up[i];
}

BODY void silu_slopes(float g, float u, float d, float *dgate, float *dup) {
  const float sigma = 1 / (1 + exp_fast(-g));
  *dgate = d * u * sigma * (1 + g * (1 - sigma));
  *dup = d * g * sigma;
}

// silu(g) = g σ(g), so its slope is σ(g) (1 + g (1 - σ(g))). Eight lanes are read before any is written: the slopes may
// take gate's and up's own places.
BODY void silu_multiply_backward_body(size_t n, const float *gate, const float *up, const float *dy,
                                      float *dgate, float *dup) {
  size_t i = 0;
  for (; i + 8 <= n; i += 8) {
    float gates[8], ups[8];
    for (int l = 0; l < 8; l++) silu_slopes(gate[i + l], up[i + l], dy[i + l], gates + l, ups + l);
    memcpy(dgate + i, gates, sizeof gates);
    memcpy(dup + i, ups, sizeof ups);
  }
  for (; i < n; i++) {
    float of_gate, of_up;
    silu_slopes(gate[i], up[i], dy[i], &of_gate, &of_up);
    dgate[i] = of_gate;
    dup[i] = of_up;
  }
}

BODY void add_body(size_t n, const float *x, float *y) {
  for (size_t i = 0; i < n; i++) y[i] += x[i];
}

BODY void scale_body(size_t n, float factor, float *x) {
  for (size_t i = 0; i < n; i++) x[i] *= factor;
}

static void rms_norm_plain(size_t rows, size_t width, const float *x, size_t x_row, const float *weight,
                           float epsilon, float *y, size_t y_row, float *inverse) {
  rms_norm_body(rows, width, x, x_row, weight, epsilon, y, y_row, inverse);
}

static void rms_norm_backward_plain(size_t rows, size_t width, const float *x, size_t x_row,
                                    const float *weight, const float *inverse, const float *dy,
                                    size_t dy_row, float *dx, size_t dx_row) {
  rms_norm_backward_body(rows, width, x, x_row, weight, inverse, dy, dy_row, dx, dx_row);
}

static void rope_plain(size_t heads, size_t head_width, size_t half, int interleaved, const float *cosine,
                       const float *sine, float direction, float *x) {
  rope_body(heads, head_width, half, interleaved, cosine, sine, direction, x);
}

static void silu_multiply_plain(size_t n, const float *gate, const float *up, float *y) {
  silu_multiply_body(n, gate, up, y);
}

static void silu_multiply_backward_plain(size_t n, const float *gate, const float *up, const float *dy,
                                         float *dgate, float *dup) {
  silu_multiply_backward_body(n, gate, up, dy, dgate, dup);
}

static void add_plain(size_t n, const float *x, float *y) { add_body(n, x, y); }

static void scale_plain(size_t n, float factor, float *x) { scale_body(n, factor, x); }

#if defined(__x86_64__)
AVX2 static void rms_norm_avx2(size_t rows, size_t width, const float *x, size_t x_row, const float *weight,
                               float epsilon, float *y, size_t y_row, float *inverse) {
  rms_norm_body(rows, width, x, x_row, weight, epsilon, y, y_row, inverse);
}

AVX2 static void rms_norm_backward_avx2(size_t rows, size_t width, const float *x, size_t x_row,
                                        const float *weight, const float *inverse, const float *dy,
                                        size_t dy_row, float *dx, size_t dx_row) {
  rms_norm_backward_body(rows, width, x, x_row, weight, inverse, dy, dy_row, dx, dx_row);
}

AVX2 static void rope_avx2(size_t heads, size_t head_width, size_t half, int interleaved, const float *cosine,
                           const float *sine, float direction, float *x) {
  rope_body(heads, head_width, half, interleaved, cosine, sine, direction, x);
}

AVX2 static void silu_multiply_avx2(size_t n, const float *gate, const float *up, float *y) {
  silu_multiply_body(n, gate, up, y);
}

AVX2 static void silu_multiply_backward_avx2(size_t n, const float *gate, const float *up, const float *dy,
                                             float *dgate, float *dup) {
  silu_multiply_backward_body(n, gate, up, dy, dgate, dup);
}

AVX2 static void add_avx2(size_t n, const float *x, float *y) { add_body(n, x, y); }

AVX2 static void scale_avx2(size_t n, float factor, float *x) { scale_body(n, factor, x); }
#endif

void kn_rms_norm(kn_path path, size_t rows, size_t width, const float *x, size_t x_row, const float *weight,
                 float epsilon, float *y, size_t y_row, float *inverse) {
#if defined(__x86_64__)
  if (has_avx2(path)) return rms_norm_avx2(rows, width, x, x_row, weight, epsilon, y, y_row, inverse);
#endif
  rms_norm_plain(rows, width, x, x_row, weight, epsilon, y, y_row, inverse);
}

void kn_rms_norm_backward(kn_path path, size_t rows, size_t width, const float *x, size_t x_row,
                          const float *weight, const float *inverse, const float *dy, size_t dy_row, float *dx,
                          size_t dx_row) {
#if defined(__x86_64__)
  if (has_avx2(path))
    return rms_norm_backward_avx2(rows, width, x, x_row, weight, inverse, dy, dy_row, dx, dx_row);
#endif
  rms_norm_backward_plain(rows, width, x, x_row, weight, inverse, dy, dy_row, dx, dx_row);
}

void kn_rope(kn_path path, size_t heads, size_t head_width, size_t half, int interleaved, const float *cosine,
             const float *sine, float direction, float *x) {
#if defined(__x86_64__)
  if (has_avx2(path)) return rope_avx2(heads, head_width, half, interleaved, cosine, sine, direction, x);
#endif
  rope_plain(heads, head_width, half, interleaved, cosine, sine, direction, x);
}

void kn_silu_multiply(kn_path path, size_t n, const float *gate, const float *up, float *y) {
#if defined(__x86_64__)
  if (has_avx2(path)) return silu_multiply_avx2(n, gate, up, y);
#endif
  silu_multiply_plain(n, gate, up, y);
}

void kn_silu_multiply_backward(kn_path path, size_t n, const float *gate, const float *up, const float *dy,
                               float *dgate, float *dup) {
#if defined(__x86_64__)
  if (has_avx2(path)) return silu_multiply_backward_avx2(n, gate, up, dy, dgate, dup);
#endif
  silu_multiply_backward_plain(n, gate, up, dy, dgate, dup);
}

void kn_add(kn_path path, size_t n, const float *x, float *y) {
#if defined(__x86_64__)
  if (has_avx2(path)) return add_avx2(n, x, y);
#endif
  add_plain(n, x, y);
}

void kn_scale(kn_path path, size_t n, float factor, float *x) {
#if defined(__x86_64__)
  if (has_avx2(path)) return scale_avx2(n, factor, x);
#endif
  scale_plain(n, factor, x);
}
