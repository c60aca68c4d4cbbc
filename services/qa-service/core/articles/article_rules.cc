#include "services/qa-service/core/articles/article_rules.h"

#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"

#include "common/text/language.h"
#include "common/text/utf8.h"

namespace clientele::qa {
namespace {

bool IsIdCharacter(char c) {
  return absl::ascii_isalnum(static_cast<unsigned char>(c)) || c == '.' || c == '_' || c == '-';
}

}  // namespace

void CheckArticleId(absl::string_view id, absl::string_view field, FieldViolations& bad) {
  bool good = !id.empty() && id.size() <= 64;
  for (const char c : id) good = good && IsIdCharacter(c);
  if (!good) bad.Add(field, "needs an id of 1 to 64 of letters, digits, '.', '_', '-'");
}

void CheckRequestId(absl::string_view request_id, FieldViolations& bad) {
  CheckText(request_id, "request_id", 0, kMaxRequestIdBytes, bad);
}

void CheckLanguageCode(absl::string_view code, absl::string_view field, FieldViolations& bad) {
  if (code.empty()) return;
  bool good = code.size() <= kMaxLanguageBytes;
  bool first = true;
  for (const absl::string_view subtag : absl::StrSplit(code, '-')) {
    good = good && !subtag.empty() && subtag.size() <= 8 && (!first || subtag.size() >= 2);
    for (const char c : subtag) {
      const auto u = static_cast<unsigned char>(c);
      good = good && (absl::ascii_isalpha(u) || (!first && absl::ascii_isdigit(u)));
    }
    first = false;
  }
  if (!good) bad.Add(field, "must be a BCP 47 language tag such as \"en\" or \"zh\", or empty");
}

void CheckText(absl::string_view text, absl::string_view field, std::size_t min, std::size_t max,
               FieldViolations& bad) {
  if (text.size() < min) {
    bad.Add(field, "must not be empty");
  } else if (text.size() > max) {
    bad.Add(field, absl::StrCat("must be at most ", max, " bytes"));
  } else if (!text::IsValidUtf8(text)) {
    bad.Add(field, "must be valid UTF-8");
  } else if (text.find('\0') != absl::string_view::npos) {
    bad.Add(field, "must not contain the zero byte");
  }
}

void CheckLabel(absl::string_view label, absl::string_view field, FieldViolations& bad) {
  bool good = !label.empty() && label.size() <= kMaxLabelBytes;
  for (const char c : label) good = good && IsIdCharacter(c);
  if (!good) bad.Add(field, "must be 1 to 64 of letters, digits, '.', '_', '-'");
}

namespace {

void CheckLabels(const std::vector<std::string>& labels, const std::string& field,
                 FieldViolations& bad) {
  if (labels.size() > kMaxLabels) {
    bad.Add(field, absl::StrCat("must be at most ", kMaxLabels));
    return;
  }
  for (std::size_t i = 0; i < labels.size(); ++i) {
    CheckLabel(labels[i], absl::StrCat(field, "[", i, "]"), bad);
  }
}

}  // namespace

void CheckArticle(const Article& article, absl::string_view prefix, FieldViolations& bad) {
  CheckText(article.title, absl::StrCat(prefix, ".title"), 1, kMaxTitleBytes, bad);
  CheckText(article.body, absl::StrCat(prefix, ".body"), 1, kMaxBodyBytes, bad);
  CheckLanguageCode(article.language_code, absl::StrCat(prefix, ".language_code"), bad);
  CheckText(article.uri, absl::StrCat(prefix, ".uri"), 0, kMaxUriBytes, bad);
  if (article.valid_from >= article.valid_until) {
    bad.Add(absl::StrCat(prefix, ".valid_until"), "must be a time after valid_from");
  }
  CheckLabels(article.audiences, absl::StrCat(prefix, ".audiences"), bad);
  CheckLabels(article.tags, absl::StrCat(prefix, ".tags"), bad);
  if (article.questions.size() > kMaxQuestions) {
    bad.Add(absl::StrCat(prefix, ".questions"),
            absl::StrCat("must be at most ", kMaxQuestions, " questions"));
    return;
  }
  for (std::size_t i = 0; i < article.questions.size(); ++i) {
    CheckText(article.questions[i], absl::StrCat(prefix, ".questions[", i, "]"), 1,
              kMaxQuestionBytes, bad);
  }
}

namespace {

std::string DetectedLanguage(const Article& article) {
  return text::DetectLanguage(absl::StrCat(article.title, "\n", article.body));
}

}  // namespace

void FillLanguage(Article& article) {
  if (article.language_code.empty()) article.language_code = DetectedLanguage(article);
}

bool HasDetectedLanguage(const Article& article) {
  return article.language_code == DetectedLanguage(article);
}

std::string PrimaryLanguage(absl::string_view code) {
  return absl::AsciiStrToLower(code.substr(0, code.find('-')));
}

}  // namespace clientele::qa
