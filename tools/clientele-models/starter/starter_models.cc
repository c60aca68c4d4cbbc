#include "tools/clientele-models/starter/starter_models.h"

#include <algorithm>
#include <exception>
#include <utility>

#include <ATen/ATen.h>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"

#include "common/crypto/signing.h"
#include "common/inference/bundle/manifest.h"
#include "common/inference/torchscript/bundle_writer.h"
#include "common/status/status_macros.h"
#include "common/text/hashed_ngrams.h"
#include "tools/clientele-models/bundle_key.h"
#include "tools/clientele-models/starter/image_encoder_module.h"
#include "tools/clientele-models/starter/profile_fuser_module.h"
#include "tools/clientele-models/starter/text_encoder_module.h"
#include "tools/clientele-models/starter/text_file.h"

namespace clientele::starter {
namespace {

constexpr char kTextEncoder[] = "starter-text-encoder";
constexpr char kImageEncoder[] = "starter-image-encoder";
constexpr char kProfileFuser[] = "starter-profile-fuser";

absl::Status CheckRange(const char* flag, std::int64_t value, std::int64_t least,
                        std::int64_t most) {
  if (value >= least && value <= most) return absl::OkStatus();
  return absl::InvalidArgumentError(
      absl::StrCat("--", flag, " must be in [", least, ", ", most, "], not ", value));
}

absl::Status CheckOptions(const StarterOptions& options) {
  if (!inference::ParseVersion(options.version)) {
    return absl::InvalidArgumentError("--version must be digits without a leading zero");
  }
  CLIENTELE_RETURN_IF_ERROR(CheckRange("dimensions", options.dimensions, 2, 2048));
  CLIENTELE_RETURN_IF_ERROR(CheckRange("buckets", options.buckets, 1024, 1 << 20));
  CLIENTELE_RETURN_IF_ERROR(CheckRange("behavior_features", options.behavior_features, 1, 4096));
  // Asked before the work, so that it is not done in vain.
  for (const char* name : {kTextEncoder, kImageEncoder, kProfileFuser}) {
    std::error_code error;
    if (std::filesystem::exists(options.model_dir / name / options.version, error)) {
      return absl::AlreadyExistsError(absl::StrCat("version ", options.version, " of ", name,
                                                   " exists already: choose a larger --version"));
    }
  }
  return absl::OkStatus();
}

// Sentences of our own: a manifest carries nothing of anybody's texts.
std::vector<at::Tensor> GoldenTexts(const text::HashedNgramTokenizer& tokenizer) {
  const char* const texts[] = {"Where is my order? It should have arrived on Monday.",
                               "我的订单什么时候发货？可以退款吗？", "Free returns within 30 days",
                               ""};
  std::vector<std::vector<std::int64_t>> rows;
  std::size_t longest = 1;
  for (const char* text : texts) {
    rows.push_back(tokenizer.Encode(text));
    longest = std::max(longest, rows.back().size());
  }
  const std::vector<std::int64_t> shape = {static_cast<std::int64_t>(rows.size()),
                                           static_cast<std::int64_t>(longest)};
  at::Tensor ids = at::zeros(shape, at::kLong);
  at::Tensor mask = at::zeros(shape, at::kLong);
  auto id_cells = ids.accessor<std::int64_t, 2>();
  auto mask_cells = mask.accessor<std::int64_t, 2>();
  for (std::size_t r = 0; r < rows.size(); ++r) {
    for (std::size_t t = 0; t < rows[r].size(); ++t) {
      id_cells[static_cast<std::int64_t>(r)][static_cast<std::int64_t>(t)] = rows[r][t];
      mask_cells[static_cast<std::int64_t>(r)][static_cast<std::int64_t>(t)] = 1;
    }
  }
  return {ids, mask};
}

// A wave over each row: values that are not all alike, without a random generator.
at::Tensor Wave(std::int64_t rows, std::int64_t columns) {
  return at::sin(at::arange(rows * columns, at::kFloat) * 0.37F).reshape({rows, columns});
}

std::vector<at::Tensor> GoldenPictures() {
  return {(Wave(2, 3 * 24 * 32).reshape({2, 3, 24, 32}) + 1) / 2};
}

std::vector<at::Tensor> GoldenProfiles(const ProfileFuserSettings& settings) {
  const at::Tensor present =
      at::tensor(at::ArrayRef<float>({1, 1, 1, 1, 0, 0, 0, 1, 1, 0, 0, 0})).reshape({4, 3});
  return {Wave(4, settings.behavior_features), Wave(4, settings.text_dimensions),
          Wave(4, settings.image_dimensions), present};
}

absl::StatusOr<StarterReport> Build(const StarterOptions& options) {
  CLIENTELE_RETURN_IF_ERROR(CheckOptions(options));
  CLIENTELE_ASSIGN_OR_RETURN(const crypto::SigningKey key,
                             models::ReadBundleKey(options.signing_key_file));
  CLIENTELE_ASSIGN_OR_RETURN(const TextFile file, ReadTextFile(options.texts, options.max_texts));

  TextEncoderSettings text_settings;
  text_settings.ngrams.buckets = options.buckets;
  text_settings.dimensions = options.dimensions;
  text_settings.seed = options.seed;
  CLIENTELE_ASSIGN_OR_RETURN(const TextEncoderModule encoder,
                             TrainTextEncoder(file.texts, text_settings));
  ProfileFuserSettings fuser_settings;
  fuser_settings.behavior_features = options.behavior_features;
  fuser_settings.text_dimensions = options.dimensions;
  fuser_settings.image_dimensions = kImageFeatures;

  StarterReport report;
  const auto write = [&](const char* name, const torch::jit::Module& module,
                         model::v1::Bundle manifest,
                         const std::vector<at::Tensor>& golden) -> absl::Status {
    manifest.set_name(name);
    manifest.set_version(options.version);
    CLIENTELE_ASSIGN_OR_RETURN(std::filesystem::path folder,
                               inference::WriteBundle({.model_dir = options.model_dir}, module,
                                                      std::move(manifest), {}, golden, key));
    report.bundles.push_back(std::move(folder));
    return absl::OkStatus();
  };
  CLIENTELE_RETURN_IF_ERROR(write(kTextEncoder, encoder.module,
                                  DescribeTextEncoder(encoder, text_settings),
                                  GoldenTexts(text::HashedNgramTokenizer(text_settings.ngrams))));
  CLIENTELE_RETURN_IF_ERROR(
      write(kImageEncoder, MakeImageEncoder(), DescribeImageEncoder(), GoldenPictures()));
  CLIENTELE_RETURN_IF_ERROR(write(kProfileFuser, MakeProfileFuser(fuser_settings),
                                  DescribeProfileFuser(fuser_settings),
                                  GoldenProfiles(fuser_settings)));
  report.lines = file.lines;
  report.texts = encoder.texts;
  report.invalid_lines = file.invalid;
  report.explained = encoder.explained;
  return report;
}

}  // namespace

absl::StatusOr<StarterReport> BuildStarterModels(const StarterOptions& options) {
  try {
    return Build(options);
  } catch (const std::exception&) {
    return absl::InternalError("the starter models can't be made: is there enough memory?");
  }
}

}  // namespace clientele::starter
