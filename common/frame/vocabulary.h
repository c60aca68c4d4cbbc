#ifndef CLIENTELE_COMMON_FRAME_VOCABULARY_H_
#define CLIENTELE_COMMON_FRAME_VOCABULARY_H_

// The categories that a model knows, as indices from 0 to size() - 1.
//
//   const Vocabulary plans = Vocabulary::Learn(*training.Categorical("plan").value(),
//                                              {.min_count = 5});
//   plans.Index("gold");              // 2 or more
//   plans.Index("never seen");        // Vocabulary::kUnknown
//   plans.Encode(column);             // of all rows
//
// Immutable, thread-safe.

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

#include "common/frame/column.h"

namespace clientele::frame {

struct VocabularyOptions {
  // Categories of fewer rows are unknown.
  std::int64_t min_count = 1;
  // At most so many categories, the most frequent ones.
  std::size_t max_categories = 1'000'000;
};

class Vocabulary {
 public:
  static constexpr std::int32_t kMissing = 0;  // no value
  static constexpr std::int32_t kUnknown = 1;  // rare in the training, or not in it
  static constexpr std::int32_t kFirst = 2;    // the most frequent category

  // Knows nothing.
  Vocabulary() = default;

  // The most frequent category first, those of equal count in the order of their bytes, so that the
  // order of the rows changes nothing.
  static Vocabulary Learn(const CategoricalColumn& column, VocabularyOptions options = {});

  // kUnknown where the category is none of those learned.
  std::int32_t Index(absl::string_view category) const;
  std::vector<std::int32_t> Encode(const CategoricalColumn& column) const;

  // Of the indices that Index and Encode give, the reserved ones included.
  std::int32_t size() const { return kFirst + static_cast<std::int32_t>(categories_.size()); }
  // In the order of their indices, from kFirst on.
  const std::vector<std::string>& categories() const { return categories_; }

  // {"categories": ["gold", ...]}
  nlohmann::json ToJson() const;
  // INVALID_ARGUMENT for any other shape, and for repeated categories.
  static absl::StatusOr<Vocabulary> FromJson(const nlohmann::json& json);

 private:
  explicit Vocabulary(std::vector<std::string> categories);

  std::vector<std::string> categories_;
  absl::flat_hash_map<std::string, std::int32_t> index_;
};

}  // namespace clientele::frame

#endif  // CLIENTELE_COMMON_FRAME_VOCABULARY_H_
