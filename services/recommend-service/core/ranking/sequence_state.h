#ifndef CLIENTELE_SERVICES_RECOMMEND_SERVICE_CORE_RANKING_SEQUENCE_STATE_H_
#define CLIENTELE_SERVICES_RECOMMEND_SERVICE_CORE_RANKING_SEQUENCE_STATE_H_

// One customer before one sequence model.
//
//   CLIENTELE_ASSIGN_OR_RETURN(const std::optional<SequenceState> state,
//                              ReadSequence(view.sequence, LatestItems(view, history)));
//   if (state.has_value()) state->Score(row);
//
// An item counts where the customer touched it first: so the model is trained, and what a training
// makes of an earlier day is what was known on that day.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"

#include "services/recommend-service/core/ranking/resolved_history.h"
#include "services/recommend-service/core/ranking/sequence_model.h"
#include "services/recommend-service/core/ranking/serving_view.h"

namespace clientele::recommend {

struct SequenceState {
  std::shared_ptr<const SequenceModel> model;
  std::vector<std::int32_t> rows;  // of the items that it read, the earliest first; never empty
  std::size_t unknown = 0;         // of the latest items, how many the model does not know
  std::vector<float> state;        // after them

  // Of a row of the model. To the bit: products in double precision, one after the other.
  double Score(std::int32_t row) const;
  // Whether it read the item: then it says nothing of it, for no training has an item come twice.
  bool HasRead(std::int32_t row) const;
};

// The ids of ResolvedHistory::latest. They live as long as both arguments.
std::vector<absl::string_view> LatestItems(const ServingView& view, const ResolvedHistory& history);

// Reads the latest of the items that the model knows, as many as it has positions. `item_ids`: the
// earliest first. Nullopt without a model, and where it knows none of the items.
absl::StatusOr<std::optional<SequenceState>> ReadSequence(
    std::shared_ptr<const SequenceModel> model, absl::Span<const absl::string_view> item_ids);

// What the latest items gave to scores: what a score loses without one of them.
class SequenceInfluence {
 public:
  // As many are compared: each costs as much as the state itself, and the latest say most.
  static constexpr std::size_t kMaxItems = 16;

  // One call of the model.
  static absl::StatusOr<SequenceInfluence> Of(const SequenceState& state);

  const SequenceModel& model() const { return *model_; }
  // Rows of the items that are compared, the earliest first.
  absl::Span<const std::int32_t> rows() const { return rows_; }
  // What the score of `row` loses without the item rows()[at]; below 0 where it lowers the score.
  // Of a single item that is the whole score.
  double Amount(std::size_t at, std::int32_t row) const;

 private:
  std::shared_ptr<const SequenceModel> model_;
  std::vector<std::int32_t> rows_;
  // The state less the state without the item; rows x width.
  std::vector<float> differences_;
};

}  // namespace clientele::recommend

#endif  // CLIENTELE_SERVICES_RECOMMEND_SERVICE_CORE_RANKING_SEQUENCE_STATE_H_
