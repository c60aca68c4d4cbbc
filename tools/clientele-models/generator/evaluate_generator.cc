#include "tools/clientele-models/generator/evaluate_generator.h"

#include <memory>
#include <ostream>
#include <string>
#include <utility>

#include <nlohmann/json.hpp>

#include "absl/strings/str_cat.h"

#include "common/evaluation/rouge.h"
#include "common/inference/bundle/bundle_tokenizer.h"
#include "common/inference/generation/bundle_decoding.h"
#include "common/inference/generation/text_generator.h"
#include "common/status/error_details.h"
#include "common/status/status_macros.h"
#include "services/qa-service/training/generator/generator_training.h"
#include "services/qa-service/training/generator/sentence_support.h"
#include "services/qa-service/training/text_bundle.h"

namespace clientele::models {
namespace {

constexpr std::size_t kRowsBetweenReports = 50;

class AnswerWriter {
 public:
  static absl::StatusOr<AnswerWriter> Create(std::shared_ptr<const inference::LoadedModel> model,
                                             std::int64_t max_new_tokens) {
    AnswerWriter made;
    CLIENTELE_ASSIGN_OR_RETURN(made.model_, inference::GeneratorModel::Open(std::move(model)));
    CLIENTELE_ASSIGN_OR_RETURN(made.generator_, inference::TextGenerator::Create({}));
    made.max_new_tokens_ = max_new_tokens;
    return made;
  }

  absl::StatusOr<std::string> Write(const qa::GenerationExample& example) const {
    const text::Tokenizer& tokenizer = *model_->tokenizer()->trained();
    CLIENTELE_ASSIGN_OR_RETURN(
        text::Encoding prompt,
        tokenizer.Encode(qa::GeneratorPrompt(example),
                         {.max_tokens = qa::GeneratorTrainingOptions().max_source}));
    CLIENTELE_ASSIGN_OR_RETURN(
        const inference::DecodingOptions decoding,
        inference::DecodingOf(model_->manifest(), static_cast<std::int64_t>(prompt.size()),
                              {.max_new_tokens = max_new_tokens_}));
    CLIENTELE_ASSIGN_OR_RETURN(const inference::GeneratedTokens generated,
                               generator_->Generate(RequestContext(), model_, std::move(prompt.ids),
                                                    {.decoding = decoding}));
    return tokenizer.Decode(generated.tokens);
  }

 private:
  AnswerWriter() = default;

  std::shared_ptr<const inference::GeneratorModel> model_;
  std::unique_ptr<inference::TextGenerator> generator_;
  std::int64_t max_new_tokens_ = 0;
};

}  // namespace

absl::Status EvaluateGenerator(const EvaluateGeneratorOptions& options, std::ostream& out,
                               std::ostream& log) {
  CLIENTELE_ASSIGN_OR_RETURN(const GenerationRows rows,
                             ReadGenerationRows(options.file, options.columns));
  CLIENTELE_ASSIGN_OR_RETURN(const auto model,
                             qa::OpenTextBundle(options.bundle, model::v1::TASK_TEXT_GENERATOR));
  // Refuses what is not of the family before anything is written.
  CLIENTELE_ASSIGN_OR_RETURN(const double loss, qa::GenerationLoss(*model, rows.examples));
  CLIENTELE_ASSIGN_OR_RETURN(const AnswerWriter writer,
                             AnswerWriter::Create(model, options.max_new_tokens));
  double rouge = 0;
  qa::SupportedSentences supported;
  for (std::size_t i = 0; i < rows.examples.size(); ++i) {
    const qa::GenerationExample& example = rows.examples[i];
    auto answer = writer.Write(example);
    if (!answer.ok()) return InvalidField(absl::StrCat("row ", i + 1), answer.status().message());
    rouge += evaluation::RougeL(*answer, example.answer).f1;
    const qa::SupportedSentences own = qa::CountSupported(*answer, example.passage);
    supported.supported += own.supported;
    supported.sentences += own.sentences;
    if ((i + 1) % kRowsBetweenReports == 0) {
      log << "answered " << i + 1 << " of " << rows.examples.size() << " questions" << std::endl;
    }
  }
  nlohmann::ordered_json metrics = {{"rouge_l", rouge / static_cast<double>(rows.examples.size())}};
  metrics["supported"] = nullptr;
  if (supported.sentences > 0) {
    metrics["supported"] =
        static_cast<double>(supported.supported) / static_cast<double>(supported.sentences);
  }
  metrics["loss"] = loss;
  out << metrics.dump() << "\n";
  return absl::OkStatus();
}

}  // namespace clientele::models
