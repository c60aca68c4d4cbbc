#include "tools/clientele/import/article_import.h"

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"

#include "common/crypto/digest.h"
#include "common/rpc/time_conversion.h"
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
constexpr char kLabelSeparator = '|';

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

ResourceCalls<qa::v1::Article> ArticleCalls(Suite* suite) {
  using qa::v1::Article;
  ResourceCalls<Article> calls;
  calls.create =
      [suite](const std::vector<const Article*>& articles) -> absl::StatusOr<Acknowledged> {
    qa::v1::BatchCreateArticlesRequest request;
    for (const Article* article : articles) *request.add_articles() = *article;
    CLIENTELE_ASSIGN_OR_RETURN(const auto response, suite->CreateArticles(request));
    return Acknowledged{response.created_count(), response.existing_count()};
  };
  calls.get = [suite](const std::string& name) {
    qa::v1::GetArticleRequest request;
    request.set_name(name);
    return suite->GetArticle(request);
  };
  calls.update = [suite](Article article, const google::protobuf::FieldMask& mask) {
    qa::v1::UpdateArticleRequest request;
    *request.mutable_article() = std::move(article);
    *request.mutable_update_mask() = mask;
    return suite->UpdateArticle(request);
  };
  return calls;
}

}  // namespace

const std::vector<std::string>& ArticleFields() {
  static const auto& fields = *new std::vector<std::string>{
      "article_id", "title",      "body",        "language_code", "uri",
      "questions",  "valid_from", "valid_until", "audiences",     "tags"};
  return fields;
}

ArticleImport::ArticleImport(Suite* suite, const ArticleImportOptions& options, Columns columns,
                             RejectedRows* rejected)
    : options_(options),
      columns_(std::move(columns)),
      rejected_(rejected),
      sender_(ArticleCalls(suite), options.update, &counts_,
              [this](int64_t line, absl::string_view reason, absl::string_view raw) {
                rejected_->Add(line, reason, raw);
              }) {}

absl::StatusOr<std::unique_ptr<ArticleImport>> ArticleImport::Create(
    Suite* suite, const ArticleImportOptions& options, const std::vector<std::string>& header,
    RejectedRows* rejected) {
  CLIENTELE_ASSIGN_OR_RETURN(Columns columns,
                             Columns::Create(ArticleFields(), options.columns, header));
  CLIENTELE_RETURN_IF_ERROR(columns.Require("body"));
  return std::unique_ptr<ArticleImport>(
      new ArticleImport(suite, options, std::move(columns), rejected));
}

absl::StatusOr<std::string> ArticleImport::Name(const std::vector<std::string>& fields) const {
  const absl::string_view id = columns_.Get(fields, "article_id");
  if (id.empty()) {
    const absl::string_view body = columns_.Get(fields, "body");
    return absl::StrCat("articles/a", crypto::Sha256Hex(body).substr(0, 32));
  }
  CLIENTELE_ASSIGN_OR_RETURN(const std::string encoded, EncodeResourceId(id));
  return absl::StrCat("articles/", encoded);
}

void ArticleImport::Survey(const SourceRow& row) {
  const absl::StatusOr<std::string> name = Name(row.fields);
  const absl::string_view body = columns_.Get(row.fields, "body");
  if (name.ok() && !body.empty()) ids_.Add(row.line, *name, body);
}

absl::Status ArticleImport::Add(SourceRow row) {
  ++counts_.rows;
  for (const std::string& field : row.fields) {
    if (!text::IsValidUtf8(field)) return Reject(row.line, "the line is not UTF-8", row.raw);
  }
  const absl::string_view body = columns_.Get(row.fields, "body");
  if (body.empty()) return Reject(row.line, "body is empty", row.raw);
  const absl::StatusOr<std::string> name = Name(row.fields);
  if (!name.ok()) return Reject(row.line, name.status().message(), row.raw);
  if (const std::string why = ids_.Conflict(*name, row.line); !why.empty()) {
    return Reject(row.line, why, row.raw);
  }
  qa::v1::Article visibility;
  if (const absl::Status status = SetVisibility(row.fields, visibility); !status.ok()) {
    return Reject(row.line, status.message(), row.raw);
  }
  const auto [found, is_new] = by_name_.emplace(*name, drafts_.size());
  if (!is_new) {
    Draft& draft = drafts_[found->second];
    if (draft.row.message.body() != body) {
      return Reject(row.line,
                    absl::StrCat("the id stands for another body in line ", draft.row.line),
                    row.raw);
    }
    AddQuestions(row, draft);
    ++counts_.merged;
    return absl::OkStatus();
  }
  Draft& draft = drafts_.emplace_back();
  draft.row.line = row.line;
  qa::v1::Article& article = draft.row.message;
  article = std::move(visibility);
  article.set_name(*name);
  article.set_body(std::string(body));
  article.set_title(std::string(columns_.Get(row.fields, "title")));
  if (article.title().empty()) article.set_title(TitleFromBody(body));
  article.set_uri(std::string(columns_.Get(row.fields, "uri")));
  article.set_language_code(std::string(columns_.Get(row.fields, "language_code")));
  // The service detects an empty language: then the row says nothing of it.
  if (!article.language_code().empty()) draft.row.paths.emplace_back("language_code");
  if (article.language_code().empty()) article.set_language_code(options_.language_code);
  for (const char* field :
       {"title", "body", "uri", "questions", "valid_from", "valid_until", "audiences", "tags"}) {
    if (columns_.Has(field)) draft.row.paths.emplace_back(field);
  }
  AddQuestions(row, draft);
  draft.row.raw = std::move(row.raw);
  return absl::OkStatus();
}

