#ifndef CLIENTELE_COMMON_POSTGRES_FAILURE_H_
#define CLIENTELE_COMMON_POSTGRES_FAILURE_H_

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace clientele::postgres::internal {

// What went wrong in a statement, and whether it may be retried.
struct Failure {
  absl::Status status;
  // The transaction has no effect and may be run again.
  bool retry = false;
  // The connection can't be used again.
  bool lost = false;
};

// For a five-character SQLSTATE
// (https://www.postgresql.org/docs/15/errcodes-appendix.html).
Failure FailureForSqlState(absl::string_view statement_name, absl::string_view sqlstate);

// For a connection that broke.
Failure LostConnection();

// UNAVAILABLE, reason DATABASE_UNAVAILABLE, with a retry delay.
absl::Status DatabaseAway();

}  // namespace clientele::postgres::internal

#endif  // CLIENTELE_COMMON_POSTGRES_FAILURE_H_
