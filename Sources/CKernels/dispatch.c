#include "kernels.h"

#if defined(__x86_64__)
#include <cpuid.h>

// __builtin_cpu_supports needs a runtime library that Swift does not link, so the processor is asked directly:
// AVX2, FMA and F16C, and an operating system that saves the wide registers (Intel SDM vol. 1, 14.3).
kn_path kn_best_path(void) {
  unsigned a, b, c, d;
  if (!__get_cpuid(1, &a, &b, &c, &d)) return kn_scalar;
  const unsigned fma = 1u << 12, osxsave = 1u << 27, avx = 1u << 28, f16c = 1u << 29;
  const unsigned wanted = fma | osxsave | avx | f16c;
  if ((c & wanted) != wanted) return kn_scalar;
  unsigned low, high;
  __asm__("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
  if ((low & 6) != 6) return kn_scalar;
  if (!__get_cpuid_count(7, 0, &a, &b, &c, &d)) return kn_scalar;
  return b & (1u << 5) ? kn_avx2 : kn_scalar;
}
#elif defined(__aarch64__)
kn_path kn_best_path(void) { return kn_neon; }
#else
kn_path kn_best_path(void) { return kn_scalar; }
#endif

void kn_pause(void) {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  __asm__ volatile("yield");
#endif
}
