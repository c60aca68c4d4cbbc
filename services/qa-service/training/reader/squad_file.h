#ifndef CLIENTELE_SERVICES_QA_SERVICE_TRAINING_READER_SQUAD_FILE_H_
#define CLIENTELE_SERVICES_QA_SERVICE_TRAINING_READER_SQUAD_FILE_H_

// Questions with answers in the format of SQuAD, which XQuAD and CMRC 2018 have too:
//
//   {"data": [{"title": ..., "paragraphs": [{"context": ..., "qas": [
//       {"id": ..., "question": ..., "answers": [{"text": ..., "answer_start": 17}],
//        "is_impossible": false}]}]}]}
//
// answer_start counts characters (Unicode code points) of the context. A question with
// "is_impossible": true (SQuAD 2.0) has no answer in its context; another without answers is an
// error.

#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"

#include "services/qa-service/training/reader/reading_example.h"

namespace clientele::qa {

// What answer_start is worth: of files of thousands of questions, a few are wrong (three of CMRC
// 2018).
enum class AnswerStarts {
  kNotRead,  // texts alone matter
  // INVALID_ARGUMENT that names the first question none of whose answers stands where it is said
  // to, where they are more than one in twenty; fewer have no place.
  kChecked,
};

// The questions of all files together, in order. Articles of the same title are one; a paragraph
// without a title is an article of its own. NOT_FOUND, or INVALID_ARGUMENT with file and field, for
// what is not such a file, for one without a question, and for a question without answers.
absl::StatusOr<ReadingSet> ReadSquadFiles(absl::Span<const std::filesystem::path> files,
                                          AnswerStarts starts);

}  // namespace clientele::qa

#endif  // CLIENTELE_SERVICES_QA_SERVICE_TRAINING_READER_SQUAD_FILE_H_
