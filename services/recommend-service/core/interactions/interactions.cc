#include "services/recommend-service/core/interactions/interactions.h"

#include <set>
#include <string>

#include "absl/strings/str_cat.h"

#include "common/status/error_details.h"
#include "common/status/status_macros.h"

namespace clientele::recommend {

absl::StatusOr<AnonymousCreated> Interactions::BatchCreateAnonymous(
    const RequestContext& context, const std::vector<AnonymousInteraction>& interactions) {
  if (interactions.empty() || interactions.size() > kMaxInteractionBatch) {
    return InvalidField("interactions",
                        absl::StrCat("must have 1 to ", kMaxInteractionBatch, " entries"));
  }
  FieldViolations violations;
  std::set<std::string> ids;
  for (std::size_t i = 0; i < interactions.size(); ++i) {
    CheckAnonymousInteraction(interactions[i], absl::StrCat("interactions[", i, "]."),
                              clock_->Now(), violations);
    ids.insert(interactions[i].item_id);
  }
  CLIENTELE_RETURN_IF_ERROR(violations.ToStatus());
  CLIENTELE_ASSIGN_OR_RETURN(const std::vector<std::string> missing,
                             items_->Missing(context, {ids.begin(), ids.end()}));
  const std::set<std::string> unknown(missing.begin(), missing.end());
  for (std::size_t i = 0; i < interactions.size() && !unknown.empty(); ++i) {
    if (unknown.contains(interactions[i].item_id)) {
      violations.Add(absl::StrCat("interactions[", i, "].item"),
                     "names an item that does not exist");
    }
  }
  CLIENTELE_RETURN_IF_ERROR(violations.ToStatus());
  return store_->BatchCreateAnonymous(context, interactions);
}

absl::StatusOr<ItemStatistics> Interactions::Statistics(const RequestContext& context,
                                                        absl::string_view item_id) {
  CLIENTELE_RETURN_IF_ERROR(items_->Get(context, item_id).status());
  return store_->Statistics(context, item_id);
}

}  // namespace clientele::recommend
