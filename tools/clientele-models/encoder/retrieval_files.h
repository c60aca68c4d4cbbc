#ifndef CLIENTELE_TOOLS_CLIENTELE_MODELS_ENCODER_RETRIEVAL_FILES_H_
#define CLIENTELE_TOOLS_CLIENTELE_MODELS_ENCODER_RETRIEVAL_FILES_H_

// The files of `evaluate retrieval` and `train retriever`. Every error names the file and, where
// there is one, the line.

#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

#include "absl/status/statusor.h"

#include "services/qa-service/training/encoder/retrieval_evaluation.h"
#include "services/qa-service/training/encoder/retriever_tuning.h"

namespace clientele::models {

// Names of columns, or of members of a JSON line; empty: the first of the usual ones that is there.
struct RetrievalColumns {
  std::string text = {};
  std::string id = {};
};

// CSV with a text (text, passage, body, answer) and its id (id, passage_id, article_id).
absl::StatusOr<std::vector<qa::EvaluatedPassage>> ReadPassages(const std::filesystem::path& path,
                                                               const RetrievalColumns& columns);

// CSV, or lines of JSON objects, with a text (text, query, question) and the id of the right
// passage (passage_id, passage, right, article_id, id). A JSON line may have a list of ids, each of
// which is right.
absl::StatusOr<std::vector<qa::EvaluatedQuery>> ReadQueries(const std::filesystem::path& path,
                                                            const RetrievalColumns& columns);

struct QuestionAnswerRows {
  std::vector<qa::QuestionAnswer> pairs;
  std::size_t skipped = 0;  // rows that lack a question or an answer
};

absl::StatusOr<QuestionAnswerRows> ReadPairs(const std::filesystem::path& path,
                                             const std::string& question_column,
                                             const std::string& answer_column);

}  // namespace clientele::models

#endif  // CLIENTELE_TOOLS_CLIENTELE_MODELS_ENCODER_RETRIEVAL_FILES_H_
