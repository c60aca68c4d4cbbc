#ifndef CLIENTELE_SERVICES_QA_SERVICE_TRAINING_READER_READING_EXAMPLE_H_
#define CLIENTELE_SERVICES_QA_SERVICE_TRAINING_READER_READING_EXAMPLE_H_

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace clientele::qa {

// Bytes [begin, end) of a passage.
struct AnswerPlace {
  std::size_t begin = 0;
  std::size_t end = 0;

  friend bool operator==(const AnswerPlace&, const AnswerPlace&) = default;
};

// A question about a passage.
struct ReadingExample {
  std::string id;
  std::size_t passage = 0;  // in ReadingSet::passages
  std::string question;
  std::vector<std::string> answers;  // that people accepted; none: the passage has no answer
  // Where the first of them that stands where it is said to stands; nullopt: none does.
  std::optional<AnswerPlace> place = std::nullopt;
};

struct ReadingPassage {
  std::string article;
  std::string text;
};

struct ReadingSet {
  std::vector<ReadingPassage> passages;
  std::vector<ReadingExample> examples;
};

}  // namespace clientele::qa

#endif  // CLIENTELE_SERVICES_QA_SERVICE_TRAINING_READER_READING_EXAMPLE_H_
