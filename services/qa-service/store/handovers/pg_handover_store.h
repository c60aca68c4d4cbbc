#ifndef CLIENTELE_SERVICES_QA_SERVICE_STORE_HANDOVERS_PG_HANDOVER_STORE_H_
#define CLIENTELE_SERVICES_QA_SERVICE_STORE_HANDOVERS_PG_HANDOVER_STORE_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"

#include "common/crypto/cipher.h"
#include "common/idempotency/ledger.h"
#include "common/postgres/connection_pool.h"
#include "services/qa-service/core/handovers/handover_store.h"

namespace clientele::qa {

// Associated data of an encrypted column ("content", "note") of a hand-over.
std::string HandoverPlace(absl::string_view column, absl::string_view customer_id,
                          absl::string_view handover_id);

// Hand-overs in qa.handovers. See core/handovers/handover_store.h for the contract.
//
// Locks: Create takes that of questions shared (question_statements.h), so that a customer's
// deletion comes before or after it, and then that of the sequence until it commits.
class PgHandoverStore final : public HandoverStore {
 public:
  // All borrowed; they outlive the store.
  PgHandoverStore(postgres::ConnectionPool* pool, const Ledger* ledger,
                  const crypto::Cipher* cipher)
      : pool_(pool), ledger_(ledger), cipher_(cipher) {}

  absl::StatusOr<std::string> Create(const RequestContext& context, const MutationId& mutation,
                                     const Handover& handover) override;
  absl::StatusOr<Handover> Get(const RequestContext& context, const std::string& id) override;
  absl::StatusOr<HandoverSlice> List(const RequestContext& context,
                                     std::optional<HandoverState> state, std::int64_t before,
                                     std::int64_t limit, std::int64_t max_bytes) override;
  absl::StatusOr<HandoverSlice> ListAfter(const RequestContext& context, std::int64_t after,
                                          std::int64_t limit, std::int64_t max_bytes) override;
  absl::StatusOr<bool> Reached(const RequestContext& context,
                               const HandoverPosition& position) override;
  absl::StatusOr<Handover> Update(const RequestContext& context, const MutationId& mutation,
                                  const std::string& id, Edit edit) override;
  absl::StatusOr<std::vector<ComplaintCount>> CountComplaints(const RequestContext& context,
                                                              absl::Time since) override;

  // Removes hand-overs made before `before`; gives how many.
  absl::StatusOr<std::int64_t> Prune(const RequestContext& context, absl::Time before);

 private:
  absl::Status Insert(postgres::Transaction& t, const Handover& handover) const;
  absl::StatusOr<HandoverSlice> Slice(const RequestContext& context,
                                      const postgres::Statement& statement,
                                      const std::vector<postgres::Value>& values) const;

  postgres::ConnectionPool* const pool_;
  const Ledger* const ledger_;
  const crypto::Cipher* const cipher_;
};

}  // namespace clientele::qa

#endif  // CLIENTELE_SERVICES_QA_SERVICE_STORE_HANDOVERS_PG_HANDOVER_STORE_H_
