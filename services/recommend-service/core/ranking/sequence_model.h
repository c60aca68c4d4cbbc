#ifndef CLIENTELE_SERVICES_RECOMMEND_SERVICE_CORE_RANKING_SEQUENCE_MODEL_H_
#define CLIENTELE_SERVICES_RECOMMEND_SERVICE_CORE_RANKING_SEQUENCE_MODEL_H_

// What comes next in the order of a customer's items, as the recommender sees it: a port that
// model/ implements with a SEQUENCE_RECOMMENDER bundle, and training/ with what was just trained.
//
//   score of an item = the dot product of its vector and the state after the customer's latest
//   items
//
// Kang, McAuley: Self-Attentive Sequential Recommendation, ICDM 2018.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "absl/types/span.h"

namespace clientele::recommend {

// The longest sequence that any model reads, and the most that is looked at of a customer.
inline constexpr std::size_t kMaxSequenceItems = 200;

// What a version was trained by, as its bundle says.
struct SequenceRecipe {
  int epochs = 0;
  std::int64_t seed = 0;
  absl::Time trained_until;  // of the newest interaction that it has seen
};

// The items that a model knows.
struct SequenceItems {
  std::vector<std::string> ids;  // by row; no two are equal
  std::int64_t width = 0;
  std::vector<float> vectors;  // rows x width, row-major, finite
};

// One version. Immutable, thread-safe.
class SequenceModel {
 public:
  // `positions`: of the longest sequence, 1 to kMaxSequenceItems.
  SequenceModel(SequenceItems items, std::int64_t positions);
  virtual ~SequenceModel() = default;
  SequenceModel(const SequenceModel&) = delete;
  SequenceModel& operator=(const SequenceModel&) = delete;

  // "name/version"; empty: it has no bundle.
  virtual const std::string& id() const = 0;
  // Nullopt where the bundle does not say.
  virtual std::optional<SequenceRecipe> recipe() const { return std::nullopt; }
  // Rows of items, the earliest first, 1 to positions() of each. Gives the state after each
  // sequence, row-major [sequences x width]; it depends on that sequence alone. INTERNAL where the
  // model fails.
  virtual absl::StatusOr<std::vector<float>> States(
      absl::Span<const std::vector<std::int32_t>> sequences) const = 0;

  const SequenceItems& items() const { return items_; }
  std::int64_t positions() const { return positions_; }
  // -1 where it does not know the item.
  std::int32_t Row(absl::string_view item_id) const;
  absl::Span<const float> Vector(std::int32_t row) const;

 private:
  const SequenceItems items_;
  const std::int64_t positions_;
  absl::flat_hash_map<absl::string_view, std::int32_t> rows_;  // of items_
};

// Hands out the version that serves now; thread-safe.
class SequenceModels {
 public:
  virtual ~SequenceModels() = default;
  // Null while none serves.
  virtual std::shared_ptr<const SequenceModel> Current() = 0;
  // Looks for a newer version now instead of at the next interval.
  virtual void Refresh() = 0;
};

}  // namespace clientele::recommend

#endif  // CLIENTELE_SERVICES_RECOMMEND_SERVICE_CORE_RANKING_SEQUENCE_MODEL_H_
