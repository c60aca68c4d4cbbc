#include "tools/clientele-models/text/generate.h"

#include <memory>
#include <utility>
#include <variant>

#include <nlohmann/json.hpp>

#include "common/inference/bundle/bundle_tokenizer.h"
#include "common/inference/bundle/model_bundle.h"
#include "common/inference/generation/bundle_decoding.h"
#include "common/inference/generation/text_generator.h"
#include "common/inference/torchscript/torchscript_runner.h"
#include "common/inference/versions/loaded_model.h"
#include "common/status/error_details.h"
#include "common/status/status_macros.h"
#include "common/text/tokenizer/stream_decoder.h"

namespace clientele::models {
namespace {

using Json = nlohmann::json;

// The text that tokens add to their prompt.
class Writer {
 public:
  Writer(const text::Tokenizer* tokenizer, std::ostream& out) : out_(out) {
    if (tokenizer != nullptr) decoder_.emplace(*tokenizer);
  }

  // A decoder strips what begins a text, so it has to see the prompt first.
  absl::Status Skip(const std::vector<std::int64_t>& prompt) {
    for (const std::int64_t id : prompt) {
      if (decoder_) CLIENTELE_RETURN_IF_ERROR(decoder_->Push(id).status());
    }
    return absl::OkStatus();
  }
  void Push(std::int64_t id) {
    if (!decoder_ || !status_.ok()) return;
    Add(decoder_->Push(id));
    out_.flush();
  }
  absl::Status Finish() {
    if (decoder_ && status_.ok()) Add(decoder_->Finish());
    return status_;
  }
  const std::string& text() const { return text_; }

 private:
  void Add(const absl::StatusOr<std::string>& piece) {
    if (!piece.ok()) {
      status_ = piece.status();
      return;
    }
    out_ << *piece;
    text_ += *piece;
  }

  std::ostream& out_;
  std::optional<text::StreamDecoder> decoder_;
  std::string text_;
  absl::Status status_;
};

}  // namespace

absl::Status Generate(const GenerateRequest& request, std::ostream& out) {
  CLIENTELE_ASSIGN_OR_RETURN(inference::ModelBundle bundle,
                             inference::ModelBundle::OpenUnsigned(request.bundle));
  if (bundle.manifest().task() != model::v1::TASK_TEXT_GENERATOR) {
    return absl::FailedPreconditionError("the bundle is not a text generator");
  }
  std::unique_ptr<const inference::BundleTokenizer> tokenizer;
  if (bundle.manifest().tokenizer().has_files()) {
    CLIENTELE_ASSIGN_OR_RETURN(tokenizer, inference::BundleTokenizer::Load(bundle));
  }
  const text::Tokenizer* trained = tokenizer == nullptr ? nullptr : tokenizer->trained();
  std::vector<std::int64_t> prompt = request.prompt_ids;
  if (request.prompt) {
    if (trained == nullptr) {
      return InvalidField("prompt", "the bundle has no tokenizer: give --prompt_ids");
    }
    CLIENTELE_ASSIGN_OR_RETURN(text::Encoding encoding, trained->Encode(*request.prompt));
    prompt = std::move(encoding.ids);
  }
  CLIENTELE_ASSIGN_OR_RETURN(
      auto runner, inference::TorchScriptRunner::Load(bundle, {.precision = request.precision}));
  const bool has_source = bundle.manifest().settings().at("architecture_kind") == "encoder-decoder";
  CLIENTELE_ASSIGN_OR_RETURN(
      inference::DecodingOptions decoding,
      inference::DecodingOf(bundle.manifest(), static_cast<std::int64_t>(prompt.size()),
                            request.decoding));
  if (auto* beams = std::get_if<inference::BeamSearchOptions>(&decoding.method)) {
    beams->length_penalty = request.length_penalty.value_or(beams->length_penalty);
  }
  inference::LogitsRules& rules = decoding.rules;
  rules.repetition_penalty = request.repetition_penalty.value_or(rules.repetition_penalty);
  rules.no_repeat_ngram_size = request.no_repeat_ngram_size.value_or(rules.no_repeat_ngram_size);
  CLIENTELE_ASSIGN_OR_RETURN(const auto model, inference::GeneratorModel::Open(
                                                   std::make_shared<const inference::LoadedModel>(
                                                       std::move(bundle), std::move(runner))));

  CLIENTELE_ASSIGN_OR_RETURN(const auto generator, inference::TextGenerator::Create({}));
  Writer writer(trained, out);
  // What an encoder-decoder writes begins a text of its own.
  if (!has_source) CLIENTELE_RETURN_IF_ERROR(writer.Skip(prompt));
  CLIENTELE_ASSIGN_OR_RETURN(
      const inference::GeneratedTokens generated,
      generator->Generate(RequestContext(), model, std::move(prompt), {.decoding = decoding},
                          [&](std::int64_t id) { writer.Push(id); }));
  CLIENTELE_RETURN_IF_ERROR(writer.Finish());
  const Json answer = {{"ids", generated.tokens}, {"text", writer.text()}};
  out << "\n" << answer.dump(-1, ' ', false, Json::error_handler_t::replace) << "\n";
  out.flush();
  return out ? absl::OkStatus() : absl::InternalError("the answer cannot be written");
}

}  // namespace clientele::models
