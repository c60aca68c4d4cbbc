#include "tools/clientele/import/article_import.h"

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"

#include "common/crypto/digest.h"
#include "common/status/status_macros.h"
#include "common/text/utf8.h"
#include "tools/clientele/import/resource_id.h"

namespace clientele::cli {
namespace {

// Limits of qa_service.proto.
constexpr size_t kArticleBatchRows = 500;
constexpr size_t kArticleBatchBytes = 2 << 20;
constexpr int kMaxQuestions = 64;
constexpr size_t kMaxQuestionBytes = 512;
constexpr size_t kTitleBytes = 120;

// The body's first line, cut between characters.
std::string TitleFromBody(absl::string_view body) {
  body = body.substr(0, body.find('\n'));
  if (body.size() > kTitleBytes) {
    size_t end = kTitleBytes;
    while (end > 0 && (static_cast<unsigned char>(body[end]) & 0xc0) == 0x80) --end;
    body = body.substr(0, end);
  }
  return std::string(absl::StripAsciiWhitespace(body));
}

}  // namespace

absl::StatusOr<std::unique_ptr<ArticleImport>> ArticleImport::Create(
    Suite* suite, const ArticleImportOptions& options, const std::vector<std::string>& header,
    RejectedRows* rejected) {
  CLIENTELE_ASSIGN_OR_RETURN(Columns columns, Columns::Create({"article_id", "title", "body",
                                                               "language_code", "uri", "questions"},
                                                              options.columns, header));
  CLIENTELE_RETURN_IF_ERROR(columns.Require("body"));
  return std::unique_ptr<ArticleImport>(
      new ArticleImport(suite, options, std::move(columns), rejected));
}

absl::Status ArticleImport::Add(int64_t line_number, std::vector<std::string> fields) {
  ++counts_.rows;
  for (const std::string& field : fields) {
    if (!text::IsValidUtf8(field)) return Reject(line_number, "the line is not UTF-8", fields);
  }
  const absl::string_view body = columns_.Get(fields, "body");
  if (body.empty()) return Reject(line_number, "body is empty", fields);
  std::string name;
  if (const absl::string_view id = columns_.Get(fields, "article_id"); !id.empty()) {
    CLIENTELE_ASSIGN_OR_RETURN(const std::string encoded, EncodeResourceId(id));
    name = absl::StrCat("articles/", encoded);
  } else {
    name = absl::StrCat("articles/a", crypto::Sha256Hex(body).substr(0, 32));
  }
  const auto [found, is_new] = by_name_.emplace(name, drafts_.size());
  if (!is_new) {
    Draft& draft = drafts_[found->second];
    if (draft.article.body() != body) {
      return Reject(line_number,
                    absl::StrCat("the id stands for another body in line ", draft.line_number),
                    fields);
    }
    AddQuestions(columns_.Get(fields, "questions"), draft);
    ++counts_.merged;
    return absl::OkStatus();
  }
  Draft& draft = drafts_.emplace_back();
  draft.line_number = line_number;
  draft.article.set_name(name);
  draft.article.set_body(std::string(body));
  draft.article.set_title(std::string(columns_.Get(fields, "title")));
  if (draft.article.title().empty()) draft.article.set_title(TitleFromBody(body));
  draft.article.set_uri(std::string(columns_.Get(fields, "uri")));
  draft.article.set_language_code(std::string(columns_.Get(fields, "language_code")));
  if (draft.article.language_code().empty()) {
    draft.article.set_language_code(options_.language_code);
  }
  AddQuestions(columns_.Get(fields, "questions"), draft);
  draft.fields = std::move(fields);
  return absl::OkStatus();
}

absl::Status ArticleImport::AddMalformed(int64_t line_number, const std::string& reason) {
  ++counts_.rows;
  return Reject(line_number, reason, {});
}

void ArticleImport::AddQuestions(absl::string_view cell, Draft& draft) const {
  const auto add = [&draft](absl::string_view question) {
    question = absl::StripAsciiWhitespace(question);
    if (question.empty() || question.size() > kMaxQuestionBytes ||
        draft.article.questions_size() >= kMaxQuestions) {
      return;
    }
    if (draft.questions.insert(std::string(question)).second) {
      draft.article.add_questions(std::string(question));
    }
  };
  if (options_.question_separator.empty()) return add(cell);
  for (const absl::string_view question : absl::StrSplit(cell, options_.question_separator)) {
    add(question);
  }
}

absl::Status ArticleImport::Finish() {
  const auto send = [this](size_t begin, size_t end) -> absl::Status {
    qa::v1::BatchCreateArticlesRequest request;
    for (size_t i = begin; i < end; ++i) *request.add_articles() = drafts_[i].article;
    CLIENTELE_ASSIGN_OR_RETURN(const auto response, suite_->CreateArticles(request));
    counts_.created += response.created_count();
    counts_.duplicates += response.existing_count();
    return CheckAcknowledged("articles", static_cast<int64_t>(end - begin),
                             response.created_count() + response.existing_count());
  };
  const auto reject = [this](size_t i, const absl::Status& status) {
    (void)Reject(drafts_[i].line_number, status.message(), drafts_[i].fields);
  };
  for (size_t begin = 0; begin < drafts_.size();) {
    size_t end = begin;
    size_t bytes = 0;
    while (end < drafts_.size() && end - begin < kArticleBatchRows && bytes < kArticleBatchBytes) {
      bytes += drafts_[end++].article.ByteSizeLong();
    }
    CLIENTELE_RETURN_IF_ERROR(SendHalving(begin, end, send, reject));
    begin = end;
  }
  return CheckAcknowledged(
      "rows", counts_.rows,
      counts_.created + counts_.duplicates + counts_.rejected + counts_.merged);
}

absl::Status ArticleImport::Reject(int64_t line_number, absl::string_view reason,
                                   const std::vector<std::string>& fields) {
  ++counts_.rejected;
  rejected_->Add(line_number, reason, fields);
  return absl::OkStatus();
}

}  // namespace clientele::cli
