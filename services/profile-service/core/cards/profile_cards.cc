#include "services/profile-service/core/cards/profile_cards.h"

#include <utility>
#include <vector>

#include "common/status/status_macros.h"

namespace clientele::profile {

absl::StatusOr<std::string> ProfileCards::Render(const RequestContext& context,
                                                 absl::string_view customer_id,
                                                 absl::string_view language) const {
  CLIENTELE_ASSIGN_OR_RETURN(Overview overview, overviews_->Get(context, customer_id, 0));
  CLIENTELE_RETURN_IF_ERROR(overview.profile.status());
  ProfileCard card{.customer = std::move(overview.customer),
                   .profile = *std::move(overview.profile),
                   .months = {}};
  const absl::CivilMonth last = absl::ToCivilMonth(clock_->Now(), absl::UTCTimeZone());
  const absl::CivilMonth first = last - (kMonthsOnCard - 1);
  for (absl::CivilMonth month = first; month <= last; ++month) card.months.push_back({month});
  // Who is not profiled has no activity to show.
  if (card.profile.withheld_purposes.empty()) {
    CLIENTELE_ASSIGN_OR_RETURN(const std::vector<MonthOfActivity> counted,
                               activity_->CountByMonth(context, customer_id, first, last));
    for (const MonthOfActivity& month : counted) {
      card.months.at(static_cast<std::size_t>(month.month - first)) = month;
    }
  }
  return RenderProfileCard(card, language);
}

}  // namespace clientele::profile
