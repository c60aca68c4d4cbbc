#include "services/recommend-service/store/audiences/pg_marketing_consent.h"

#include <utility>

#include "absl/container/flat_hash_map.h"

#include "common/postgres/statement.h"
#include "common/status/status_macros.h"

namespace clientele::recommend {
namespace {

constexpr postgres::Statement kListConsents{
    "recommend.list_consents",
    "SELECT customer_id, consents FROM recommend.consents WHERE customer_id = ANY($1::text[])"};

}  // namespace

absl::StatusOr<std::vector<std::string>> PgMarketingConsent::WithConsent(
    const RequestContext& context, std::vector<std::string> customer_ids) {
  absl::flat_hash_map<std::string, consent::Consents> decided;
  CLIENTELE_RETURN_IF_ERROR(
      pool_->Transact(context,
                      [&](postgres::Transaction& t) -> absl::Status {
                        decided.clear();
                        CLIENTELE_ASSIGN_OR_RETURN(const postgres::Result rows,
                                                   t.Execute(kListConsents, {customer_ids}));
                        for (const postgres::Row row : rows) {
                          decided.emplace(row.Text(0), consent::Consents(row.Int64(1)));
                        }
                        return absl::OkStatus();
                      },
                      {.read_only = true}));
  std::erase_if(customer_ids, [&](const std::string& id) {
    const auto found = decided.find(id);
    const consent::Consents consents = found == decided.end() ? consent::Consents() : found->second;
    return !policy_.Allows(consent::Purpose::kMarketing, consents) ||
           !policy_.Allows(consent::Purpose::kRecommendation, consents);
  });
  return customer_ids;
}

}  // namespace clientele::recommend
