#ifndef CLIENTELE_SERVICES_QA_SERVICE_CORE_ARTICLES_ARTICLE_RULES_H_
#define CLIENTELE_SERVICES_QA_SERVICE_CORE_ARTICLES_ARTICLE_RULES_H_

// What an article may be. The limits are those of the API's comments; every
// violation of a request is reported at once.
//
//   FieldViolations bad;
//   CheckArticleId(id, "article_id", bad);
//   CheckArticle(article, "article", bad);
//   CLIENTELE_RETURN_IF_ERROR(bad.ToStatus());
//
// Pure functions, thread-safe.

#include <cstddef>
#include <string>

#include "absl/strings/string_view.h"

#include "common/status/error_details.h"
#include "services/qa-service/core/articles/article.h"

namespace clientele::qa {

inline constexpr std::size_t kMaxTitleBytes = 512;
inline constexpr std::size_t kMaxBodyBytes = 1 << 20;
inline constexpr std::size_t kMaxUriBytes = 2048;
inline constexpr std::size_t kMaxQuestions = 64;
inline constexpr std::size_t kMaxQuestionBytes = 512;
inline constexpr std::size_t kMaxLanguageBytes = 35;  // BCP 47, section 4.4.1
inline constexpr std::size_t kMaxLabels = 20;         // audiences, and tags
inline constexpr std::size_t kMaxLabelBytes = 64;
inline constexpr std::size_t kMaxBatchArticles = 500;
inline constexpr std::size_t kMaxRequestIdBytes = 64;

// 1 to 64 of letters, digits, '.', '_', '-'.
void CheckArticleId(absl::string_view id, absl::string_view field, FieldViolations& bad);
// At most 64 bytes of UTF-8; empty is fine.
void CheckRequestId(absl::string_view request_id, FieldViolations& bad);
// Empty, or the shape of a BCP 47 tag: subtags of 1 to 8 letters or digits, joined
// by '-', the first of letters alone.
void CheckLanguageCode(absl::string_view code, absl::string_view field, FieldViolations& bad);
// `text` holds `min` to `max` bytes of UTF-8 without the zero byte.
void CheckText(absl::string_view text, absl::string_view field, std::size_t min, std::size_t max,
               FieldViolations& bad);
// 1 to 64 of letters, digits, '.', '_', '-': an audience or a tag.
void CheckLabel(absl::string_view label, absl::string_view field, FieldViolations& bad);
// Everything that people write: title, body, language_code, uri, questions, validity, audiences and
// tags. The
// fields are named "<prefix>.title" and so on.
void CheckArticle(const Article& article, absl::string_view prefix, FieldViolations& bad);

// The language of the title and body where the writer gave none.
void FillLanguage(Article& article);
// Whether the article's language is the one that FillLanguage would give it.
bool HasDetectedLanguage(const Article& article);

// What articles and questions are compared by: the primary subtag in lower case
// ("zh" of "zh-Hans-CN").
std::string PrimaryLanguage(absl::string_view code);

}  // namespace clientele::qa

#endif  // CLIENTELE_SERVICES_QA_SERVICE_CORE_ARTICLES_ARTICLE_RULES_H_
