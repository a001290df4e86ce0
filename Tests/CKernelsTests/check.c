// Runs every kernel of kernels.h on every path of the machine it is built for. scripts/neon-check builds it for arm64.
#include "check.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const struct {
  const char *name;
  void (*run)(kn_path path);
} table[] = {
  {"decode", check_decode}, {"gemm", check_gemm}, {"pack", check_pack}, {"transpose", check_transpose},
  {"matvec", check_matvec}, {"tiles", check_tiles}, {"rms_norm", check_rms_norm}, {"rope", check_rope}, {"silu", check_silu},
  {"add, scale", check_add_and_scale}, {"halves", check_halves}, {"attend", check_attend}, {"softmax", check_softmax},
  {"losses", check_losses}, {"adamw", check_adamw}, {"sampling", check_sampling}, {"read", check_read},
};

size_t checks, failures;

static const char *path_name(kn_path path) {
  switch (path) {
    case kn_scalar: return "scalar";
    case kn_avx2: return "avx2";
    case kn_neon: return "neon";
    case kn_vnni: return "vnni";
  }
  return "unknown";
}

int main(void) {
  const kn_path best = kn_best_path();
  // A processor with VNNI has AVX2 too.
  const kn_path paths[] = {kn_scalar, best, kn_avx2};
  for (size_t p = 0; p < (best == kn_scalar ? 1 : best == kn_vnni ? 3 : 2); p++)
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
      const size_t before = failures;
      table[i].run(paths[p]);
      if (failures > before) printf("FAILED %s, %s\n", path_name(paths[p]), table[i].name);
    }
  printf("%zu checks of %zu groups of kernels up to the %s path, %zu failed\n", checks,
         sizeof table / sizeof *table, path_name(best), failures);
  return failures ? 1 : 0;
}

// MARK: Numbers

uint64_t random_bits(random_t *random) {
  uint64_t z = random->state += 0x9e3779b97f4a7c15u;
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
  return z ^ (z >> 31);
}

float random_float(random_t *random, float scale) {
  return ((float)(random_bits(random) >> 40) * 0x1p-23f - 1) * scale;
}

static void *reserve(size_t count, size_t size) {
  void *memory = calloc(count ? count : 1, size);
  if (!memory) abort();
  return memory;
}

float *zeros(size_t count) { return reserve(count, sizeof(float)); }

double *double_zeros(size_t count) { return reserve(count, sizeof(double)); }

float *random_floats(random_t *random, size_t count, float scale) {
  float *numbers = zeros(count);
  for (size_t i = 0; i < count; i++) numbers[i] = random_float(random, scale);
  return numbers;
}

// MARK: Formats

const kn_format formats[format_count] = {kn_f32, kn_f16, kn_bf16, kn_q4_0, kn_q4_1, kn_q5_0,
                                         kn_q5_1, kn_q8_0, kn_q4_K, kn_q5_K, kn_q6_K};

static const struct { kn_format format; const char *name; size_t length, bytes; } layouts[format_count] = {
  {kn_f32, "F32", 1, 4}, {kn_f16, "F16", 1, 2}, {kn_bf16, "BF16", 1, 2}, {kn_q4_0, "Q4_0", 32, 18},
  {kn_q4_1, "Q4_1", 32, 20}, {kn_q5_0, "Q5_0", 32, 22}, {kn_q5_1, "Q5_1", 32, 24}, {kn_q8_0, "Q8_0", 32, 34},
  {kn_q4_K, "Q4_K", 256, 144}, {kn_q5_K, "Q5_K", 256, 176}, {kn_q6_K, "Q6_K", 256, 210},
};

static size_t place(kn_format format) {
  for (size_t i = 0; i < format_count; i++)
    if (layouts[i].format == format) return i;
  abort();
}

const char *format_name(kn_format format) { return layouts[place(format)].name; }

size_t format_bytes(kn_format format, size_t count) {
  return count / layouts[place(format)].length * layouts[place(format)].bytes;
}

// A half between 2^-7 and 2^-6, of either sign.
static void set_half(uint8_t *at) { at[1] = 0x20 | (at[1] & 0x80); }

uint8_t *random_blocks(random_t *random, kn_format format, size_t count) {
  const size_t bytes = format_bytes(format, count), block = layouts[place(format)].bytes;
  uint8_t *blocks = reserve(bytes, 1);
  for (size_t i = 0; i < bytes; i++) blocks[i] = (uint8_t)random_bits(random);
  for (uint8_t *at = blocks; at < blocks + bytes; at += block) {
    const float number = random_float(random, 1);
    switch (format) {
      case kn_f32: memcpy(at, &number, 4); break;
      case kn_q4_1: case kn_q5_1: case kn_q4_K: case kn_q5_K: set_half(at + 2); set_half(at); break;
      case kn_q6_K: set_half(at + 208); break;
      default: set_half(at);
    }
  }
  return blocks;
}

// MARK: Verdicts

static void fail(const char *what, size_t index, double found, double expected) {
  failures++;
  printf("%s [%zu]: found %.9g, expected %.9g\n", what, index, found, expected);
}

void expect_near(const char *what, size_t count, const float *found, const double *expected, double tolerance) {
  checks++;
  double largest = 1e-30;
  for (size_t i = 0; i < count; i++)
    if (fabs(expected[i]) > largest) largest = fabs(expected[i]);
  for (size_t i = 0; i < count; i++)
    // Written so that a number that is none fails too.
    if (!(fabs(found[i] - expected[i]) <= tolerance * largest)) return fail(what, i, found[i], expected[i]);
}

void expect_number(const char *what, double found, double expected, double tolerance) {
  checks++;
  if (!(fabs(found - expected) <= tolerance * fmax(1e-3, fabs(expected)))) fail(what, 0, found, expected);
}

kn_path twin(kn_path path) { return path == kn_vnni ? kn_avx2 : path; }

void expect_same(const char *what, size_t count, const float *found, const float *expected) {
  checks++;
  for (size_t i = 0; i < count; i++)
    if (memcmp(found + i, expected + i, sizeof *found)) return fail(what, i, found[i], expected[i]);
}