absl::Status ArticleImport::AddMalformed(const SourceRow& row, const std::string& reason) {
  ++counts_.rows;
  return Reject(row.line, reason, row.raw);
}

absl::Status ArticleImport::SetVisibility(const std::vector<std::string>& fields,
                                          qa::v1::Article& article) const {
  const auto read = [&](const char* field, auto set) -> absl::Status {
    const absl::string_view cell = columns_.Get(fields, field);
    if (cell.empty()) return absl::OkStatus();
    const absl::StatusOr<absl::Time> time = ParseEventTime(cell, options_.time_format);
    if (!time.ok())
      return absl::InvalidArgumentError(absl::StrCat(field, ": ", time.status().message()));
    *set() = rpc::ToTimestamp(*time);
    return absl::OkStatus();
  };
  CLIENTELE_RETURN_IF_ERROR(read("valid_from", [&] { return article.mutable_valid_from(); }));
  CLIENTELE_RETURN_IF_ERROR(read("valid_until", [&] { return article.mutable_valid_until(); }));
  const auto split = [&](const char* field, auto add) {
    for (absl::string_view label :
         absl::StrSplit(columns_.Get(fields, field), kLabelSeparator, absl::SkipWhitespace())) {
      add(std::string(absl::StripAsciiWhitespace(label)));
    }
  };
  split("audiences", [&](std::string label) { article.add_audiences(std::move(label)); });
  split("tags", [&](std::string label) { article.add_tags(std::move(label)); });
  return absl::OkStatus();
}

void ArticleImport::AddQuestions(const SourceRow& row, Draft& draft) {
  const auto add = [&](absl::string_view question) {
    question = absl::StripAsciiWhitespace(question);
    if (question.empty() || draft.questions.contains(std::string(question))) return;
    if (question.size() > kMaxQuestionBytes ||
        draft.row.message.questions_size() >= kMaxQuestions) {
      if (++dropped_questions_ == 1) dropped_line_ = row.line;
      return;
    }
    draft.questions.insert(std::string(question));
    draft.row.message.add_questions(std::string(question));
  };
  const absl::string_view cell = columns_.Get(row.fields, "questions");
  if (options_.question_separator.empty()) return add(cell);
  for (const absl::string_view question : absl::StrSplit(cell, options_.question_separator)) {
    add(question);
  }
}

absl::Status ArticleImport::Finish() {
  for (size_t begin = 0; begin < drafts_.size();) {
    size_t bytes = 0;
    std::vector<OutgoingRow<qa::v1::Article>> rows;
    while (begin < drafts_.size() && rows.size() < kArticleBatchRows &&
           bytes < kArticleBatchBytes) {
      bytes += drafts_[begin].row.message.ByteSizeLong();
      rows.push_back(std::move(drafts_[begin++].row));
    }
    CLIENTELE_RETURN_IF_ERROR(sender_.Send(rows));
  }
  return CheckAcknowledged("rows", counts_.rows,
                           counts_.created + counts_.duplicates + counts_.differing +
                               counts_.updated + counts_.rejected + counts_.merged);
}

std::vector<std::string> ArticleImport::notes() const {
  std::vector<std::string> notes;
  if (dropped_questions_ > 0) {
    notes.push_back(absl::StrCat(dropped_questions_, " questions were left out: an article has at ",
                                 "most ", kMaxQuestions, " of at most ", kMaxQuestionBytes,
                                 " bytes (line ", dropped_line_, " first)"));
  }
  if (std::string note = sender_.DifferenceNote(); !note.empty()) notes.push_back(std::move(note));
  return notes;
}

absl::Status ArticleImport::Reject(int64_t line, absl::string_view reason, absl::string_view raw) {
  ++counts_.rejected;
  rejected_->Add(line, reason, raw);
  return absl::OkStatus();
}

}  // namespace clientele::cli
