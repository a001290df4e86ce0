// What drawing a token asks of a vocabulary of logits.
#include "vector.h"

BODY size_t likeliest_body(size_t n, const float *x) {
  const float most = max_body(n, x);
  for (size_t i = 0; i < n; i++)
    if (x[i] == most) return i;
  return 0;
}

// As in the losses: each stretch is added up in float, the stretches in double.
BODY double weights_body(size_t n, const float *x, float scale, float *weights) {
  const float most = max_body(n, x);
  double total = 0;
  size_t i = 0;
  while (i < n) {
    f8 sums = {0};
    const size_t end = n - i < 512 ? n : i + 512;
    for (; i + 8 <= end; i += 8) {
      f8 v = scale * (*(const f8 *)(x + i) - most);
      exp_eight(&v);
      *(f8 *)(weights + i) = v;
      sums += v;
    }
    float lanes[8];
    memcpy(lanes, &sums, 32);
    total += sum_lanes(lanes);
    for (; i < end; i++) total += weights[i] = exp_fast(scale * (x[i] - most));
  }
  return total;
}

static size_t likeliest_plain(size_t n, const float *x) { return likeliest_body(n, x); }

static double weights_plain(size_t n, const float *x, float scale, float *weights) {
  return weights_body(n, x, scale, weights);
}

#if defined(__x86_64__)
AVX2 static size_t likeliest_avx2(size_t n, const float *x) { return likeliest_body(n, x); }

AVX2 static double weights_avx2(size_t n, const float *x, float scale, float *weights) {
  return weights_body(n, x, scale, weights);
}
#endif

size_t kn_likeliest(kn_path path, size_t n, const float *x) {
#if defined(__x86_64__)
  if (has_avx2(path)) return likeliest_avx2(n, x);
#endif
  return likeliest_plain(n, x);
}

double kn_weights(kn_path path, size_t n, const float *x, float scale, float *weights) {
#if defined(__x86_64__)
  if (has_avx2(path)) return weights_avx2(n, x, scale, weights);
#endif
  return weights_plain(n, x, scale, weights);
}
