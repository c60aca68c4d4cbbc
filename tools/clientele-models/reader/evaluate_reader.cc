#include "tools/clientele-models/reader/evaluate_reader.h"

#include <algorithm>
#include <cstddef>
#include <memory>
#include <ostream>
#include <string>

#include <nlohmann/json.hpp>

#include "absl/strings/str_format.h"

#include "common/inference/tasks/text_reader.h"
#include "common/status/status_macros.h"
#include "services/qa-service/training/reader/reading_scores.h"
#include "services/qa-service/training/reader/sliding_window.h"
#include "services/qa-service/training/reader/squad_file.h"
#include "services/qa-service/training/reader/window_reading.h"
#include "services/qa-service/training/text_bundle.h"

namespace clientele::models {
namespace {

// Windows between two lines about how far it is.
constexpr std::size_t kWindowsBetweenReports = 1024;

absl::StatusOr<std::vector<std::string>> AnswersOf(const inference::TextReaderModel& reader,
                                                   const qa::ReadingSet& set, std::ostream& log) {
  const auto tokens = static_cast<std::size_t>(reader.loaded().manifest().limits().max_tokens());
  CLIENTELE_ASSIGN_OR_RETURN(
      const std::vector<qa::WindowedExample> windowed,
      qa::WindowExamples(reader.loaded(), set,
                         {.max_tokens = tokens, .overlap = std::min<std::size_t>(64, tokens / 4)}));
  std::vector<const qa::WindowedExample*> examples;
  examples.reserve(windowed.size());
  for (const qa::WindowedExample& example : windowed) examples.push_back(&example);
  CLIENTELE_ASSIGN_OR_RETURN(
      const std::vector<qa::ReadAnswer> answers,
      qa::ReadWindows(
          examples,
          [&](absl::Span<const inference::TokenizedPair* const> pairs) {
            return reader.Compute(pairs);
          },
          [&](std::size_t done, std::size_t all) {
            if (done / kWindowsBetweenReports == (done + 31) / kWindowsBetweenReports) return;
            log << "read " << done << " of " << all << " windows" << std::endl;
          }));
  const bool may_abstain =
      std::any_of(set.examples.begin(), set.examples.end(),
                  [](const qa::ReadingExample& example) { return example.answers.empty(); });
  std::vector<std::string> texts;
  texts.reserve(answers.size());
  for (std::size_t i = 0; i < answers.size(); ++i) {
    const auto& [place, margin] = answers[i];
    const std::string& passage = set.passages[set.examples[i].passage].text;
    const bool none = may_abstain && margin <= 0;
    texts.push_back(none ? "" : passage.substr(place.begin, place.end - place.begin));
  }
  return texts;
}

}  // namespace

absl::Status EvaluateReader(const EvaluateReaderOptions& options, std::ostream& out,
                            std::ostream& log) {
  CLIENTELE_ASSIGN_OR_RETURN(const qa::ReadingSet set,
                             qa::ReadSquadFiles(options.files, qa::AnswerStarts::kNotRead));
  CLIENTELE_ASSIGN_OR_RETURN(const auto model,
                             qa::OpenTextBundle(options.bundle, model::v1::TASK_TEXT_READER));
  CLIENTELE_ASSIGN_OR_RETURN(const auto reader, inference::TextReaderModel::Open(model));
  CLIENTELE_ASSIGN_OR_RETURN(const std::vector<std::string> answers, AnswersOf(*reader, set, log));
  std::vector<const qa::ReadingExample*> examples;
  std::vector<std::string> found;
  examples.reserve(set.examples.size());
  found.reserve(set.examples.size());
  for (const qa::ReadingExample& example : set.examples) {
    examples.push_back(&example);
    found.push_back(qa::SlidingWindowAnswer(example.question, set.passages[example.passage].text));
  }
  const qa::ReadingScores scores = qa::MeanScores(answers, examples, set);
  const qa::ReadingScores baseline = qa::MeanScores(found, examples, set);
  out << absl::StrFormat(
      "%d questions; a sliding window of overlapping words: exact match %.4f, F1 %.4f\n",
      scores.questions, baseline.exact_match, baseline.f1);
  const nlohmann::ordered_json metrics = {{"exact_match", scores.exact_match}, {"f1", scores.f1}};
  out << metrics.dump() << "\n";
  return absl::OkStatus();
}

}  // namespace clientele::models
