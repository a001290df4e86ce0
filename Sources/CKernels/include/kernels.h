/// SIMD loops: pointers and sizes in, numbers out; no state, no allocation.
///
/// Sizes are in elements unless named bytes. Matrices are row major; `x_row` is the distance between rows.
#ifndef ATTUNE_KERNELS_H
#define ATTUNE_KERNELS_H

#include <stddef.h>
#include <stdint.h>

#if !defined(__clang__)
#define _Nullable
#endif
#pragma clang assume_nonnull begin

/// Which instructions a kernel uses. An argument, so that a test can run every path the machine has.
/// `kn_vnni` is AVX2 with products on AVX-512's vectors, twice as wide; it has the same bytes.
typedef enum { kn_scalar = 0, kn_avx2 = 1, kn_neon = 2, kn_vnni = 3 } kn_path;

/// The best path this machine can run; the answer never changes.
kn_path kn_best_path(void);

/// Tells the processor that this thread is waiting in a loop.
void kn_pause(void);

/// ggml's ids of the block formats.
typedef enum {
  kn_f32 = 0, kn_f16 = 1, kn_q4_0 = 2, kn_q4_1 = 3, kn_q5_0 = 6, kn_q5_1 = 7, kn_q8_0 = 8,
  kn_q4_K = 12, kn_q5_K = 13, kn_q6_K = 14, kn_bf16 = 30
} kn_format;

/// Decodes `count` numbers (a whole number of blocks) at `src` to `dst`. `src` may be unaligned.
void kn_decode(kn_path path, kn_format format, size_t count, const void *src, float *dst);

// gemm.c

/// c (m,n) = or += sum over k of a[m,k] b[k,n]. `a[m,k]` stands at `a + m*a_row + k*a_col`, so `a` may be a
/// transpose; the columns of `b` and `c` are contiguous. Each element sums k in ascending order, whatever m and n.
void kn_gemm(kn_path path, size_t m, size_t n, size_t k, const float *a, size_t a_row, size_t a_col,
             const float *b, size_t b_row, float *c, size_t c_row, int accumulate);

/// Decodes `rows` rows of `columns` weights and lays them out as dst[column][width]; rows..<width become zero.
void kn_pack_rows(kn_path path, kn_format format, size_t rows, size_t columns, const void *src,
                  size_t row_bytes, float *dst, size_t width);

/// Decodes `columns` weights of each of `rows` rows to dst[row][columns]. `src` points at the first column's block.
void kn_pack_columns(kn_path path, kn_format format, size_t rows, size_t columns, const void *src,
                     size_t row_bytes, float *dst);

// matvec.c

/// Sums of each 32 numbers of `x`, which the formats with a minimum need. `count` is a multiple of 32.
void kn_block_sums(kn_path path, size_t count, const float *x, float *sums);

/// y[j][i] = weights row i dot x row j, for `rows` weight rows and `count` vectors. Row j's numbers do not depend on
/// `count`. `sums` holds kn_block_sums of each x row (ignored by formats without a minimum).
void kn_matvec(kn_path path, kn_format format, size_t rows, size_t columns, const void *weights,
               size_t row_bytes, size_t count, const float *x, size_t x_row, const float *sums,
               size_t sums_row, float *y, size_t y_row);

// tiles.c: products of x rounded to 8 bits with weights laid out anew

/// How a tile holds a weight: 4 bits with a scale and a minimum (Q4_0, Q4_1), or 8 with a scale (Q8_0).
typedef enum { kn_four = 0, kn_eight = 1 } kn_tile;

/// How many bits a rounded row's whole numbers have.
typedef enum { kn_bits_8 = 0, kn_bits_16 = 1 } kn_rounding;

/// Lays `rows` (at most 16; those missing become zero) rows of `columns` weights of Q4_0, Q4_1 or Q8_0 out as one tile:
/// for each 32 columns, the rows' scales (and minima) as halves, then their whole numbers, four columns of each row in
/// turn. A tile takes columns / 32 * 320 bytes with four bits, * 544 with eight.
void kn_lay_tile(kn_format format, size_t rows, size_t columns, const void *src, size_t row_bytes, void *dst);

/// Rounds `count` (a multiple of 32) numbers to whole ones of `bits` with a scale for each 32, the largest over 127.45
/// or 32639: what kn_tiles_times reads. `dst` takes count / 32 * 11 floats with 8 bits, * 35 with 16.
void kn_round(kn_path path, kn_rounding bits, size_t count, const float *x, float *dst);

/// y[j][i] = weight i dot x row j, for the 16 * `groups` rows of `groups` tiles and `count` rounded rows `x_row` floats
/// apart. Blocks of 32 are summed exactly, and added one after another: the same bytes on every path with fused
/// multiply-add, whatever `count`.
void kn_tiles_times(kn_path path, kn_tile kind, kn_rounding bits, size_t groups, size_t blocks, const void *tiles,
                    size_t count, const float *x, size_t x_row, float *y, size_t y_row);

// halves.c

