#ifndef CLIENTELE_COMMON_INFERENCE_TORCHSCRIPT_KERNELS_ATTENTION_H_
#define CLIENTELE_COMMON_INFERENCE_TORCHSCRIPT_KERNELS_ATTENTION_H_

// softmax(q k^T scale + bias) v, one head after another, without the scores of all heads ever
// being in memory (Vaswani et al. 2017, equation 1; the scores of one head fit the cache).
//
// Thread-safe; uses the threads that OpenMP was set to. No torch here.

#include <cstdint>

namespace clientele::inference {

// Elements between neighbors; the head's width is contiguous.
struct HeadStrides {
  std::int64_t row = 0;
  std::int64_t head = 0;
  std::int64_t position = 0;
};

// Strides of an additive bias; 0 broadcasts.
struct BiasStrides {
  std::int64_t row = 0;
  std::int64_t head = 0;
  std::int64_t query = 0;
  std::int64_t key = 0;
};

struct AttentionInputs {
  std::int64_t rows = 0;
  std::int64_t heads = 0;
  std::int64_t queries = 0;
  std::int64_t keys = 0;
  std::int64_t width = 0;
  const float* q = nullptr;  // [rows, heads, queries, width]
  HeadStrides q_strides = {};
  const float* k = nullptr;  // [rows, heads, keys, width]
  HeadStrides k_strides = {};
  const float* v = nullptr;  // [rows, heads, keys, width]
  HeadStrides v_strides = {};
  const float* bias = nullptr;  // [rows, heads, queries, keys]
  BiasStrides bias_strides = {};
  float scale = 1;
};

// Writes [rows, heads, queries, width] with the strides given.
void Attend(const AttentionInputs& inputs, float* out, const HeadStrides& out_strides);

}  // namespace clientele::inference

#endif  // CLIENTELE_COMMON_INFERENCE_TORCHSCRIPT_KERNELS_ATTENTION_H_
