#include "tests/integration/qa/tiny_encoder.h"

#include <cstdint>
#include <initializer_list>
#include <string>

#include <ATen/ATen.h>
#include <torch/csrc/jit/api/module.h>

#include "clientele/model/v1/bundle.pb.h"

#include "common/inference/bundle/manifest.h"
#include "common/inference/torchscript/bundle_writer.h"

namespace clientele::qa::testing {
namespace {

constexpr std::int64_t kBuckets = 4096;
constexpr std::int64_t kDimension = 64;

}  // namespace

absl::Status WriteTextEncoder(const std::filesystem::path& model_dir, int version,
                              const crypto::SigningKey& key, bool blind) {
  // Pseudo-random rows that need no generator: nearly orthogonal.
  const at::Tensor angles = at::arange((kBuckets + 1) * kDimension, at::kDouble)
                                .add(version)
                                .mul(78.233)
                                .sin()
                                .mul(43758.5453);
  torch::jit::Module module("TinyTextEncoder");
  const at::Tensor rows =
      angles.sub(angles.floor()).sub(0.5).to(at::kFloat).reshape({kBuckets + 1, kDimension});
  module.register_buffer("table", blind ? at::ones_like(rows) : rows);
  module.define(R"(
def forward(self, ids, mask):
    rows = torch.embedding(self.table, ids) * mask.to(self.table.dtype).unsqueeze(-1)
    total = rows.sum(1)
    return total / total.norm(2, 1, True).clamp(min=1e-12)
)");
  model::v1::Bundle manifest;
  manifest.set_name("starter-text-encoder");
  manifest.set_version(std::to_string(version));
  manifest.set_task(model::v1::TASK_TEXT_ENCODER);
  inference::AddSpec(*manifest.mutable_inputs(), "ids", model::v1::DATA_TYPE_INT64, {-1, -1});
  inference::AddSpec(*manifest.mutable_inputs(), "mask", model::v1::DATA_TYPE_INT64, {-1, -1});
  inference::AddSpec(*manifest.mutable_outputs(), "vectors", model::v1::DATA_TYPE_FLOAT32,
                     {-1, kDimension});
  model::v1::HashedNgrams* ngrams = manifest.mutable_tokenizer()->mutable_hashed_ngrams();
  ngrams->set_buckets(kBuckets);
  ngrams->set_min_char_ngram(3);
  ngrams->set_max_char_ngram(4);
  ngrams->set_max_word_ngram(1);
  manifest.set_normalized(true);
  if (blind) (*manifest.mutable_settings())["lexical_weight"] = "0";
  manifest.mutable_limits()->set_max_tokens(512);
  manifest.mutable_limits()->set_max_batch_rows(32);
  return inference::WriteBundle({.model_dir = model_dir}, module, manifest, {},
                                {at::tensor({1, 2, 3, 0}, at::kLong).reshape({2, 2}),
                                 at::tensor({1, 1, 1, 0}, at::kLong).reshape({2, 2})},
                                key)
      .status();
}

}  // namespace clientele::qa::testing
