#include "tests/unit/inference/tiny_models.h"

#include <cstdlib>

#include <ATen/ATen.h>
#include <torch/csrc/jit/api/module.h>

#include "common/inference/bundle/manifest.h"
#include "common/inference/torchscript/torchscript_runner.h"
#include "tests/support/temporary_folder.h"
#include "tests/unit/inference/text_file.h"

namespace clientele::inference::testing {
torch::jit::Module TinyEncoder(int seed) {
  torch::jit::Module module("TinyEncoder");
  const at::Tensor table =
      at::sin(at::arange((kBuckets + 1) * kDimension, at::kFloat) * static_cast<float>(seed))
          .reshape({kBuckets + 1, kDimension});
  module.register_buffer("table", table);
  module.define(R"(
def forward(self, ids, mask):
    weights = mask.to(self.table.dtype).unsqueeze(-1)
    rows = torch.embedding(self.table, ids) * weights
    mean = rows.sum(1) / weights.sum(1).clamp(min=1.0)
    return mean / mean.norm(2, 1, True).clamp(min=1e-12)
)");
  return module;
}

model::v1::Bundle TinyEncoderManifest(const std::string& version) {
  model::v1::Bundle manifest;
  manifest.set_name("tiny-encoder");
  manifest.set_version(version);
  manifest.set_task(model::v1::TASK_TEXT_ENCODER);
  AddSpec(*manifest.mutable_inputs(), "ids", model::v1::DATA_TYPE_INT64, {-1, -1});
  AddSpec(*manifest.mutable_inputs(), "mask", model::v1::DATA_TYPE_INT64, {-1, -1});
  AddSpec(*manifest.mutable_outputs(), "vectors", model::v1::DATA_TYPE_FLOAT32, {-1, kDimension});
  model::v1::HashedNgrams& ngrams = *manifest.mutable_tokenizer()->mutable_hashed_ngrams();
  ngrams.set_buckets(kBuckets);
  ngrams.set_min_char_ngram(3);
  ngrams.set_max_char_ngram(4);
  ngrams.set_max_word_ngram(2);
  manifest.set_normalized(true);
  manifest.mutable_limits()->set_max_tokens(kMaxTokens);
  manifest.mutable_limits()->set_max_batch_rows(8);
  return manifest;
}

std::vector<at::Tensor> TinyEncoderInputs() {
  return {at::tensor({1, 2, 3, 4, 5, 0}, at::kLong).reshape({2, 3}),
          at::tensor({1, 1, 1, 1, 1, 0}, at::kLong).reshape({2, 3})};
}

absl::StatusOr<std::filesystem::path> WriteTinyEncoder(const std::filesystem::path& model_dir,
                                                       const std::string& version,
                                                       const crypto::SigningKey& key, int seed) {
  return WriteBundle({.model_dir = model_dir}, TinyEncoder(seed), TinyEncoderManifest(version),
                     {{"items.json", "[\"a\",\"b\"]"}}, TinyEncoderInputs(), key);
}

torch::jit::Module TinyModule(const std::string& source) {
  torch::jit::Module module("TinyModule");
  module.define(source);
  return module;
}

model::v1::Bundle TinyRankerManifest() {
  model::v1::Bundle manifest;
  manifest.set_name("tiny-ranker");
  manifest.set_version("1");
  manifest.set_task(model::v1::TASK_RANKER);
  AddSpec(*manifest.mutable_inputs(), "features", model::v1::DATA_TYPE_FLOAT32, {-1, 2});
  AddSpec(*manifest.mutable_outputs(), "scores", model::v1::DATA_TYPE_FLOAT32, {-1});
  manifest.mutable_limits()->set_max_batch_rows(8);
  return manifest;
}

std::unique_ptr<ModelRunner> TinyRanker(const std::string& source) {
  auto runner = TorchScriptRunner::FromModule(TinyModule(source), TinyRankerManifest());
  if (!runner.ok()) std::abort();
  return *std::move(runner);
}

void Resign(const std::filesystem::path& dir, const crypto::SigningKey& key,
            const std::function<void(model::v1::Bundle&)>& change) {
  auto manifest = ParseManifest(ReadText(dir / "bundle.json"));
  if (!manifest.ok()) std::abort();
  change(*manifest);
  const std::string json = WriteManifest(*manifest).value();
  WriteText(dir / "bundle.json", json);
  WriteText(dir / "bundle.sig", key.Sign(json));
}

}  // namespace clientele::inference::testing
