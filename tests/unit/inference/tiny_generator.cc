#include "tests/unit/inference/tiny_generator.h"

#include <algorithm>
#include <cstdlib>
#include <utility>

#include <ATen/ATen.h>
#include <torch/csrc/jit/api/module.h>

#include "common/inference/bundle/manifest.h"
#include "common/inference/bundle/model_bundle.h"
#include "common/inference/torchscript/bundle_writer.h"
#include "common/inference/torchscript/torchscript_runner.h"
#include "common/status/status_macros.h"
#include "tests/support/temporary_folder.h"

namespace clientele::inference::testing {
namespace {

// Elements differ by layer, head and width, so that reading another one shows.
constexpr char kShared[] = R"(
def logits_of(self, total):
    v = torch.arange(23).unsqueeze(0)
    z = torch.remainder(v * 5 + total.unsqueeze(1), 23)
    slope = torch.remainder(total, 5).unsqueeze(1) + 3
    return (z * slope).to(self.offsets.dtype) * -0.02

def cells(self, ids, positions):
    key = ((ids + 1) * (positions + 1)).to(self.offsets.dtype)
    value = (ids + 2).to(self.offsets.dtype)
    pair = torch.stack([key, value])
    return pair.unsqueeze(0).unsqueeze(3).unsqueeze(5) + self.offsets

def sum_of(self, cache, mask):
    keys = cache[0, 0, :, 0, :, 0] - self.offsets[0, 0, 0, 0, 0, 0]
    values = cache[-1, 1, :, -1, :, -1] - self.offsets[-1, 1, 0, -1, 0, -1]
    return ((keys + values) * mask.to(keys.dtype)).sum(1).to(mask.dtype)

def write(self, cache, new, positions):
    rows = torch.arange(new.size(2))
    for layer in range(cache.size(0)):
        for part in range(2):
            cells = cache[layer, part]
            cells[rows, :, positions] = new[layer, part, :, :, 0]

def held(self, cache, positions):
    return (torch.arange(cache.size(4)).unsqueeze(0) <= positions.unsqueeze(1)).to(positions.dtype)
)";

constexpr char kDecoderSource[] = R"(
def prefill(self, ids, mask):
    cache = self.cells(ids, torch.arange(ids.size(1)).unsqueeze(0))
    return self.logits_of(self.sum_of(cache, mask)), cache

def step(self, ids, positions, cache):
    self.write(cache, self.cells(ids.unsqueeze(1), positions.unsqueeze(1)), positions)
    return self.logits_of(self.sum_of(cache, self.held(cache, positions)))
)";

constexpr char kEncoderDecoderSource[] = R"(
def prefill(self, ids, mask):
    cross = self.cells(ids, torch.arange(ids.size(1)).unsqueeze(0))
    start = torch.ones_like(ids[:, 0:1])
    cache = self.cells(start, start - 1)
    total = self.sum_of(cache, start) + self.sum_of(cross, mask) * 31
    return self.logits_of(total), cache, cross, mask

def step(self, ids, positions, cache, cross, source_mask):
    self.write(cache, self.cells(ids.unsqueeze(1), positions.unsqueeze(1)), positions)
    total = self.sum_of(cache, self.held(cache, positions))
    return self.logits_of(total + self.sum_of(cross, source_mask) * 31)
)";

std::int64_t SumOf(const std::vector<std::int64_t>& ids) {
  std::int64_t sum = 0;
  for (std::size_t p = 0; p < ids.size(); ++p) {
    sum += (ids[p] + 1) * static_cast<std::int64_t>(p + 1) + ids[p] + 2;
  }
  return sum;
}

class ProbedRunner final : public ModelRunner {
 public:
  ProbedRunner(std::unique_ptr<ModelRunner> inner, ModelProbe* probe)
      : inner_(std::move(inner)), probe_(probe) {}

 private:
  absl::StatusOr<std::vector<at::Tensor>> DoRun(absl::string_view method,
                                                std::vector<at::Tensor> inputs,
                                                OutputPlace place) const override {
    ModelCall call;
    call.method = std::string(method);
    call.rows = inputs[0].size(0);
    if (call.method == "step") {
      call.length = inputs[2].size(4);
      call.cache = inputs[2].data_ptr();
      call.one_stride = inputs[2].stride(2) == kHeads * inputs[2].stride(3) &&
                        inputs[2].stride(4) == kWidth && inputs[2].stride(5) == 1;
    } else {
      call.length = inputs[0].size(1);
    }
    probe_->calls.push_back(call);
    if (probe_->before) CLIENTELE_RETURN_IF_ERROR(probe_->before(call));
    auto outputs = inner_->Run(method, std::move(inputs), place);
    if (outputs.ok() && probe_->after) probe_->after(call, *outputs);
    return outputs;
  }

  std::unique_ptr<ModelRunner> inner_;
  ModelProbe* probe_;
};

}  // namespace

std::string TinyGeneratorSource(GeneratorKind kind) {
  return std::string(kShared) +
         (kind == GeneratorKind::kDecoder ? kDecoderSource : kEncoderDecoderSource);
}

torch::jit::Module TinyGeneratorOf(const std::string& source) {
  torch::jit::Module module("TinyGenerator");
  module.register_buffer("offsets", (at::arange(kLayers * 2 * kHeads * kWidth, at::kFloat) * 100)
                                        .reshape({kLayers, 2, 1, kHeads, 1, kWidth}));
  module.define(source);
  return module;
}

