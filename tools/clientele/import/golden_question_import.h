#ifndef CLIENTELE_TOOLS_CLIENTELE_IMPORT_GOLDEN_QUESTION_IMPORT_H_
#define CLIENTELE_TOOLS_CLIENTELE_IMPORT_GOLDEN_QUESTION_IMPORT_H_

// Imports golden questions, one a row.
//
//   clientele import golden-questions golden.csv --column question=Frage
//
// Fields: question_id, question, language_code, expected_article, expected_answer. Without a
// question_id, the id is "g" and 32 hex digits of the question's SHA-256. An expected_article is an
// article's id as `import articles` has it; an empty cell says that no article answers.

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"

#include "tools/clientele/import/columns.h"
#include "tools/clientele/import/import.h"
#include "tools/clientele/import/rejected_rows.h"
#include "tools/clientele/import/suite.h"

namespace clientele::cli {

struct GoldenQuestionImportOptions {
  std::vector<std::string> columns;
  bool update = false;  // changes what is stored with other values
};

// The fields that a column may hold.
const std::vector<std::string>& GoldenQuestionFields();

class GoldenQuestionImport final : public Import {
 public:
  static absl::StatusOr<std::unique_ptr<GoldenQuestionImport>> Create(
      Suite* suite, const GoldenQuestionImportOptions& options,
      const std::vector<std::string>& header, RejectedRows* rejected);

  absl::Status Add(SourceRow row) override;
  absl::Status AddMalformed(const SourceRow& row, const std::string& reason) override;
  absl::Status Finish() override;
  ImportCounts counts() const override { return counts_; }
  std::vector<std::string> notes() const override;

 private:
  struct Outgoing {
    std::int64_t line = 0;
    std::string raw;
    qa::v1::GoldenQuestion question;
  };
  struct Seen {
    std::int64_t line = 0;
    std::string digest;  // of the question's values
  };

  GoldenQuestionImport(Suite* suite, const GoldenQuestionImportOptions& options, Columns columns,
                       RejectedRows* rejected)
      : suite_(suite), options_(options), columns_(std::move(columns)), rejected_(rejected) {}

  absl::StatusOr<qa::v1::GoldenQuestion> Read(const SourceRow& row) const;
  absl::Status Flush();
  absl::Status Send(const std::vector<Outgoing>& rows, std::size_t begin, std::size_t end);
  absl::Status Reject(std::int64_t line, absl::string_view reason, absl::string_view raw);

  Suite* const suite_;
  const GoldenQuestionImportOptions options_;
  const Columns columns_;
  RejectedRows* const rejected_;
  std::map<std::string, Seen> seen_;  // by name
  std::vector<Outgoing> waiting_;
  std::size_t waiting_bytes_ = 0;
  std::vector<std::int64_t> differing_lines_;  // the first of them
  ImportCounts counts_;
};

}  // namespace clientele::cli

#endif  // CLIENTELE_TOOLS_CLIENTELE_IMPORT_GOLDEN_QUESTION_IMPORT_H_
