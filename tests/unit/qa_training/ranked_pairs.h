#ifndef CLIENTELE_TESTS_UNIT_QA_TRAINING_RANKED_PAIRS_H_
#define CLIENTELE_TESTS_UNIT_QA_TRAINING_RANKED_PAIRS_H_

// Pairs of which BM25 finds two for each question: the question's topic stands in both passages.
// The one that answers has the word of the question's own kind, which only learning tells.

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"

#include "services/qa-service/training/encoder/retriever_tuning.h"

namespace clientele::testing {

inline std::string NumberedWord(const char* stem, int i) {
  return absl::StrCat(stem, std::string(1, static_cast<char>('a' + i / 10)), i % 10);
}

// Topics from..to-1, below 150; two pairs each.
inline std::vector<qa::QuestionAnswer> RankedPairs(int from, int to) {
  std::vector<qa::QuestionAnswer> pairs;
  for (int i = from; i < to; ++i) {
    const std::string topic = NumberedWord("topic", i);
    const std::string rest = absl::StrCat(" ", topic, " ", NumberedWord("other", (i * 7) % 30), " ",
                                          NumberedWord("other", (i * 11 + 3) % 30));
    const qa::QuestionAnswer when = {absl::StrCat("when ", topic), absl::StrCat("friday", rest)};
    const qa::QuestionAnswer where = {absl::StrCat("where ", topic), absl::StrCat("berlin", rest)};
    pairs.push_back(i % 2 == 0 ? when : where);
    pairs.push_back(i % 2 == 0 ? where : when);
  }
  return pairs;
}

// Every word of the pairs.
inline std::vector<std::string> RankedVocabulary() {
  std::vector<std::string> words = {"when", "where", "friday", "berlin"};
  for (int i = 0; i < 150; ++i) words.push_back(NumberedWord("topic", i));
  for (int i = 0; i < 30; ++i) words.push_back(NumberedWord("other", i));
  return words;
}

}  // namespace clientele::testing

#endif  // CLIENTELE_TESTS_UNIT_QA_TRAINING_RANKED_PAIRS_H_
