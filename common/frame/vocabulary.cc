#include "common/frame/vocabulary.h"

#include <algorithm>
#include <utility>

#include <nlohmann/json.hpp>

#include "absl/status/status.h"

namespace clientele::frame {

Vocabulary::Vocabulary(std::vector<std::string> categories) : categories_(std::move(categories)) {
  index_.reserve(categories_.size());
  for (std::size_t i = 0; i < categories_.size(); ++i) {
    index_.try_emplace(categories_[i], kFirst + static_cast<std::int32_t>(i));
  }
}

Vocabulary Vocabulary::Learn(const CategoricalColumn& column, VocabularyOptions options) {
  std::vector<std::int64_t> counts(column.categories.size(), 0);
  for (const std::int32_t code : column.codes) {
    if (code != kMissingCode) ++counts[static_cast<std::size_t>(code)];
  }
  std::vector<std::size_t> kept;
  for (std::size_t i = 0; i < counts.size(); ++i) {
    if (counts[i] >= std::max<std::int64_t>(1, options.min_count)) kept.push_back(i);
  }
  std::sort(kept.begin(), kept.end(), [&](std::size_t a, std::size_t b) {
    if (counts[a] != counts[b]) return counts[a] > counts[b];
    return column.categories[a] < column.categories[b];
  });
  if (kept.size() > options.max_categories) kept.resize(options.max_categories);
  std::vector<std::string> categories;
  categories.reserve(kept.size());
  for (const std::size_t i : kept) categories.push_back(column.categories[i]);
  return Vocabulary(std::move(categories));
}

std::int32_t Vocabulary::Index(absl::string_view category) const {
  const auto found = index_.find(category);
  return found == index_.end() ? kUnknown : found->second;
}

std::vector<std::int32_t> Vocabulary::Encode(const CategoricalColumn& column) const {
  std::vector<std::int32_t> index_of_code;
  index_of_code.reserve(column.categories.size());
  for (const std::string& category : column.categories) index_of_code.push_back(Index(category));
  std::vector<std::int32_t> indices;
  indices.reserve(column.codes.size());
  for (const std::int32_t code : column.codes) {
    indices.push_back(code == kMissingCode ? kMissing
                                           : index_of_code[static_cast<std::size_t>(code)]);
  }
  return indices;
}

nlohmann::json Vocabulary::ToJson() const { return {{"categories", categories_}}; }

absl::StatusOr<Vocabulary> Vocabulary::FromJson(const nlohmann::json& json) {
  const auto wrong = [] {
    return absl::InvalidArgumentError("a vocabulary is {\"categories\": [distinct strings]}");
  };
  if (!json.is_object() || !json.contains("categories") || !json["categories"].is_array()) {
    return wrong();
  }
  std::vector<std::string> categories;
  for (const nlohmann::json& category : json["categories"]) {
    if (!category.is_string()) return wrong();
    categories.push_back(category.get<std::string>());
  }
  Vocabulary vocabulary(std::move(categories));
  if (vocabulary.index_.size() != vocabulary.categories_.size()) return wrong();
  return vocabulary;
}

}  // namespace clientele::frame
