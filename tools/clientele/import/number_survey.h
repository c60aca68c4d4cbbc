#ifndef CLIENTELE_TOOLS_CLIENTELE_IMPORT_NUMBER_SURVEY_H_
#define CLIENTELE_TOOLS_CLIENTELE_IMPORT_NUMBER_SURVEY_H_

// Whether a file's numbers agree on how they are written.
//
//   NumberSurvey survey(DecimalMark::kPoint);
//   survey.Add(2, "6.95");
//   survey.Add(3, "6,95");
//   survey.Finish();   // INVALID_ARGUMENT: names both lines
//
// Not thread-safe.

#include <array>
#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

#include "tools/clientele/import/decimal.h"

namespace clientele::cli {

class NumberSurvey {
 public:
  explicit NumberSurvey(DecimalMark mark) : mark_(mark) {}

  void Add(int64_t line, absl::string_view cell);
  // INVALID_ARGUMENT when numbers contradict each other, or the mark.
  absl::Status Finish() const;
  // What was assumed about numbers that can be read in two ways; empty: nothing.
  std::string Assumption() const;

 private:
  struct Example {
    int64_t line = 0;  // 0: none
    std::string text;
  };
  const Example& Of(MarkEvidence evidence) const {
    return examples_[static_cast<size_t>(evidence)];
  }

  const DecimalMark mark_;
  std::array<Example, 5> examples_;  // the first of each
};

}  // namespace clientele::cli

#endif  // CLIENTELE_TOOLS_CLIENTELE_IMPORT_NUMBER_SURVEY_H_
