#ifndef CLIENTELE_SERVICES_RECOMMEND_SERVICE_CORE_RANKING_REPEAT_PURCHASES_H_
#define CLIENTELE_SERVICES_RECOMMEND_SERVICE_CORE_RANKING_REPEAT_PURCHASES_H_

// When what a customer bought is recommended to them again: never, but in categories of things that
// are used up.
//
//   CLIENTELE_ASSIGN_OR_RETURN(const auto repeats, RepeatPurchases::Parse("coffee=14d,food=7d"));
//   repeats.After(item);   // 14 days for an item within "coffee"

#include <map>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

#include "services/recommend-service/core/items/catalog_snapshot.h"

namespace clientele::recommend {

// A plain value.
class RepeatPurchases {
 public:
  // "CATEGORY=TIME" separated by commas, a time as absl::ParseDuration has it or in days, "30d";
  // empty: no category. INVALID_ARGUMENT with the part that is wrong.
  static absl::StatusOr<RepeatPurchases> Parse(absl::string_view text);

  // How long after the last purchase; of the item's own category, else of the narrowest above it.
  // nullopt: never.
  std::optional<absl::Duration> After(const CatalogItem& item) const;

 private:
  std::map<std::string, absl::Duration, std::less<>> by_category_;
};

}  // namespace clientele::recommend

#endif  // CLIENTELE_SERVICES_RECOMMEND_SERVICE_CORE_RANKING_REPEAT_PURCHASES_H_
