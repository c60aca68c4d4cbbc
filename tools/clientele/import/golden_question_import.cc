#include "tools/clientele/import/golden_question_import.h"

#include <utility>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

#include "common/crypto/digest.h"
#include "common/status/status_macros.h"
#include "common/text/utf8.h"
#include "tools/clientele/import/resource_id.h"

namespace clientele::cli {
namespace {

constexpr std::size_t kGoldenBatchRows = 500;
constexpr std::size_t kGoldenBatchBytes = std::size_t{2} << 20;
constexpr std::size_t kShownGoldenLines = 10;

}  // namespace

const std::vector<std::string>& GoldenQuestionFields() {
  static const auto& fields = *new std::vector<std::string>{
      "question_id", "question", "language_code", "expected_article", "expected_answer"};
  return fields;
}

absl::StatusOr<std::unique_ptr<GoldenQuestionImport>> GoldenQuestionImport::Create(
    Suite* suite, const GoldenQuestionImportOptions& options,
    const std::vector<std::string>& header, RejectedRows* rejected) {
  CLIENTELE_ASSIGN_OR_RETURN(Columns columns,
                             Columns::Create(GoldenQuestionFields(), options.columns, header));
  for (const char* field : {"question", "expected_article"}) {
    CLIENTELE_RETURN_IF_ERROR(columns.Require(field));
  }
  return std::unique_ptr<GoldenQuestionImport>(
      new GoldenQuestionImport(suite, options, std::move(columns), rejected));
}

absl::StatusOr<qa::v1::GoldenQuestion> GoldenQuestionImport::Read(const SourceRow& row) const {
  for (const std::string& field : row.fields) {
    if (!text::IsValidUtf8(field)) return absl::InvalidArgumentError("the line is not UTF-8");
  }
  const auto cell = [&](const char* field) { return columns_.Get(row.fields, field); };
  qa::v1::GoldenQuestion question;
  question.set_question(std::string(cell("question")));
  if (question.question().empty()) return absl::InvalidArgumentError("question is empty");
  std::string id = absl::StrCat("g", crypto::Sha256Hex(question.question()).substr(0, 32));
  if (!cell("question_id").empty()) {
    CLIENTELE_ASSIGN_OR_RETURN(id, EncodeResourceId(cell("question_id")));
  }
  question.set_name(absl::StrCat("goldenQuestions/", id));
  question.set_language_code(std::string(cell("language_code")));
  if (!cell("expected_article").empty()) {
    CLIENTELE_ASSIGN_OR_RETURN(const std::string article,
                               EncodeResourceId(cell("expected_article")));
    question.set_expected_article(absl::StrCat("articles/", article));
  }
  question.set_expected_answer(std::string(cell("expected_answer")));
  return question;
}

absl::Status GoldenQuestionImport::Add(SourceRow row) {
  ++counts_.rows;
  absl::StatusOr<qa::v1::GoldenQuestion> question = Read(row);
  if (!question.ok()) return Reject(row.line, question.status().message(), row.raw);
  const std::string bytes = question->SerializeAsString();
  const std::string digest = crypto::Sha256Hex(bytes);
  const auto [seen, first] = seen_.emplace(question->name(), Seen{row.line, digest});
  if (!first && seen->second.digest != digest) {
    return Reject(
        row.line,
        absl::StrCat("the question has other values in line ", seen->second.line, " of this file"),
        row.raw);
  }
  if (!first) {
    ++counts_.duplicates;
    return absl::OkStatus();
  }
  if (waiting_.size() == kGoldenBatchRows || waiting_bytes_ + bytes.size() > kGoldenBatchBytes) {
    CLIENTELE_RETURN_IF_ERROR(Flush());
  }
  waiting_bytes_ += bytes.size();
  waiting_.push_back({row.line, std::move(row.raw), *std::move(question)});
  return absl::OkStatus();
}

absl::Status GoldenQuestionImport::AddMalformed(const SourceRow& row, const std::string& reason) {
  ++counts_.rows;
  return Reject(row.line, reason, row.raw);
}

absl::Status GoldenQuestionImport::Send(const std::vector<Outgoing>& rows, std::size_t begin,
                                        std::size_t end) {
  qa::v1::BatchCreateGoldenQuestionsRequest request;
  request.set_replace(options_.update);
  for (std::size_t i = begin; i < end; ++i) *request.add_golden_questions() = rows[i].question;
  CLIENTELE_ASSIGN_OR_RETURN(const auto response, suite_->CreateGoldenQuestions(request));
  counts_.created += response.created_count();
  counts_.duplicates += response.existing_count();
  counts_.updated += response.replaced_count();
  counts_.differing += response.differing_names_size();
  const absl::flat_hash_set<std::string> differing(response.differing_names().begin(),
                                                   response.differing_names().end());
  for (std::size_t i = begin; i < end && differing_lines_.size() < kShownGoldenLines; ++i) {
    if (differing.contains(rows[i].question.name())) differing_lines_.push_back(rows[i].line);
  }
  return absl::OkStatus();
}

absl::Status GoldenQuestionImport::Flush() {
  if (waiting_.empty()) return absl::OkStatus();
  const std::vector<Outgoing> rows = std::exchange(waiting_, {});
  waiting_bytes_ = 0;
  return SendHalving(
      0, rows.size(), [&](std::size_t begin, std::size_t end) { return Send(rows, begin, end); },
      [&](std::size_t i, const absl::Status& status) {
        ++counts_.rejected;
        rejected_->Add(rows[i].line, status.message(), rows[i].raw);
      });
}

absl::Status GoldenQuestionImport::Finish() {
  CLIENTELE_RETURN_IF_ERROR(Flush());
  return CheckAcknowledged("rows", counts_.rows,
                           counts_.created + counts_.duplicates + counts_.differing +
                               counts_.updated + counts_.rejected);
}

std::vector<std::string> GoldenQuestionImport::notes() const {
  if (counts_.differing == 0) return {};
  return {absl::StrCat(
      counts_.differing, counts_.differing == 1 ? " row differs" : " rows differ",
      " from what is stored, which stayed as it was: line ",
      absl::StrJoin(differing_lines_, ", line "),
      counts_.differing > static_cast<std::int64_t>(kShownGoldenLines) ? " and more" : "",
      "; --update changes the suite")};
}

absl::Status GoldenQuestionImport::Reject(std::int64_t line, absl::string_view reason,
                                          absl::string_view raw) {
  ++counts_.rejected;
  rejected_->Add(line, reason, raw);
  return absl::OkStatus();
}

}  // namespace clientele::cli
