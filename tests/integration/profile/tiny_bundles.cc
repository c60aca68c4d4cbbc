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

absl::Status WriteImageEncoder(const std::filesystem::path& model_dir,
                               const crypto::SigningKey& key) {
  torch::jit::Module module("TinyImageEncoder");
  module.define(R"(
def forward(self, pixels):
    color = pixels.mean([2, 3])
    red = (color[:, 0] - 0.5) * 20.0
    return torch.cat([color, torch.zeros_like(color[:, 0:2])], 1), torch.stack([red, -red], 1)
)");
  model::v1::Bundle manifest;
  manifest.set_name("tiny-image-encoder");
  manifest.set_version("1");
  manifest.set_task(model::v1::TASK_IMAGE_ENCODER);
  manifest.add_labels("red");
  manifest.add_labels("other");
  (*manifest.mutable_settings())["picture_side"] = "8";
  const auto float32 = model::v1::DATA_TYPE_FLOAT32;
  inference::AddSpec(*manifest.mutable_inputs(), "pixels", float32, {-1, 3, -1, -1});
  inference::AddSpec(*manifest.mutable_outputs(), "features", float32, {-1, kImageDimension});
  inference::AddSpec(*manifest.mutable_outputs(), "scores", float32, {-1, 2});
  manifest.mutable_limits()->set_max_batch_rows(4);
  return inference::WriteBundle({.model_dir = model_dir}, module, manifest, {},
                                {at::full({2, 3, 4, 4}, 0.25)}, key)
      .status();
}

absl::Status WriteObjectDetector(const std::filesystem::path& model_dir,
                                 const crypto::SigningKey& key) {
  torch::jit::Module module("TinyDetector");
  module.define(R"(
def forward(self, pixels):
    red = pixels[:, 0].mean([1, 2])
    found = torch.nonzero(red > 0.5).squeeze(1)
    size = torch.tensor([0.0, 0.0, float(pixels.size(3)) / 2.0, float(pixels.size(2))])
    return size.expand(found.size(0), 4), red[found], torch.zeros_like(found), found, red.unsqueeze(1)
)");
  model::v1::Bundle manifest;
  manifest.set_name("tiny-detector");
  manifest.set_version("1");
  manifest.set_task(model::v1::TASK_OBJECT_DETECTOR);
  manifest.add_labels("something red");
  const auto float32 = model::v1::DATA_TYPE_FLOAT32;
  inference::AddSpec(*manifest.mutable_inputs(), "pixels", float32, {-1, 3, -1, -1});
  inference::AddSpec(*manifest.mutable_outputs(), "boxes", float32, {-1, 4});
  inference::AddSpec(*manifest.mutable_outputs(), "scores", float32, {-1});
  inference::AddSpec(*manifest.mutable_outputs(), "labels", model::v1::DATA_TYPE_INT64, {-1});
  inference::AddSpec(*manifest.mutable_outputs(), "pictures", model::v1::DATA_TYPE_INT64, {-1});
  inference::AddSpec(*manifest.mutable_outputs(), "class_scores", float32, {-1, 1});
  manifest.mutable_limits()->set_max_batch_rows(4);
  return inference::WriteBundle({.model_dir = model_dir}, module, manifest, {},
                                {at::full({2, 3, 4, 4}, 0.75)}, key)
      .status();
}

}  // namespace clientele::profile::testing
