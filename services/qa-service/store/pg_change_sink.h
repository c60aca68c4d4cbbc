#ifndef CLIENTELE_SERVICES_QA_SERVICE_STORE_PG_CHANGE_SINK_H_
#define CLIENTELE_SERVICES_QA_SERVICE_STORE_PG_CHANGE_SINK_H_

#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "common/changefeed/change_sink.h"
#include "common/crypto/cipher.h"
#include "common/idempotency/ledger.h"
#include "common/postgres/connection_pool.h"
#include "common/postgres/value.h"
#include "common/time/clock.h"

namespace clientele::qa {

// What qa-service does with the changes of profile-service: it knows from them which
// customers exist, and a deleted one's questions, conversations, hand-overs, feedback and
// ledger entries go; everything else only moves the cursor. After a snapshot it knows the
// snapshot's customers alone, and has nothing of any but them. Thread-safe.
class PgChangeSink final : public changefeed::ChangeSink {
 public:
  // Borrowed; they outlive the sink.
  PgChangeSink(postgres::ConnectionPool* pool, const Ledger* ledger, const crypto::Cipher* cipher,
               const Clock* clock)
      : pool_(pool), ledger_(ledger), cipher_(cipher), clock_(clock) {}

  absl::StatusOr<std::string> LoadCursor() override;
  absl::Status Apply(absl::string_view expected_cursor,
                     const changefeed::ChangeBatch& batch) override;

 private:
  // The customers of a batch by what happened to them last, and all that were deleted.
  struct Customers {
    std::set<std::string> deleted;  // at any point: what was kept goes
    std::set<std::string> known_at_end;
  };

  static Customers Sort(const changefeed::ChangeBatch& batch);
  RequestContext Context() const;
  absl::Status ApplyChanges(postgres::Transaction& t, const Customers& customers) const;
  // A part of snapshot number `snapshot`.
  absl::Status ApplySnapshot(postgres::Transaction& t, const Customers& customers, bool last_part,
                             std::int64_t snapshot) const;
  // With the lock of questions held.
  absl::Status Erase(postgres::Transaction& t, const std::set<std::string>& customers) const;
  absl::Status EraseUnknownAskers(postgres::Transaction& t) const;
  // How qa.known_customers names them.
  std::vector<postgres::Bytes> Indexes(const std::set<std::string>& customers) const;

  postgres::ConnectionPool* const pool_;
  const Ledger* const ledger_;
  const crypto::Cipher* const cipher_;
  const Clock* const clock_;
};

}  // namespace clientele::qa

#endif  // CLIENTELE_SERVICES_QA_SERVICE_STORE_PG_CHANGE_SINK_H_
