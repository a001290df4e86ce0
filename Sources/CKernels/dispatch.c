#include "kernels.h"

#if defined(__x86_64__)
#include <cpuid.h>

// __builtin_cpu_supports needs a runtime library that Swift does not link, so the processor is asked directly:
// AVX2, FMA and F16C, then AVX-512's F, BW, VL and VNNI, and an operating system that saves the registers (Intel SDM
// vol. 1, 14.3 and 15.2).
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
  if (!(b & (1u << 5))) return kn_scalar;
  const unsigned wide = 1u << 16 | 1u << 30 | 1u << 31;
  return (b & wide) == wide && c & (1u << 11) && (low & 0xE6) == 0xE6 ? kn_vnni : kn_avx2;
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
