#ifndef CLIENTELE_COMMON_STATUS_ERROR_DETAILS_H_
#define CLIENTELE_COMMON_STATUS_ERROR_DETAILS_H_

// What an absl::Status can say beyond code and message, without gRPC: the
// machine-readable reason, the wrong fields, and when to retry. common/rpc turns
// them into google.rpc.ErrorInfo, BadRequest and RetryInfo, once, at the edge.
//
//   FieldViolations bad;
//   if (!std::isfinite(e.quantity)) bad.Add("events[3].quantity", "must be finite");
//   CLIENTELE_RETURN_IF_ERROR(bad.ToStatus());
//
//   return BusyError("the worker queue is full", absl::Milliseconds(100));
//
// Values are plain; every function is thread-safe.

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace clientele {

// Reasons of ErrorInfo that several modules share.
namespace reason {
inline constexpr absl::string_view kInvalidArgument = "INVALID_ARGUMENT";
inline constexpr absl::string_view kAlreadyExists = "ALREADY_EXISTS";
inline constexpr absl::string_view kNotFound = "NOT_FOUND";
inline constexpr absl::string_view kEtagMismatch = "ETAG_MISMATCH";
inline constexpr absl::string_view kRequestIdReused = "REQUEST_ID_REUSED";
inline constexpr absl::string_view kOverloaded = "OVERLOADED";
inline constexpr absl::string_view kStreamIdle = "STREAM_IDLE";
inline constexpr absl::string_view kMetadataTooLarge = "METADATA_TOO_LARGE";
inline constexpr absl::string_view kDatabaseUnavailable = "DATABASE_UNAVAILABLE";
inline constexpr absl::string_view kModelUnavailable = "MODEL_UNAVAILABLE";
inline constexpr absl::string_view kBackendUnavailable = "BACKEND_UNAVAILABLE";
inline constexpr absl::string_view kDeadlineExceeded = "DEADLINE_EXCEEDED";
inline constexpr absl::string_view kCancelled = "CANCELLED";
inline constexpr absl::string_view kUnauthenticated = "UNAUTHENTICATED";
inline constexpr absl::string_view kPermissionDenied = "PERMISSION_DENIED";
inline constexpr absl::string_view kDraining = "DRAINING";
inline constexpr absl::string_view kDataLoss = "DATA_LOSS";
inline constexpr absl::string_view kInternal = "INTERNAL";
}  // namespace reason

struct FieldViolation {
  std::string field;        // path of the field, such as "events[3].quantity"
  std::string description;  // what is wrong and what to send instead
};

// Collects every wrong field of a request before refusing it.
class FieldViolations {
 public:
  void Add(absl::string_view field, absl::string_view description);
  bool empty() const { return violations_.empty(); }
  std::size_t size() const { return violations_.size(); }

  // OK when nothing was added; else INVALID_ARGUMENT with reason
  // INVALID_ARGUMENT, a message that names the first field, and all violations
  // (at most 100 and 4 KiB are kept, so that a gRPC client takes the answer).
  absl::Status ToStatus() const;

 private:
  std::vector<FieldViolation> violations_;
  std::size_t bytes_ = 0;
};

// INVALID_ARGUMENT about one field.
absl::Status InvalidField(absl::string_view field, absl::string_view description);

// `status` with a machine-readable reason; an OK status stays as it is.
absl::Status WithReason(absl::Status status, absl::string_view reason);
// `status` with the advice to wait at least `delay` before trying again.
absl::Status WithRetryDelay(absl::Status status, absl::Duration delay);

// RESOURCE_EXHAUSTED, reason OVERLOADED, with a retry delay.
absl::Status BusyError(absl::string_view message, absl::Duration retry_delay);
// UNAVAILABLE with `reason` and a retry delay.
absl::Status UnavailableError(absl::string_view reason, absl::string_view message,
                              absl::Duration retry_delay);
// NOT_FOUND with reason NOT_FOUND: "customers/42 does not exist".
absl::Status NotFound(absl::string_view resource_name);
// ALREADY_EXISTS with reason ALREADY_EXISTS.
absl::Status AlreadyExists(absl::string_view resource_name);
// ABORTED with reason ETAG_MISMATCH.
absl::Status EtagMismatch(absl::string_view resource_name);

// The reason given by WithReason, or that of the canonical code.
std::string GetReason(const absl::Status& status);
std::optional<absl::Duration> GetRetryDelay(const absl::Status& status);
std::vector<FieldViolation> GetFieldViolations(const absl::Status& status);

}  // namespace clientele

#endif  // CLIENTELE_COMMON_STATUS_ERROR_DETAILS_H_
