#include "tests/unit/inference/tiny_tasks.h"

#include <algorithm>
#include <utility>

#include <ATen/ATen.h>
#include <torch/csrc/jit/api/module.h>

#include "common/inference/bundle/manifest.h"
#include "common/inference/torchscript/bundle_writer.h"
#include "common/inference/torchscript/torchscript_runner.h"
#include "tests/support/catch_with_torch.h"

namespace clientele::inference::testing {
namespace {

constexpr char kVocabulary[] = "[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\nfree\nreturn\ncafe\n?\n退\n";

}  // namespace

torch::jit::Module TinyTableModule(const std::map<TinyWord, std::vector<float>>& rows,
                                   const std::string& methods) {
  const auto width = rows.empty() ? 1 : static_cast<std::int64_t>(rows.begin()->second.size());
  at::Tensor table = at::zeros({kTinyWords, width}, at::kFloat);
  for (const auto& [word, row] : rows) {
    std::copy(row.begin(), row.end(), table.data_ptr<float>() + word * width);
  }
  torch::jit::Module module("TinyTable");
  module.register_buffer("table", table);
  module.define(methods);
  return module;
}

model::v1::Bundle TinyTokensManifest(model::v1::Task task) {
  model::v1::Bundle manifest;
  manifest.set_name("tiny");
  manifest.set_version("1");
  manifest.set_task(task);
  for (const char* name : {"ids", "mask", "segments"}) {
    AddSpec(*manifest.mutable_inputs(), name, model::v1::DATA_TYPE_INT64, {-1, -1});
  }
  manifest.mutable_tokenizer()->mutable_files()->set_folder("tokenizer");
  manifest.mutable_limits()->set_max_tokens(12);
  manifest.mutable_limits()->set_max_batch_rows(8);
  manifest.mutable_limits()->set_vocabulary(kTinyWords);
  return manifest;
}

std::vector<at::Tensor> TinyTokensInputs() {
  const auto tensor = [](const std::vector<std::int64_t>& values) {
    return at::tensor(values, at::kLong).reshape({2, 5});
  };
  return {tensor({kCls, kFree, kSep, kReturn, kSep, kCls, kHan, kSep, kSep, kPad}),
          tensor({1, 1, 1, 1, 1, 1, 1, 1, 1, 0}), tensor({0, 0, 0, 1, 1, 0, 0, 0, 1, 0})};
}

ModelHandleOptions WriteTask(const clientele::testing::TemporaryFolder& folder,
                             const torch::jit::Module& module, model::v1::Bundle manifest,
                             const std::vector<at::Tensor>& golden_inputs) {
  const auto key = crypto::SigningKey::Generate();
  std::vector<BundleFile> files;
  if (manifest.tokenizer().has_files()) files = {{"tokenizer/vocab.txt", kVocabulary}};
  const auto written =
      WriteBundle({.model_dir = folder.path()}, module, manifest, files, golden_inputs, key);
  INFO(written.status());
  REQUIRE(written.ok());
  return {.model_dir = folder.path(),
          .name = manifest.name(),
          .task = manifest.task(),
          .public_key = key.public_key(),
          .runners = TorchScriptRunner::Load,
          .refresh_interval = absl::ZeroDuration()};
}

}  // namespace clientele::inference::testing
