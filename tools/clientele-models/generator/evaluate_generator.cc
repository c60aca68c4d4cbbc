#include "tools/clientele-models/generator/evaluate_generator.h"

#include <cstddef>
#include <memory>
#include <ostream>
#include <string>
#include <utility>

#include <nlohmann/json.hpp>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"

#include "common/evaluation/rouge.h"
#include "common/inference/bundle/bundle_tokenizer.h"
#include "common/inference/generation/bundle_decoding.h"
#include "common/inference/generation/text_generator.h"
#include "common/status/error_details.h"
#include "common/status/status_macros.h"
#include "services/qa-service/training/generator/generator_training.h"
#include "services/qa-service/training/generator/grounding.h"
#include "services/qa-service/training/generator/sentence_support.h"
#include "services/qa-service/training/text_bundle.h"

namespace clientele::models {
namespace {

constexpr std::size_t kRowsBetweenReports = 50;

// Sums over the rows.
class AnswerFigures {
 public:
  void Add(const qa::GenerationExample& example, absl::string_view written) {
    ++rows_;
    const auto rouge = [&](absl::string_view text) {
      return evaluation::RougeL(text, example.answer).f1;
    };
    const qa::SupportedSentences supported = qa::CountSupported(written, example.passage);
    const qa::CheckedAnswer checked = qa::CheckAnswer(written, example.passage);
    supported_ += supported.supported;
    sentences_ += checked.sentences;
    kept_ += checked.kept;
    facts_ += checked.facts;
    facts_in_passage_ += checked.facts_in_passage;
    rouge_ += rouge(written);
    rouge_checked_ += rouge(checked.text);
    rouge_extractive_ += rouge(qa::ExtractiveAnswer(example.question, example.passage));
  }

  nlohmann::ordered_json Json() const {
    return {{"rouge_l", Share(rouge_, rows_)},
            {"supported", Share(supported_, sentences_)},
            {"kept", Share(kept_, sentences_)},
            {"facts", facts_},
            {"facts_in_passage", Share(facts_in_passage_, facts_)},
            {"rouge_l_checked", Share(rouge_checked_, rows_)},
            {"rouge_l_extractive", Share(rouge_extractive_, rows_)}};
  }

 private:
  template <class Part>
  static nlohmann::ordered_json Share(Part part, std::size_t of) {
    if (of == 0) return nullptr;
    return static_cast<double>(part) / static_cast<double>(of);
  }

  std::size_t rows_ = 0;
  std::size_t sentences_ = 0;
  std::size_t supported_ = 0;
  std::size_t kept_ = 0;
  std::size_t facts_ = 0;
  std::size_t facts_in_passage_ = 0;
  double rouge_ = 0;
  double rouge_checked_ = 0;
  double rouge_extractive_ = 0;
};

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
  AnswerFigures figures;
  for (std::size_t i = 0; i < rows.examples.size(); ++i) {
    const qa::GenerationExample& example = rows.examples[i];
    auto answer = writer.Write(example);
    if (!answer.ok()) return InvalidField(absl::StrCat("row ", i + 1), answer.status().message());
    figures.Add(example, *answer);
    if ((i + 1) % kRowsBetweenReports == 0) {
      log << "answered " << i + 1 << " of " << rows.examples.size() << " questions" << std::endl;
    }
  }
  nlohmann::ordered_json metrics = figures.Json();
  metrics["loss"] = loss;
  out << metrics.dump() << "\n";
  return absl::OkStatus();
}

}  // namespace clientele::models
