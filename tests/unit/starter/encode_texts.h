#ifndef CLIENTELE_TESTS_UNIT_STARTER_ENCODE_TEXTS_H_
#define CLIENTELE_TESTS_UNIT_STARTER_ENCODE_TEXTS_H_

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>
#include <torch/csrc/jit/api/module.h>

#include "common/text/hashed_ngrams.h"

namespace clientele::starter {

// Rows of a TEXT_ENCODER module, padded to the longest text.
inline at::Tensor EncodeTexts(torch::jit::Module& module, const std::vector<std::string>& texts,
                              const text::HashedNgramOptions& options) {
  const at::NoGradGuard no_grad;
  const text::HashedNgramTokenizer tokenizer(options);
  std::vector<std::vector<std::int64_t>> rows;
  std::size_t longest = 1;
  for (const std::string& text : texts) {
    rows.push_back(tokenizer.Encode(text));
    longest = std::max(longest, rows.back().size());
  }
  at::Tensor ids = at::zeros(
      {static_cast<std::int64_t>(rows.size()), static_cast<std::int64_t>(longest)}, at::kLong);
  for (std::size_t r = 0; r < rows.size(); ++r) {
    for (std::size_t t = 0; t < rows[r].size(); ++t) {
      ids[static_cast<std::int64_t>(r)][static_cast<std::int64_t>(t)] = rows[r][t];
    }
  }
  return module.forward({ids, (ids > 0).to(at::kLong)}).toTensor();
}

}  // namespace clientele::starter

#endif  // CLIENTELE_TESTS_UNIT_STARTER_ENCODE_TEXTS_H_
