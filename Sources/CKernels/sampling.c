// What drawing a token asks of a vocabulary of logits.
#include "exponentials.h"

BODY size_t likeliest_body(size_t n, const float *x) {
  const float most = max_body(n, x);
  for (size_t i = 0; i < n; i++)
    if (x[i] == most) return i;
  return 0;
}

BODY double weights_body(size_t n, const float *x, float scale, float *weights) {
  return exponentials_body(n, x, max_body(n, x), scale, weights);
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
