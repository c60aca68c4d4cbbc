#include "services/qa-service/training/encoder/encoder_publication.h"

#include <exception>
#include <utility>

#include <ATen/ATen.h>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

#include "common/inference/bundle/golden.h"
#include "common/inference/torchscript/stored_weights.h"

namespace clientele::qa {
namespace {

constexpr char kTokenizerFolder[] = "tokenizer";
constexpr std::int64_t kGoldenRows = 2;
constexpr std::int64_t kGoldenTokens = 8;

}  // namespace

std::vector<inference::BundleFile> BertTokenizerFiles(absl::Span<const std::string> pieces) {
  return {{.path = absl::StrCat(kTokenizerFolder, "/vocab.txt"),
           .content = absl::StrCat(absl::StrJoin(pieces, "\n"), "\n")},
          {.path = absl::StrCat(kTokenizerFolder, "/tokenizer_config.json"),
           .content = "{\"tokenizer_class\": \"BertTokenizer\", \"do_lower_case\": true}\n"}};
}

absl::StatusOr<std::filesystem::path> PublishEncoder(
    const torch::jit::Module& module, model::v1::Bundle manifest,
    const std::vector<inference::BundleFile>& files, const EncoderPublication& publication) {
  manifest.set_name(publication.name);
  manifest.set_version(publication.version);
  manifest.clear_files();
  manifest.clear_golden();
  manifest.clear_metrics();
  manifest.clear_create_time();
  if (!manifest.has_tokenizer()) {
    manifest.mutable_tokenizer()->mutable_files()->set_folder(kTokenizerFolder);
  }
  (*manifest.mutable_settings())[inference::kStoredWeightsSetting] = inference::kStoredAsHalf;
  for (const auto& [name, value] : publication.metrics) (*manifest.mutable_metrics())[name] = value;
  try {
    const torch::jit::Module stored = inference::StoreAsHalf(module);
    const std::vector<at::Tensor> golden =
        inference::ExampleInputs(manifest, kGoldenRows, kGoldenTokens);
    const inference::BundleWriterOptions writer = {.model_dir = publication.out};
    return publication.key != nullptr
               ? inference::WriteBundle(writer, stored, std::move(manifest), files, golden,
                                        *publication.key)
               : inference::WriteUnsignedBundle(writer, stored, std::move(manifest), files, golden);
  } catch (const std::exception&) {
    return absl::InternalError("the encoder's TorchScript module cannot be stored");
  }
}

}  // namespace clientele::qa
