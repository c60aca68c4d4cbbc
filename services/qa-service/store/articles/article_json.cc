#include "services/qa-service/store/articles/article_json.h"

#include <cstdint>

#include <nlohmann/json.hpp>

namespace clientele::qa {
namespace {

constexpr auto kLenient = nlohmann::json::error_handler_t::replace;

}  // namespace

std::string ArticleToJson(const Article& article) {
  nlohmann::json json = {
      {"id", article.id},
      {"title", article.title},
      {"body", article.body},
      {"language_code", article.language_code},
      {"uri", article.uri},
      {"questions", article.questions},
      {"create_time", absl::ToUnixMicros(article.create_time)},
      {"update_time", absl::ToUnixMicros(article.update_time)},
      {"revision", article.revision},
      {"audiences", article.audiences},
      {"tags", article.tags},
  };
  if (article.valid_from != absl::InfinitePast()) {
    json["valid_from"] = absl::ToUnixMicros(article.valid_from);
  }
  if (article.valid_until != absl::InfiniteFuture()) {
    json["valid_until"] = absl::ToUnixMicros(article.valid_until);
  }
  return json.dump(-1, ' ', false, kLenient);
}

absl::StatusOr<Article> ArticleFromJson(absl::string_view text) {
  try {
    const auto json = nlohmann::json::parse(text.begin(), text.end());
    Article article;
    article.id = json.at("id").get<std::string>();
    article.title = json.at("title").get<std::string>();
    article.body = json.at("body").get<std::string>();
    article.language_code = json.at("language_code").get<std::string>();
    article.uri = json.at("uri").get<std::string>();
    article.questions = json.at("questions").get<std::vector<std::string>>();
    article.create_time = absl::FromUnixMicros(json.at("create_time").get<std::int64_t>());
    article.update_time = absl::FromUnixMicros(json.at("update_time").get<std::int64_t>());
    article.revision = json.at("revision").get<std::int64_t>();
    // What an earlier version stored has none of these.
    article.audiences = json.value("audiences", std::vector<std::string>());
    article.tags = json.value("tags", std::vector<std::string>());
    if (json.contains("valid_from")) {
      article.valid_from = absl::FromUnixMicros(json.at("valid_from").get<std::int64_t>());
    }
    if (json.contains("valid_until")) {
      article.valid_until = absl::FromUnixMicros(json.at("valid_until").get<std::int64_t>());
    }
    return article;
  } catch (const nlohmann::json::exception&) {
    return absl::DataLossError("a stored result of an article's mutation cannot be read");
  }
}

std::string TextsToJson(const std::vector<std::string>& texts) {
  return nlohmann::json(texts).dump(-1, ' ', false, kLenient);
}

}  // namespace clientele::qa
