#ifndef CLIENTELE_SERVICES_RECOMMEND_SERVICE_CORE_RANKING_LEFT_OUT_H_
#define CLIENTELE_SERVICES_RECOMMEND_SERVICE_CORE_RANKING_LEFT_OUT_H_

// What a customer's own history leaves out of their recommendations: what they dismissed, and what
// they bought, unless it is wanted again (RepeatPurchases) or the query wants that too. Of an
// anonymous session, all that it touched.

#include <cstddef>
#include <cstdint>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"

#include "services/recommend-service/core/ranking/repeat_purchases.h"
#include "services/recommend-service/core/ranking/resolved_history.h"
#include "services/recommend-service/core/ranking/serving_view.h"

namespace clientele::recommend {

struct LeaveOutRules {
  bool include_purchased = false;
  const RepeatPurchases* repeats = nullptr;  // null: nothing is bought again
  bool leave_out_touched = false;            // also what they only looked at
};

// Immutable and thread-safe.
class LeftOut {
 public:
  // Borrows the history, and while it is made the rest.
  LeftOut(const ServingView& view, const ResolvedHistory& history, const LeaveOutRules& rules,
          absl::Time now);

  // Of a row of the view's model.
  bool Row(std::size_t row) const { return (rows_[row / 64] >> (row % 64) & 1) != 0; }
  // Of an item that the model does not know.
  bool Other(absl::string_view item_id) const;
  // Of any item; `slot` is its slot of the view or -1.
  bool Item(const ServingView& view, absl::string_view item_id, std::int32_t slot) const {
    return slot >= 0 && !view.IsEstimated(slot) ? Row(static_cast<std::size_t>(slot))
                                                : Other(item_id);
  }

 private:
  const ResolvedHistory& history_;
  std::vector<std::uint64_t> rows_;   // bits
  std::vector<std::uint8_t> others_;  // by index of history_.other_ids
};

}  // namespace clientele::recommend

#endif  // CLIENTELE_SERVICES_RECOMMEND_SERVICE_CORE_RANKING_LEFT_OUT_H_
