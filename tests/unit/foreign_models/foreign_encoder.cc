#include "tests/unit/foreign_models/foreign_encoder.h"

#include <array>
#include <cmath>

#include <ATen/ATen.h>
#include <torch/csrc/jit/api/module.h>

#include "absl/strings/str_replace.h"

#include "common/text/hashed_ngrams.h"
#include "tests/unit/foreign_models/contract_page.h"

namespace clientele::foreign {

torch::jit::Module ForeignTextEncoder() {
  const at::Tensor i = at::arange(kBuckets + 1, at::kFloat);
  torch::jit::Module module("Encoder");
  module.register_buffer("table", at::stack({i.cos(), i.sin(), i / 100}, 1));
  module.define(MethodsOf("TEXT_ENCODER"));
  return module;
}

std::string ForeignTextEncoderManifest() {
  return absl::StrReplaceAll(ExampleManifest(), {{"65536", std::to_string(kBuckets)},
                                                 {"256", std::to_string(kTextWidth)}});
}

std::vector<double> ExpectedVector(const std::string& text) {
  const text::HashedNgramTokenizer tokenizer(
      {.buckets = kBuckets, .min_char_ngram = 3, .max_char_ngram = 5, .max_word_ngram = 2});
  std::array<double, kTextWidth> sum = {};
  for (const std::int64_t id : tokenizer.Encode(text)) {
    const double i = static_cast<double>(id);
    sum[0] += std::cos(i);
    sum[1] += std::sin(i);
    sum[2] += i / 100;
  }
  const double norm = std::hypot(sum[0], sum[1], sum[2]);
  std::vector<double> vector(sum.begin(), sum.end());
  for (double& value : vector) value = norm > 0 ? value / norm : 0;
  return vector;
}

}  // namespace clientele::foreign
