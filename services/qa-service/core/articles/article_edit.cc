#include "services/qa-service/core/articles/article_edit.h"

#include <set>
#include <utility>

#include "services/qa-service/core/articles/article_rules.h"

namespace clientele::qa {
namespace {

const std::set<std::string>& EditablePaths() {
  static const auto* paths =
      new std::set<std::string>{"title",      "body",        "language_code", "uri", "questions",
                                "valid_from", "valid_until", "audiences",     "tags"};
  return *paths;
}

// The paths that count, each once, known ones only.
std::set<std::string> EffectivePaths(const ArticleEdit& edit) {
  std::set<std::string> paths;
  for (const std::string& path : edit.paths) {
    if (path == "*") return EditablePaths();
    if (EditablePaths().count(path) > 0) paths.insert(path);
  }
  if (!edit.paths.empty()) return paths;
  if (!edit.values.title.empty()) paths.insert("title");
  if (!edit.values.body.empty()) paths.insert("body");
  if (!edit.values.language_code.empty()) paths.insert("language_code");
  if (!edit.values.uri.empty()) paths.insert("uri");
  if (!edit.values.questions.empty()) paths.insert("questions");
  if (edit.values.valid_from != absl::InfinitePast()) paths.insert("valid_from");
  if (edit.values.valid_until != absl::InfiniteFuture()) paths.insert("valid_until");
  if (!edit.values.audiences.empty()) paths.insert("audiences");
  if (!edit.values.tags.empty()) paths.insert("tags");
  return paths;
}

void CopyPaths(const std::set<std::string>& paths, const Article& from, Article& to) {
  if (paths.count("title") > 0) to.title = from.title;
  if (paths.count("body") > 0) to.body = from.body;
  if (paths.count("language_code") > 0) to.language_code = from.language_code;
  if (paths.count("uri") > 0) to.uri = from.uri;
  if (paths.count("questions") > 0) to.questions = from.questions;
  if (paths.count("valid_from") > 0) to.valid_from = from.valid_from;
  if (paths.count("valid_until") > 0) to.valid_until = from.valid_until;
  if (paths.count("audiences") > 0) to.audiences = from.audiences;
  if (paths.count("tags") > 0) to.tags = from.tags;
}

}  // namespace

void CheckEdit(const ArticleEdit& edit, FieldViolations& bad) {
  CheckArticleId(edit.values.id, "article.name", bad);
  for (const std::string& path : edit.paths) {
    if (path != "*" && EditablePaths().count(path) == 0) {
      bad.Add("update_mask",
              "names a field that cannot be changed; use title, body, language_code, uri, "
              "questions, valid_from, valid_until, audiences, tags or *");
    }
  }
  // Fields outside the mask are ignored, so they may hold anything: check the
  // chosen ones on a valid article.
  Article checked;
  checked.title = "-";
  checked.body = "-";
  CopyPaths(EffectivePaths(edit), edit.values, checked);
  CheckArticle(checked, "article", bad);
}

absl::StatusOr<Article> ApplyEdit(const Article& current, const ArticleEdit& edit, absl::Time now) {
  if (!edit.etag.empty() && edit.etag != ArticleEtag(current)) {
    return EtagMismatch(ArticleName(current.id));
  }
  const std::set<std::string> paths = EffectivePaths(edit);
  Article next = current;
  CopyPaths(paths, edit.values, next);
  if (next.valid_from >= next.valid_until) {
    return InvalidField("article.valid_until", "must be a time after valid_from");
  }
  // A language that the old text has anyway was found in it, or might have been.
  if (paths.count("language_code") == 0 && HasDetectedLanguage(current)) next.language_code.clear();
  FillLanguage(next);
  next.update_time = now;
  return next;
}

}  // namespace clientele::qa