/// The nearest 16-bit floats (IEEE 754 binary16), ties to even; sizes beyond the largest become the largest. kn_decode
/// of kn_f16 reads them.
void kn_halve(kn_path path, size_t count, const float *x, void *dst);

// attention.c

/// The `count` keys and values of a head, `row` numbers apart: floats (kn_f32), or halves (kn_f16) of which each row has
/// a multiple of eight.
typedef struct {
  kn_format format;
  size_t count;
  size_t row;
  const void *keys;
  const void *values;
} kn_seen;

/// One query of each of `heads` heads over the keys and values they share: out = softmax(scale q·K) V. q and out are
/// (heads, width) without gaps, each head's result the same as alone, and the same of halves as of the floats they are;
/// `scores` has room for three times the keys. `next` is asked for meanwhile, as what is read next: a head's keys end
/// before the processor's own prefetching has begun.
void kn_attend(kn_path path, size_t heads, size_t width, const float *q, const kn_seen *seen,
               const kn_seen *_Nullable next, float scale, float *scores, float *out);

/// Causal softmax in place: row i keeps its first `visible + i` columns (at most `columns`), scaled; the rest become
/// zero. log_sums[i] is the log of the row's sum of exponentials.
void kn_causal_softmax(kn_path path, size_t rows, size_t columns, size_t visible, float scale, float *s,
                       size_t s_row, float *log_sums);

/// The same probabilities again from scores and log_sums; then ds = scale p (dp - sum of p dp), over `dp` in place.
void kn_causal_softmax_backward(kn_path path, size_t rows, size_t columns, size_t visible, float scale,
                                float *s, float *dp, size_t row, const float *log_sums);

/// dst[column][row] = src[row][column].
void kn_transpose(kn_path path, size_t rows, size_t columns, const float *src, size_t src_row, float *dst,
                  size_t dst_row);

// layers.c

/// y = x / sqrt(mean(x^2) + epsilon) * weight, a row each (Zhang & Sennrich 2019). inverse[i] = the row's divisor^-1.
void kn_rms_norm(kn_path path, size_t rows, size_t width, const float *x, size_t x_row, const float *weight,
                 float epsilon, float *y, size_t y_row, float *inverse);

/// dx += the slope of kn_rms_norm times dy.
void kn_rms_norm_backward(kn_path path, size_t rows, size_t width, const float *x, size_t x_row,
                          const float *weight, const float *inverse, const float *dy, size_t dy_row, float *dx,
                          size_t dx_row);

/// Turns `heads` heads of one row by the angles of its position (Su et al. 2021), in place. Pairs are (2i, 2i+1)
/// if `interleaved`, else (i, i + half). `direction` -1 turns back, which is the slope.
void kn_rope(kn_path path, size_t heads, size_t head_width, size_t half, int interleaved, const float *cosine,
             const float *sine, float direction, float *x);

/// y = silu(gate) * up, n numbers.
void kn_silu_multiply(kn_path path, size_t n, const float *gate, const float *up, float *y);

/// From dy to dgate and dup, which may be the places of gate and up.
void kn_silu_multiply_backward(kn_path path, size_t n, const float *gate, const float *up, const float *dy,
                               float *dgate, float *dup);

/// y += x.
void kn_add(kn_path path, size_t n, const float *x, float *y);

/// x *= factor.
void kn_scale(kn_path path, size_t n, float factor, float *x);

// losses.c

/// log of the sum of exponentials of x.
float kn_log_sum_exp(kn_path path, size_t n, const float *x);

/// Returns -log softmax(logits)[target]; logits become weight * (softmax - onehot).
float kn_cross_entropy(kn_path path, size_t n, float *logits, size_t target, float weight);

/// KL divergence (nats) from softmax(p) to softmax(q), both logits.
double kn_kl_divergence(kn_path path, size_t n, const float *p, const float *q);

/// The same; q becomes weight * (softmax(q) - softmax(p)), the slope of weight times the divergence in q.
double kn_kl_slope(kn_path path, size_t n, const float *p, float *q, float weight);

/// Sum of squares, in double.
double kn_sum_squares(kn_path path, size_t n, const float *x);

/// One AdamW update (Loshchilov & Hutter 2019): decoupled decay, then the bias-corrected step.
/// correction1 = 1 - beta1^t, correction2 = 1 - beta2^t; gradients are multiplied by `factor` first (clipping).
void kn_adamw(kn_path path, size_t n, float *p, const float *g, float *m, float *v, float factor,
              float rate, float beta1, float beta2, float epsilon, float decay, float correction1,
              float correction2);

// sampling.c

/// The index of the largest number, the first of several; what is no number is passed over. 0 where there is none.
size_t kn_likeliest(kn_path path, size_t n, const float *x);

/// weights = e^(scale (x - the largest x)); returns their sum.
double kn_weights(kn_path path, size_t n, const float *x, float scale, float *weights);

// memory.c

/// Reads `count` 64-bit numbers and returns their sum, so that no read is left out: measures the memory.
uint64_t kn_read(kn_path path, size_t count, const uint64_t *src);

#pragma clang assume_nonnull end
#endif
