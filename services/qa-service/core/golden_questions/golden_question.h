#ifndef CLIENTELE_SERVICES_QA_SERVICE_CORE_GOLDEN_QUESTIONS_GOLDEN_QUESTION_H_
#define CLIENTELE_SERVICES_QA_SERVICE_CORE_GOLDEN_QUESTIONS_GOLDEN_QUESTION_H_

// A question whose right answer the company knows. Pure functions, thread-safe.

#include <cstddef>
#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"

#include "common/status/error_details.h"

namespace clientele::qa {

inline constexpr std::size_t kMaxGoldenTextBytes = 4096;  // of a question, and of an answer
inline constexpr std::size_t kMaxGoldenBatch = 500;
// All of them are asked at each upgrade.
inline constexpr std::int64_t kMaxGoldenQuestions = 5000;

struct GoldenQuestion {
  std::string id;
  std::string text;
  std::string language_code;     // BCP 47; empty: the text's own
  std::string expected_article;  // an article's id; empty: none answers it, and to abstain is right
  std::string expected_answer;   // what the answer should say; empty: nobody said
  absl::Time create_time = absl::UnixEpoch();
};

// "goldenQuestions/<id>".
std::string GoldenQuestionName(absl::string_view id);

// Everything but the time.
bool HasSameValues(const GoldenQuestion& a, const GoldenQuestion& b);

// Adds what is wrong with everything that people write, the id apart: fields are named
// "<prefix>.question" and so on.
void CheckGoldenQuestion(const GoldenQuestion& question, absl::string_view prefix,
                         FieldViolations& bad);

}  // namespace clientele::qa

#endif  // CLIENTELE_SERVICES_QA_SERVICE_CORE_GOLDEN_QUESTIONS_GOLDEN_QUESTION_H_
