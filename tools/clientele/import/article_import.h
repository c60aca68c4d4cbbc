#ifndef CLIENTELE_TOOLS_CLIENTELE_IMPORT_ARTICLE_IMPORT_H_
#define CLIENTELE_TOOLS_CLIENTELE_IMPORT_ARTICLE_IMPORT_H_

// Imports help articles. Rows with the same body are one article, and their
// question columns together are its questions: support logs have many questions
// for one response.
//
//   clientele import articles log.csv --column body=response --column questions=instruction
//
// Fields: article_id, title, body, language_code, uri, questions. Without an
// article_id, the id is "a" and 32 hex digits of the body's SHA-256.

#include <memory>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "absl/status/statusor.h"

#include "tools/clientele/import/columns.h"
#include "tools/clientele/import/import.h"
#include "tools/clientele/import/rejected_rows.h"
#include "tools/clientele/import/suite.h"

namespace clientele::cli {

struct ArticleImportOptions {
  std::vector<std::string> columns;
  std::string question_separator = "|";  // within one cell; empty: a cell is one question
  std::string language_code;             // for rows that name none; empty: the service detects it
};

// Keeps every article until Finish, since any row may add a question to any article.
class ArticleImport final : public Import {
 public:
  static absl::StatusOr<std::unique_ptr<ArticleImport>> Create(
      Suite* suite, const ArticleImportOptions& options, const std::vector<std::string>& header,
      RejectedRows* rejected);

  absl::Status Add(int64_t line_number, std::vector<std::string> fields) override;
  absl::Status AddMalformed(int64_t line_number, const std::string& reason) override;
  absl::Status Finish() override;
  ImportCounts counts() const override { return counts_; }

 private:
  struct Draft {
    int64_t line_number;
    std::vector<std::string> fields;  // of the first row
    qa::v1::Article article;
    std::unordered_set<std::string> questions;
  };

  ArticleImport(Suite* suite, const ArticleImportOptions& options, Columns columns,
                RejectedRows* rejected)
      : suite_(suite), options_(options), columns_(std::move(columns)), rejected_(rejected) {}

  void AddQuestions(absl::string_view cell, Draft& draft) const;
  absl::Status Reject(int64_t line_number, absl::string_view reason,
                      const std::vector<std::string>& fields);

  Suite* const suite_;
  const ArticleImportOptions options_;
  const Columns columns_;
  RejectedRows* const rejected_;
  std::vector<Draft> drafts_;
  std::unordered_map<std::string, size_t> by_name_;  // into drafts_
  ImportCounts counts_;
};

}  // namespace clientele::cli

#endif  // CLIENTELE_TOOLS_CLIENTELE_IMPORT_ARTICLE_IMPORT_H_