torch::jit::Module TinyGenerator(GeneratorKind kind) {
  return TinyGeneratorOf(TinyGeneratorSource(kind));
}

model::v1::Bundle TinyGeneratorManifest(GeneratorKind kind, const std::string& version) {
  model::v1::Bundle manifest;
  manifest.set_name("tiny-generator");
  manifest.set_version(version);
  manifest.set_task(model::v1::TASK_TEXT_GENERATOR);
  AddSpec(*manifest.mutable_inputs(), "ids", model::v1::DATA_TYPE_INT64, {-1, -1});
  AddSpec(*manifest.mutable_inputs(), "mask", model::v1::DATA_TYPE_INT64, {-1, -1});
  AddSpec(*manifest.mutable_outputs(), "logits", model::v1::DATA_TYPE_FLOAT32, {-1, kVocabulary});
  AddSpec(*manifest.mutable_outputs(), "cache", model::v1::DATA_TYPE_FLOAT32,
          {kLayers, 2, -1, kHeads, -1, kWidth});
  auto& settings = *manifest.mutable_settings();
  settings["architecture_kind"] = "decoder";
  settings["end_ids"] = std::to_string(kEndId);
  settings["pad_id"] = "0";
  if (kind == GeneratorKind::kEncoderDecoder) {
    AddSpec(*manifest.mutable_outputs(), "cross", model::v1::DATA_TYPE_FLOAT32,
            {kLayers, 2, -1, kHeads, -1, kWidth});
    AddSpec(*manifest.mutable_outputs(), "source_mask", model::v1::DATA_TYPE_INT64, {-1, -1});
    settings["architecture_kind"] = "encoder-decoder";
    settings["start_id"] = std::to_string(kStartId);
  }
  manifest.mutable_limits()->set_max_tokens(kGeneratorPositions);
  manifest.mutable_limits()->set_max_batch_rows(64);
  return manifest;
}

std::vector<float> ExpectedLogits(const std::vector<std::int64_t>& sequence,
                                  const std::vector<std::int64_t>& source) {
  const std::int64_t total = SumOf(sequence) + 31 * SumOf(source);
  std::vector<float> logits;
  for (std::int64_t v = 0; v < kVocabulary; ++v) {
    const std::int64_t z = (5 * v + total) % kVocabulary;
    logits.push_back(static_cast<float>(z * (3 + total % 5)) * -0.02F);
  }
  return logits;
}

std::vector<std::int64_t> ExpectedTokens(GeneratorKind kind,
                                         const std::vector<std::int64_t>& prompt,
                                         const DecodingOptions& options,
                                         const std::vector<std::int64_t>& end_ids) {
  const bool encodes = kind == GeneratorKind::kEncoderDecoder;
  const std::vector<std::int64_t> source = encodes ? prompt : std::vector<std::int64_t>();
  std::vector<std::vector<std::int64_t>> sequences = {encodes ? std::vector<std::int64_t>{kStartId}
                                                              : prompt};
  const auto decoding = MakeDecoding(options, end_ids).value();
  while (true) {
    std::vector<std::vector<float>> logits;
    std::vector<absl::Span<const float>> rows;
    for (const auto& sequence : sequences) logits.push_back(ExpectedLogits(sequence, source));
    for (const auto& row : logits) rows.emplace_back(row);
    const auto next = decoding->Advance(rows).value();
    if (next.empty()) return decoding->tokens();
    std::vector<std::vector<std::int64_t>> grown;
    for (const Continuation& continuation : next) {
      grown.push_back(sequences[continuation.parent]);
      grown.back().push_back(continuation.token);
    }
    sequences = std::move(grown);
  }
}

std::size_t ModelProbe::Count(const std::string& method) const {
  return static_cast<std::size_t>(std::count_if(
      calls.begin(), calls.end(), [&](const ModelCall& call) { return call.method == method; }));
}

std::shared_ptr<const GeneratorModel> LoadTinyGenerator(GeneratorKind kind, ModelProbe* probe,
                                                        const std::string& version,
                                                        std::int64_t max_batch_rows) {
  const clientele::testing::TemporaryFolder folder;
  const auto key = crypto::SigningKey::Generate();
  model::v1::Bundle manifest = TinyGeneratorManifest(kind, version);
  manifest.mutable_limits()->set_max_batch_rows(static_cast<std::int32_t>(max_batch_rows));
  const auto dir = WriteBundle(
      {.model_dir = folder.path()}, TinyGenerator(kind), manifest, {},
      {at::tensor({3, 5, 7, 2}, at::kLong).reshape({1, 4}), at::ones({1, 4}, at::kLong)}, key);
  if (!dir.ok()) std::abort();
  ModelBundle bundle = ModelBundle::Open(*dir, key.public_key()).value();
  std::unique_ptr<ModelRunner> runner = TorchScriptRunner::Load(bundle, {}).value();
  if (probe != nullptr) runner = std::make_unique<ProbedRunner>(std::move(runner), probe);
  return GeneratorModel::Open(
             std::make_shared<const LoadedModel>(std::move(bundle), std::move(runner)))
      .value();
}

}  // namespace clientele::inference::testing
