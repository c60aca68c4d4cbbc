#include "tests/integration/qa/tiny_intents.h"

#include <cstdint>
#include <set>

#include <ATen/ATen.h>
#include <torch/csrc/jit/api/module.h>

#include "clientele/model/v1/bundle.pb.h"

#include "common/inference/bundle/manifest.h"
#include "common/inference/tasks/label_choice.h"
#include "common/inference/torchscript/bundle_writer.h"
#include "common/text/hashed_ngrams.h"

namespace clientele::qa::testing {
namespace {

constexpr std::int64_t kWordBuckets = 4096;
constexpr char kOutside[] = "oos";
constexpr double kSure = 6;

}  // namespace

absl::Status WriteIntents(const std::filesystem::path& model_dir,
                          const std::map<std::string, std::string>& label_by_word,
                          const crypto::SigningKey& key) {
  model::v1::Bundle manifest;
  manifest.set_name("tiny-intents");
  manifest.set_version("1");
  manifest.set_task(model::v1::TASK_TEXT_CLASSIFIER);
  std::map<std::string, std::int64_t> classes;
  for (const auto& [word, label] : label_by_word) {
    if (classes.emplace(label, manifest.labels_size()).second) manifest.add_labels(label);
  }
  const std::int64_t outside = manifest.labels_size();
  manifest.add_labels(kOutside);
  (*manifest.mutable_settings())[inference::kOosLabelSetting] = kOutside;
  (*manifest.mutable_settings())[inference::kOosThresholdSetting] = "0.5";
  for (const char* input : {"ids", "mask", "segments"}) {
    inference::AddSpec(*manifest.mutable_inputs(), input, model::v1::DATA_TYPE_INT64, {-1, -1});
  }
  inference::AddSpec(*manifest.mutable_outputs(), "scores", model::v1::DATA_TYPE_FLOAT32,
                     {-1, manifest.labels_size()});
  model::v1::HashedNgrams& ngrams = *manifest.mutable_tokenizer()->mutable_hashed_ngrams();
  ngrams.set_buckets(kWordBuckets);
  ngrams.set_max_word_ngram(1);
  manifest.mutable_limits()->set_max_tokens(512);
  manifest.mutable_limits()->set_max_batch_rows(32);

  at::Tensor table = at::zeros({kWordBuckets + 1, manifest.labels_size()}, at::kFloat);
  const text::HashedNgramTokenizer tokenizer(
      {.buckets = kWordBuckets, .min_char_ngram = 0, .max_char_ngram = 0, .max_word_ngram = 1});
  for (const auto& [word, label] : label_by_word) {
    table[tokenizer.Encode(word).at(0)][classes.at(label)] = 2 * kSure;
  }
  at::Tensor bias = at::zeros({manifest.labels_size()}, at::kFloat);
  bias[outside] = kSure;
  torch::jit::Module module("TinyIntents");
  module.register_buffer("table", table);
  module.register_buffer("bias", bias);
  module.define(R"(
def forward(self, ids, mask, segments):
    rows = torch.embedding(self.table, ids) * mask.to(self.table.dtype).unsqueeze(-1)
    return rows.sum(1) + self.bias
)");
  const at::Tensor ids = at::tensor({1, 2, 3, 0}, at::kLong).reshape({2, 2});
  const at::Tensor mask = at::tensor({1, 1, 1, 0}, at::kLong).reshape({2, 2});
  return inference::WriteBundle({.model_dir = model_dir}, module, manifest, {},
                                {ids, mask, at::zeros_like(ids)}, key)
      .status();
}

}  // namespace clientele::qa::testing
