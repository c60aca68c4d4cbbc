#include "tests/integration/profile/tiny_bundles.h"

#include <ATen/ATen.h>
#include <torch/csrc/jit/api/module.h>

#include "clientele/model/v1/bundle.pb.h"

#include "common/inference/bundle/manifest.h"
#include "common/inference/torchscript/bundle_writer.h"
#include "services/profile-service/core/features/behavior_vector.h"

namespace clientele::profile::testing {
namespace {

constexpr int kBuckets = 64;
constexpr int kImageDimension = 5;

}  // namespace

absl::Status WriteTextEncoder(const std::filesystem::path& model_dir,
                              const crypto::SigningKey& key) {
  torch::jit::Module module("TinyTextEncoder");
  module.register_buffer("table", at::sin(at::arange((kBuckets + 1) * kTextDimension, at::kFloat))
                                      .reshape({kBuckets + 1, kTextDimension}));
  module.define(R"(
def forward(self, ids, mask):
    rows = torch.embedding(self.table, ids) * mask.to(self.table.dtype).unsqueeze(-1)
    total = rows.sum(1)
    return total / total.norm(2, 1, True).clamp(min=1e-12)
)");
  model::v1::Bundle manifest;
  manifest.set_name("starter-text-encoder");
  manifest.set_version("1");
  manifest.set_task(model::v1::TASK_TEXT_ENCODER);
  inference::AddSpec(*manifest.mutable_inputs(), "ids", model::v1::DATA_TYPE_INT64, {-1, -1});
  inference::AddSpec(*manifest.mutable_inputs(), "mask", model::v1::DATA_TYPE_INT64, {-1, -1});
  inference::AddSpec(*manifest.mutable_outputs(), "vectors", model::v1::DATA_TYPE_FLOAT32,
                     {-1, kTextDimension});
  model::v1::HashedNgrams* ngrams = manifest.mutable_tokenizer()->mutable_hashed_ngrams();
  ngrams->set_buckets(kBuckets);
  ngrams->set_min_char_ngram(3);
  ngrams->set_max_char_ngram(4);
  ngrams->set_max_word_ngram(2);
  manifest.set_normalized(true);
  manifest.mutable_limits()->set_max_tokens(64);
  manifest.mutable_limits()->set_max_batch_rows(16);
  return inference::WriteBundle({.model_dir = model_dir}, module, manifest, {},
                                {at::tensor({1, 2, 3, 0}, at::kLong).reshape({2, 2}),
                                 at::tensor({1, 1, 1, 0}, at::kLong).reshape({2, 2})},
                                key)
      .status();
}

absl::Status WriteProfileFuser(const std::filesystem::path& model_dir,
                               const crypto::SigningKey& key) {
  torch::jit::Module module("TinyProfileFuser");
  module.define(R"(
def forward(self, behavior, text, image, present):
    parts = torch.cat([behavior[:, 0:4] * present[:, 0:1], text * present[:, 1:2]], 1)
    return parts / parts.norm(2, 1, True).clamp(min=1e-12)
)");
  model::v1::Bundle manifest;
  manifest.set_name("starter-profile-fuser");
  manifest.set_version("1");
  manifest.set_task(model::v1::TASK_PROFILE_FUSER);
  const auto float32 = model::v1::DATA_TYPE_FLOAT32;
  const auto features = static_cast<int64_t>(kBehaviorFeatures);
  inference::AddSpec(*manifest.mutable_inputs(), "behavior", float32, {-1, features});
  inference::AddSpec(*manifest.mutable_inputs(), "text", float32, {-1, kTextDimension});
  inference::AddSpec(*manifest.mutable_inputs(), "image", float32, {-1, kImageDimension});
  inference::AddSpec(*manifest.mutable_inputs(), "present", float32, {-1, 3});
  inference::AddSpec(*manifest.mutable_outputs(), "profile", float32, {-1, kProfileDimension});
  manifest.set_normalized(true);
  manifest.mutable_limits()->set_max_batch_rows(16);
  return inference::WriteBundle({.model_dir = model_dir}, module, manifest, {},
                                {at::ones({2, features}), at::ones({2, kTextDimension}),
                                 at::zeros({2, kImageDimension}), at::ones({2, 3})},
                                key)
      .status();
}

}  // namespace clientele::profile::testing
