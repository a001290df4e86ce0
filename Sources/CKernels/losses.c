#include "exponentials.h"

BODY float log_sum_exp_body(size_t n, const float *x) {
  const float most = max_body(n, x);
  return most + (float)log(exponentials_body(n, x, most, 1, NULL));
}

// The exponentials of the sum are kept in place, so that the slopes need no second ones.
BODY float cross_entropy_body(size_t n, float *logits, size_t target, float weight) {
  const float most = max_body(n, logits), of_target = logits[target];
  const double sum = exponentials_body(n, logits, most, 1, logits);
  const float share = (float)(weight / sum);
  for (size_t i = 0; i < n; i++) logits[i] *= share;
  logits[target] -= weight;
  return most + (float)log(sum) - of_target;
}

// Where `slope` (which may be q) is not NULL, it gets weight * (softmax(q) - softmax(p)).
BODY double kl_body(size_t n, const float *p, const float *q, float weight, float *slope) {
  const float p_sum = log_sum_exp_body(n, p), q_sum = log_sum_exp_body(n, q);
  double total = 0;
  size_t i = 0;
  while (i < n) {
    f8 sums = {0};
    const size_t end = n - i < 512 ? n : i + 512;
    for (; i + 8 <= end; i += 8) {
      const f8 log_p = *(const f8 *)(p + i) - p_sum, log_q = *(const f8 *)(q + i) - q_sum;
      f8 of_p = log_p, of_q = log_q;
      exp_eight(&of_p);
      sums += of_p * (log_p - log_q);
      if (!slope) continue;
      exp_eight(&of_q);
      *(f8 *)(slope + i) = weight * (of_q - of_p);
    }
    float lanes[8];
    memcpy(lanes, &sums, 32);
    total += sum_lanes(lanes);
    for (; i < end; i++) {
      const float log_p = p[i] - p_sum, log_q = q[i] - q_sum, of_p = exp_fast(log_p);
      total += of_p * (log_p - log_q);
      if (slope) slope[i] = weight * (exp_fast(log_q) - of_p);
    }
  }
  return total;
}

BODY double sum_squares_body(size_t n, const float *x) {
  double total = 0;
  for (size_t i = 0; i < n; i += 512) {
    const size_t m = n - i < 512 ? n - i : 512;
    total += dot_body(m, x + i, x + i);
  }
  return total;
}

BODY void adamw_body(size_t n, float *p, const float *g, float *m, float *v, float factor, float rate,
                     float beta1, float beta2, float epsilon, float decay, float correction1,
                     float correction2) {
  const float kept = 1 - rate * decay, step = rate / correction1, root = 1 / sqrtf(correction2);
  for (size_t i = 0; i < n; i++) {
    const float d = g[i] * factor;
    m[i] = beta1 * m[i] + (1 - beta1) * d;
    v[i] = beta2 * v[i] + (1 - beta2) * d * d;
    p[i] = p[i] * kept - step * m[i] / (sqrtf(v[i]) * root + epsilon);
  }
}

static float log_sum_exp_plain(size_t n, const float *x) { return log_sum_exp_body(n, x); }

static float cross_entropy_plain(size_t n, float *logits, size_t target, float weight) {
  return cross_entropy_body(n, logits, target, weight);
}

static double kl_divergence_plain(size_t n, const float *p, const float *q) {
  return kl_body(n, p, q, 0, NULL);
}

static double kl_slope_plain(size_t n, const float *p, float *q, float weight) {
  return kl_body(n, p, q, weight, q);
}

static double sum_squares_plain(size_t n, const float *x) { return sum_squares_body(n, x); }

static void adamw_plain(size_t n, float *p, const float *g, float *m, float *v, float factor, float rate,
                        float beta1, float beta2, float epsilon, float decay, float correction1,
                        float correction2) {
  adamw_body(n, p, g, m, v, factor, rate, beta1, beta2, epsilon, decay, correction1, correction2);
}

#if defined(__x86_64__)
AVX2 static float log_sum_exp_avx2(size_t n, const float *x) { return log_sum_exp_body(n, x); }

AVX2 static float cross_entropy_avx2(size_t n, float *logits, size_t target, float weight) {
  return cross_entropy_body(n, logits, target, weight);
}

AVX2 static double kl_divergence_avx2(size_t n, const float *p, const float *q) {
  return kl_body(n, p, q, 0, NULL);
}

AVX2 static double kl_slope_avx2(size_t n, const float *p, float *q, float weight) {
  return kl_body(n, p, q, weight, q);
}

AVX2 static double sum_squares_avx2(size_t n, const float *x) { return sum_squares_body(n, x); }

AVX2 static void adamw_avx2(size_t n, float *p, const float *g, float *m, float *v, float factor, float rate,
                            float beta1, float beta2, float epsilon, float decay, float correction1,
                            float correction2) {
  adamw_body(n, p, g, m, v, factor, rate, beta1, beta2, epsilon, decay, correction1, correction2);
}
#endif

float kn_log_sum_exp(kn_path path, size_t n, const float *x) {
#if defined(__x86_64__)
  if (has_avx2(path)) return log_sum_exp_avx2(n, x);
#endif
  return log_sum_exp_plain(n, x);
}

float kn_cross_entropy(kn_path path, size_t n, float *logits, size_t target, float weight) {
#if defined(__x86_64__)
  if (has_avx2(path)) return cross_entropy_avx2(n, logits, target, weight);
#endif
  return cross_entropy_plain(n, logits, target, weight);
}

double kn_kl_divergence(kn_path path, size_t n, const float *p, const float *q) {
#if defined(__x86_64__)
  if (has_avx2(path)) return kl_divergence_avx2(n, p, q);
#endif
  return kl_divergence_plain(n, p, q);
}

double kn_kl_slope(kn_path path, size_t n, const float *p, float *q, float weight) {
#if defined(__x86_64__)
  if (has_avx2(path)) return kl_slope_avx2(n, p, q, weight);
#endif
  return kl_slope_plain(n, p, q, weight);
}

double kn_sum_squares(kn_path path, size_t n, const float *x) {
#if defined(__x86_64__)
  if (has_avx2(path)) return sum_squares_avx2(n, x);
#endif
  return sum_squares_plain(n, x);
}

void kn_adamw(kn_path path, size_t n, float *p, const float *g, float *m, float *v, float factor, float rate,
              float beta1, float beta2, float epsilon, float decay, float correction1, float correction2) {
#if defined(__x86_64__)
  if (has_avx2(path))
    return adamw_avx2(n, p, g, m, v, factor, rate, beta1, beta2, epsilon, decay, correction1, correction2);
#endif
  adamw_plain(n, p, g, m, v, factor, rate, beta1, beta2, epsilon, decay, correction1, correction2);
}
