/// What losses and draws ask of a vocabulary's logits.
#ifndef ATTUNE_EXPONENTIALS_H
#define ATTUNE_EXPONENTIALS_H

#include "vector.h"

/// The sum of e^(scale (x - most)); the exponentials stay in `kept` (which may be x) where it is not NULL. Sums over a
/// vocabulary are long, so each stretch of 4096 is added up in float and the stretches in double.
BODY double exponentials_body(size_t n, const float *x, float most, float scale, float *kept) {
  double sum = 0;
  size_t i = 0;
  while (i < n) {
    f8 sums = {0};
    const size_t end = n - i < 4096 ? n : i + 4096;
    for (; i + 8 <= end; i += 8) {
      f8 v = scale * (*(const f8 *)(x + i) - most);
      exp_eight(&v);
      if (kept) *(f8 *)(kept + i) = v;
      sums += v;
    }
    float lanes[8];
    memcpy(lanes, &sums, 32);
    sum += sum_lanes(lanes);
    for (; i < end; i++) {
      const float v = exp_fast(scale * (x[i] - most));
      if (kept) kept[i] = v;
      sum += v;
    }
  }
  return sum;
}

#endif
