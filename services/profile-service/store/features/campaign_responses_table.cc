#include "services/profile-service/store/features/campaign_responses_table.h"

#include "common/postgres/statement.h"
#include "common/status/status_macros.h"

namespace clientele::profile {
namespace {

using postgres::Result;
using postgres::Row;
using postgres::Statement;
using postgres::Transaction;

// What is known is read as of before the insert.
constexpr Statement kAddCampaigns{
    "profile.upsert_campaign_responses",
    "WITH given AS (SELECT * FROM unnest($1::text[], $2::text[], $3::boolean[], $4::boolean[]) "
    "AS t(customer_id, campaign_id, opened, clicked)), "
    "kept AS (INSERT INTO profile.campaign_responses AS k "
    "(customer_id, campaign_id, opened, clicked) SELECT * FROM given "
    "ON CONFLICT (customer_id, campaign_id) DO UPDATE SET opened = k.opened OR excluded.opened, "
    "clicked = k.clicked OR excluded.clicked "
    "WHERE (excluded.opened AND NOT k.opened) OR (excluded.clicked AND NOT k.clicked)) "
    "SELECT g.customer_id, count(*) FILTER (WHERE k.customer_id IS NULL), "
    "count(*) FILTER (WHERE g.opened AND NOT coalesce(k.opened, false)), "
    "count(*) FILTER (WHERE g.clicked AND NOT coalesce(k.clicked, false)) "
    "FROM given AS g LEFT JOIN profile.campaign_responses AS k USING (customer_id, campaign_id) "
    "GROUP BY g.customer_id"};

constexpr Statement kCountCampaigns{
    "profile.count_distinct_campaign_responses",
    "SELECT person, count(*), count(*) FILTER (WHERE opened), count(*) FILTER (WHERE clicked) "
    "FROM (SELECT a.person, k.campaign_id, bool_or(k.opened) AS opened, "
    "bool_or(k.clicked) AS clicked FROM unnest($1::text[], $2::bigint[]) AS a(customer_id, person) "
    "JOIN profile.campaign_responses AS k USING (customer_id) GROUP BY a.person, k.campaign_id"
    ") AS received GROUP BY person"};

constexpr Statement kDropCampaigns{"profile.delete_campaign_responses",
                                   "DELETE FROM profile.campaign_responses WHERE customer_id = $1"};

}  // namespace

void CampaignColumns::Add(absl::string_view customer, const BehaviorSums& sums) {
  for (const auto& [campaign, totals] : sums.campaigns) {
    customers.emplace_back(customer);
    campaigns.push_back(campaign);
    opened.push_back(totals.opened);
    clicked.push_back(totals.clicked);
  }
}

absl::StatusOr<std::map<std::string, CampaignCounts>> AddCampaigns(Transaction& transaction,
                                                                   const CampaignColumns& added) {
  std::map<std::string, CampaignCounts> fresh;
  if (added.customers.empty()) return fresh;
  CLIENTELE_ASSIGN_OR_RETURN(const Result rows,
                             transaction.Execute(kAddCampaigns, {added.customers, added.campaigns,
                                                                 added.opened, added.clicked}));
  for (const Row row : rows) fresh[row.Text(0)] = {row.Int64(1), row.Int64(2), row.Int64(3)};
  return fresh;
}

absl::StatusOr<std::map<std::int64_t, CampaignCounts>> CountCampaigns(
    Transaction& transaction, const std::vector<std::string>& customers,
    const std::vector<std::int64_t>& persons) {
  CLIENTELE_ASSIGN_OR_RETURN(const Result rows,
                             transaction.Execute(kCountCampaigns, {customers, persons}));
  std::map<std::int64_t, CampaignCounts> counts;
  for (const Row row : rows) counts[row.Int64(0)] = {row.Int64(1), row.Int64(2), row.Int64(3)};
  return counts;
}

absl::Status DropCampaigns(Transaction& transaction, absl::string_view customer_id) {
  return transaction.Execute(kDropCampaigns, {customer_id}).status();
}

}  // namespace clientele::profile
