#include "services/qa-service/training/pair_publication.h"

#include <exception>
#include <utility>
#include <vector>

#include "common/inference/bundle/golden.h"
#include "common/inference/bundle/manifest.h"
#include "common/inference/torchscript/bundle_writer.h"
#include "common/inference/torchscript/stored_weights.h"
#include "common/status/status_macros.h"

namespace clientele::qa {
namespace {

constexpr double kPairGoldenTolerance = 1e-3;
constexpr std::int64_t kGoldenTokens = 8;

}  // namespace

absl::StatusOr<std::filesystem::path> WritePairBundle(
    const EncoderBundle& encoder, const torch::jit::Module& module, model::v1::Bundle manifest,
    std::size_t max_tokens, const std::filesystem::path& out, const crypto::SigningKey* key) {
  const model::v1::Bundle& from = encoder.model().manifest();
  for (const char* input : {"ids", "mask", "segments"}) {
    inference::AddSpec(*manifest.mutable_inputs(), input, model::v1::DATA_TYPE_INT64, {-1, -1});
  }
  if (manifest.license().empty()) manifest.set_license(from.license());
  *manifest.mutable_tokenizer() = from.tokenizer();
  const auto tokens = static_cast<std::int32_t>(max_tokens);
  if (manifest.tokenizer().files().max_tokens() > 0) {
    manifest.mutable_tokenizer()->mutable_files()->set_max_tokens(tokens);
  }
  manifest.mutable_limits()->set_max_tokens(tokens);
  manifest.mutable_limits()->set_vocabulary(from.limits().vocabulary());
  manifest.mutable_limits()->set_max_batch_rows(from.limits().max_batch_rows());
  auto& settings = *manifest.mutable_settings();
  const auto padding = from.settings().find("pad_id");
  if (padding != from.settings().end()) settings["pad_id"] = padding->second;
  settings["segment_kinds"] = "2";
  manifest.mutable_golden()->set_tolerance(kPairGoldenTolerance);
  CLIENTELE_ASSIGN_OR_RETURN(const std::vector<inference::BundleFile> files,
                             encoder.TokenizerFiles());
  // Weights take no more space than the encoder's.
  const auto stored = from.settings().find(inference::kStoredWeightsSetting);
  const bool as_half =
      stored != from.settings().end() && stored->second == inference::kStoredAsHalf;
  if (as_half) settings[inference::kStoredWeightsSetting] = inference::kStoredAsHalf;
  try {
    const torch::jit::Module written = as_half ? inference::StoreAsHalf(module) : module;
    const std::vector<at::Tensor> golden =
        inference::ExampleInputs(manifest, /*rows=*/2, kGoldenTokens);
    const inference::BundleWriterOptions writer = {.model_dir = out};
    return key != nullptr
               ? inference::WriteBundle(writer, written, manifest, files, golden, *key)
               : inference::WriteUnsignedBundle(writer, written, manifest, files, golden);
  } catch (const std::exception&) {
    return absl::InternalError("the module of pairs cannot be written");
  }
}

}  // namespace clientele::qa
