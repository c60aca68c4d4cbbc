#ifndef CLIENTELE_SERVICES_QA_SERVICE_STORE_PG_CHANGE_SINK_H_
#define CLIENTELE_SERVICES_QA_SERVICE_STORE_PG_CHANGE_SINK_H_

#include <string>

#include "common/changefeed/change_sink.h"
#include "common/crypto/cipher.h"
#include "common/idempotency/ledger.h"
#include "common/postgres/connection_pool.h"
#include "common/time/clock.h"

namespace clientele::qa {

// What qa-service does with the changes of profile-service: it knows from them which
// customers exist, and a deleted one's questions and ledger entries go; everything else
// only moves the cursor.
// Thread-safe.
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
  RequestContext Context() const;

  postgres::ConnectionPool* const pool_;
  const Ledger* const ledger_;
  const crypto::Cipher* const cipher_;
  const Clock* const clock_;
};

}  // namespace clientele::qa

#endif  // CLIENTELE_SERVICES_QA_SERVICE_STORE_PG_CHANGE_SINK_H_
