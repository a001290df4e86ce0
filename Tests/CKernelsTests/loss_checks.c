// Losses and the optimiser.
#include <math.h>
#include <stdlib.h>

#include "check.h"

static double log_sum(size_t n, const float *x) {
  double total = 0;
  for (size_t i = 0; i < n; i++) total += exp((double)x[i]);
  return log(total);
}

void check_losses(kn_path path) {
  random_t random = {21};
  const size_t n = 1003, target = 77;
  float *p = random_floats(&random, n, 12), *q = random_floats(&random, n, 12);
  const double log_p = log_sum(n, p), log_q = log_sum(n, q);
  double divergence = 0, squares = 0, *slope = double_zeros(n);
  for (size_t i = 0; i < n; i++) {
    divergence += exp(p[i] - log_p) * ((p[i] - log_p) - (q[i] - log_q));
    squares += (double)p[i] * p[i];
    slope[i] = 0.25 * (exp(q[i] - log_q) - (i == target));
  }
  expect_number("log_sum_exp", kn_log_sum_exp(path, n, p), log_p, 1e-5);
  expect_number("kl_divergence", kn_kl_divergence(path, n, p, q), divergence, 1e-4);
  float *tuned = random_floats(&random, n, 12);
  const double log_tuned = log_sum(n, tuned);
  double away = 0, *kl_slope = double_zeros(n);
  for (size_t i = 0; i < n; i++) {
    away += exp(p[i] - log_p) * ((p[i] - log_p) - (tuned[i] - log_tuned));
    kl_slope[i] = 0.25 * (exp(tuned[i] - log_tuned) - exp(p[i] - log_p));
  }
  expect_number("kl_slope", kn_kl_slope(path, n, p, tuned, 0.25f), away, 1e-4);
  expect_near("kl_slope's slope", n, tuned, kl_slope, 1e-5);
  free(tuned), free(kl_slope);
  expect_number("sum_squares", kn_sum_squares(path, n, p), squares, 1e-6);
  const double loss = log_q - q[target];
  expect_number("cross_entropy", kn_cross_entropy(path, n, q, target, 0.25f), loss, 1e-5);
  expect_near("cross_entropy's slope", n, q, slope, 1e-5);
  free(p), free(q), free(slope);
}

void check_adamw(kn_path path) {
  random_t random = {22};
  const size_t n = 101;
  float *p = random_floats(&random, n, 1), *g = random_floats(&random, n, 1), *m = random_floats(&random, n, 0.1f);
  float *v = random_floats(&random, n, 0.1f);
  double *ps = double_zeros(n), *ms = double_zeros(n), *vs = double_zeros(n);
  for (size_t i = 0; i < n; i++) {
    v[i] = fabsf(v[i]);
    const double d = 0.5 * g[i];
    ms[i] = 0.9 * m[i] + 0.1 * d;
    vs[i] = 0.999 * v[i] + 0.001 * d * d;
    ps[i] = p[i] * (1 - 0.01 * 0.1) - 0.01 * (ms[i] / 0.19) / (sqrt(vs[i] / 0.002) + 1e-8);
  }
  kn_adamw(path, n, p, g, m, v, 0.5f, 0.01f, 0.9f, 0.999f, 1e-8f, 0.1f, 0.19f, 0.002f);
  expect_near("adamw", n, p, ps, 1e-5);
  expect_near("adamw's first moment", n, m, ms, 1e-5);
  expect_near("adamw's second moment", n, v, vs, 1e-5);
  free(p), free(g), free(m), free(v), free(ps), free(ms), free(vs);
}

void check_sampling(kn_path path) {
  random_t random = {31};
  const size_t n = 1003;
  float *x = random_floats(&random, n, 12), *weights = zeros(n), *again = zeros(n);
  double total = 0, *expected = double_zeros(n);
  x[500] = x[777] = 13;
  x[0] = x[1002] = NAN;
  expect_number("likeliest", (double)kn_likeliest(path, n, x), 500, 0);
  x[0] = x[1002] = -INFINITY;
  for (size_t i = 0; i < n; i++) total += expected[i] = exp(1.25 * ((double)x[i] - 13));
  expect_number("weights' sum", kn_weights(path, n, x, 1.25f, weights), total, 1e-6);
  expect_near("weights", n, weights, expected, 1e-6);
  kn_weights(twin(path), n, x, 1.25f, again);
  expect_same("weights on vectors of another width", n, again, weights);
  for (size_t i = 0; i < n; i++) x[i] = NAN;
  expect_number("likeliest of none", (double)kn_likeliest(path, n, x), 0, 0);
  free(x), free(weights), free(again), free(expected);
}
