#ifndef CLIENTELE_SERVICES_PROFILE_SERVICE_STORE_FEATURES_CAMPAIGN_RESPONSES_TABLE_H_
#define CLIENTELE_SERVICES_PROFILE_SERVICE_STORE_FEATURES_CAMPAIGN_RESPONSES_TABLE_H_

// profile.campaign_responses: the campaigns that customers received, each once.

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

#include "common/postgres/transaction.h"
#include "services/profile-service/core/features/behavior_sums.h"

namespace clientele::profile {

struct CampaignCounts {
  std::int64_t received = 0;
  std::int64_t opened = 0;
  std::int64_t clicked = 0;
};

// Rows to add, in the order of their customers.
struct CampaignColumns {
  std::vector<std::string> customers, campaigns;
  std::vector<bool> opened, clicked;

  void Add(absl::string_view customer, const BehaviorSums& sums);
};

// Adds them; returns what is new of each customer. Whose rows they are is locked in
// profile.behavior.
absl::StatusOr<std::map<std::string, CampaignCounts>> AddCampaigns(
    postgres::Transaction& transaction, const CampaignColumns& added);

// Of persons who are several customers, by their numbers; as CountOnce in behavior_sums_table.cc.
absl::StatusOr<std::map<std::int64_t, CampaignCounts>> CountCampaigns(
    postgres::Transaction& transaction, const std::vector<std::string>& customers,
    const std::vector<std::int64_t>& persons);

absl::Status DropCampaigns(postgres::Transaction& transaction, absl::string_view customer_id);

}  // namespace clientele::profile

#endif  // CLIENTELE_SERVICES_PROFILE_SERVICE_STORE_FEATURES_CAMPAIGN_RESPONSES_TABLE_H_
