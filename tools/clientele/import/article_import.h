#ifndef CLIENTELE_TOOLS_CLIENTELE_IMPORT_ARTICLE_IMPORT_H_
#define CLIENTELE_TOOLS_CLIENTELE_IMPORT_ARTICLE_IMPORT_H_

// Imports help articles. Rows with the same body are one article, and their
// question columns together are its questions: support logs have many questions
// for one response.
//
//   clientele import articles log.csv --column body=response --column questions=instruction
//
// Fields: article_id, title, body, language_code, uri, questions. Without an
// article_id, the id is "a" and 32 hex digits of the body's SHA-256. Articles that are stored
// already with other values stay as they are and are named, or are changed with `update`.

#include <memory>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "absl/status/statusor.h"

#include "tools/clientele/import/columns.h"
#include "tools/clientele/import/event_time.h"
#include "tools/clientele/import/id_survey.h"
#include "tools/clientele/import/import.h"
#include "tools/clientele/import/rejected_rows.h"
#include "tools/clientele/import/resource_sender.h"
#include "tools/clientele/import/suite.h"

namespace clientele::cli {

struct ArticleImportOptions {
  std::vector<std::string> columns;
  std::string question_separator = "|";  // within one cell; empty: a cell is one question
  std::string language_code;             // for rows that name none; empty: the service detects it
  bool update = false;                   // changes what is stored with other values
  TimeFormat time_format = {};           // of valid_from and valid_until
};

// The fields that a column may hold.
const std::vector<std::string>& ArticleFields();

// Keeps every article until Finish, since any row may add a question to any article.
class ArticleImport final : public Import {
 public:
  static absl::StatusOr<std::unique_ptr<ArticleImport>> Create(
      Suite* suite, const ArticleImportOptions& options, const std::vector<std::string>& header,
      RejectedRows* rejected);

  void Survey(const SourceRow& row) override;
  absl::Status Add(SourceRow row) override;
  absl::Status AddMalformed(const SourceRow& row, const std::string& reason) override;
  absl::Status Finish() override;
  ImportCounts counts() const override { return counts_; }
  std::vector<std::string> notes() const override;

 private:
  struct Draft {
    OutgoingRow<qa::v1::Article> row;  // with the text of the first row
    std::unordered_set<std::string> questions;
  };

  ArticleImport(Suite* suite, const ArticleImportOptions& options, Columns columns,
                RejectedRows* rejected);

  // "articles/{article}".
  absl::StatusOr<std::string> Name(const std::vector<std::string>& fields) const;
  void AddQuestions(const SourceRow& row, Draft& draft);
  // Validity, audiences and tags; what is wrong with them.
  absl::Status SetVisibility(const std::vector<std::string>& fields,
                             qa::v1::Article& article) const;
  absl::Status Reject(int64_t line, absl::string_view reason, absl::string_view raw);

  const ArticleImportOptions options_;
  const Columns columns_;
  RejectedRows* const rejected_;
  std::vector<Draft> drafts_;
  std::unordered_map<std::string, size_t> by_name_;  // into drafts_
  IdSurvey ids_;
  int64_t dropped_questions_ = 0;
  int64_t dropped_line_ = 0;  // of the first of them
  ImportCounts counts_;
  ResourceSender<qa::v1::Article> sender_;
};

}  // namespace clientele::cli

#endif  // CLIENTELE_TOOLS_CLIENTELE_IMPORT_ARTICLE_IMPORT_H_
