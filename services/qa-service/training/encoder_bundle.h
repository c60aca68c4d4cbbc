#ifndef CLIENTELE_SERVICES_QA_SERVICE_TRAINING_ENCODER_BUNDLE_H_
#define CLIENTELE_SERVICES_QA_SERVICE_TRAINING_ENCODER_BUNDLE_H_

// The TEXT_ENCODER bundle that another model is trained from: its vectors of texts, its module, and
// its tokenizer's files.
//
//   CLIENTELE_ASSIGN_OR_RETURN(const auto encoder, EncoderBundle::Open("models/encoder/1"));
//   CLIENTELE_ASSIGN_OR_RETURN(const EncoderRows rows, encoder->Encode(texts));
//
// The signature is not looked at: this is for tools that a person runs. Belongs to one thread.

#include <cstddef>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <torch/csrc/jit/api/module.h>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"

#include "common/inference/tasks/text_encoder.h"
#include "common/inference/tasks/token_row.h"
#include "common/inference/torchscript/bundle_writer.h"
#include "common/inference/versions/loaded_model.h"

namespace clientele::qa {

struct EncoderRows {
  std::vector<inference::TokenRow> tokens;
  std::size_t dimension = 0;
  std::vector<float> vectors;  // [texts, dimension], of unit length; zeros without tokens
};

class EncoderBundle {
 public:
  // Errors of ModelBundle; INVALID_ARGUMENT for a bundle of another task, FAILED_PRECONDITION for
  // one without a tokenizer.
  static absl::StatusOr<std::unique_ptr<EncoderBundle>> Open(const std::filesystem::path& folder);

  // INVALID_ARGUMENT for text that is not UTF-8, with its place in the list.
  absl::StatusOr<EncoderRows> Encode(absl::Span<const std::string> texts,
                                     const std::function<void(absl::string_view)>& progress,
                                     inference::TextRole role = inference::TextRole::kAny) const;

  // A module of its own each time, with the weights of the bundle.
  absl::StatusOr<torch::jit::Module> LoadModule() const;

  const inference::LoadedModel& model() const { return *model_; }
  // What its manifest says of a search by words beside its vectors.
  std::optional<double> lexical_weight() const { return encoder_->lexical_weight(); }
  const std::filesystem::path& folder() const { return folder_; }
  // The tokenizer's files, for another bundle.
  absl::StatusOr<std::vector<inference::BundleFile>> TokenizerFiles() const;

 private:
  EncoderBundle() = default;

  std::filesystem::path folder_;
  std::shared_ptr<const inference::LoadedModel> model_;
  std::shared_ptr<const inference::TextEncoderModel> encoder_;
};

}  // namespace clientele::qa

#endif  // CLIENTELE_SERVICES_QA_SERVICE_TRAINING_ENCODER_BUNDLE_H_
