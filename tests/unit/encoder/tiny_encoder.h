#ifndef CLIENTELE_TESTS_UNIT_ENCODER_TINY_ENCODER_H_
#define CLIENTELE_TESTS_UNIT_ENCODER_TINY_ENCODER_H_

// A text encoder of a few numbers: the mean of its tokens' rows of a table.

#include <filesystem>
#include <string>

#include <ATen/ATen.h>
#include <torch/csrc/jit/api/module.h>

#include "clientele/model/v1/bundle.pb.h"

#include "common/inference/bundle/golden.h"
#include "common/inference/bundle/manifest.h"
#include "common/inference/torchscript/bundle_writer.h"
#include "tests/support/catch_with_torch.h"

namespace clientele::qa::testing {

inline constexpr std::int64_t kTinyBuckets = 500;
inline constexpr std::int64_t kTinyWidth = 16;

inline torch::jit::Module TinyModule(double phase, std::int64_t rows = kTinyBuckets + 1) {
  torch::jit::Module module("TinyEncoder");
  module.register_buffer(
      "tokens",
      at::sin(at::arange(rows * kTinyWidth, at::kFloat) * phase).view({rows, kTinyWidth}));
  module.define(R"py(
def forward(self, ids: Tensor, mask: Tensor) -> Tensor:
    weights = mask.to(self.tokens.dtype).unsqueeze(-1)
    rows = torch.sum(torch.embedding(self.tokens, ids) * weights, 1)
    return rows / torch.clamp(torch.sum(weights, 1), min=1.0)
)py");
  return module;
}

inline model::v1::Bundle TinyManifest(const std::string& name) {
  model::v1::Bundle manifest;
  manifest.set_name(name);
  manifest.set_version("1");
  manifest.set_task(model::v1::TASK_TEXT_ENCODER);
  for (const char* input : {"ids", "mask"}) {
    inference::AddSpec(*manifest.mutable_inputs(), input, model::v1::DATA_TYPE_INT64, {-1, -1});
  }
  inference::AddSpec(*manifest.mutable_outputs(), "vectors", model::v1::DATA_TYPE_FLOAT32,
                     {-1, kTinyWidth});
  manifest.mutable_tokenizer()->mutable_hashed_ngrams()->set_buckets(kTinyBuckets);
  manifest.mutable_tokenizer()->mutable_hashed_ngrams()->set_max_word_ngram(1);
  manifest.mutable_limits()->set_max_tokens(32);
  return manifest;
}

inline std::filesystem::path WriteTinyEncoder(const std::filesystem::path& out,
                                              const std::string& name = "encoder",
                                              double phase = 1.3) {
  const model::v1::Bundle manifest = TinyManifest(name);
  const auto written =
      inference::WriteUnsignedBundle({.model_dir = out}, TinyModule(phase), manifest, {},
                                     inference::ExampleInputs(manifest, 1, 4));
  INFO(written.status());
  REQUIRE(written.ok());
  return *written;
}

}  // namespace clientele::qa::testing

#endif  // CLIENTELE_TESTS_UNIT_ENCODER_TINY_ENCODER_H_
