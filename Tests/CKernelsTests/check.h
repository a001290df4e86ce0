// What the kernels' checks share: seeded numbers, and a verdict on numbers found against numbers expected.
//
// The expected ones come from plain loops in double precision, written here, so a path is held against the meaning and
// not against another path. To check a new kernel, write a function that takes a path and put it into the table in
// check.c.
#ifndef ATTUNE_CHECK_H
#define ATTUNE_CHECK_H

#include <stdio.h>

#include "kernels.h"

/// Seeded random numbers (SplitMix64, Steele et al. 2014).
typedef struct { uint64_t state; } random_t;

uint64_t random_bits(random_t *random);

/// A number in [-scale, scale).
float random_float(random_t *random, float scale);

/// `count` of them, to be freed.
float *random_floats(random_t *random, size_t count, float scale);

/// `count` zeros, to be freed.
float *zeros(size_t count);
double *double_zeros(size_t count);

/// Random blocks of `format` for `count` numbers, their half-precision scales small; to be freed.
uint8_t *random_blocks(random_t *random, kn_format format, size_t count);

/// Every block format.
enum { format_count = 11 };
extern const kn_format formats[format_count];
const char *format_name(kn_format format);

/// How many bytes `count` numbers of `format` take.
size_t format_bytes(kn_format format, size_t count);

/// Says so where a number found is further from the expected than `tolerance` times the largest expected one.
void expect_near(const char *what, size_t count, const float *found, const double *expected, double tolerance);
void expect_number(const char *what, double found, double expected, double tolerance);

/// Says so where two runs of floats differ in any bit.
void expect_same(const char *what, size_t count, const float *found, const float *expected);

/// The path whose bytes are the same as `path`'s: AVX2 of the wider vectors, else itself.
kn_path twin(kn_path path);

/// How many checks were made, and how many failed.
extern size_t checks, failures;

// The checks, each of one kernel or a few that belong together.
void check_decode(kn_path path);
void check_gemm(kn_path path);
void check_pack(kn_path path);
void check_transpose(kn_path path);
void check_matvec(kn_path path);
void check_tiles(kn_path path);
void check_rms_norm(kn_path path);
void check_rope(kn_path path);
void check_silu(kn_path path);
void check_add_and_scale(kn_path path);
void check_halves(kn_path path);
void check_attend(kn_path path);
void check_softmax(kn_path path);
void check_losses(kn_path path);
void check_adamw(kn_path path);
void check_sampling(kn_path path);
void check_read(kn_path path);

#endif
