#ifndef CLIENTELE_COMMON_RPC_TIME_CONVERSION_H_
#define CLIENTELE_COMMON_RPC_TIME_CONVERSION_H_

// Between google.protobuf and Abseil times. Pure and thread-safe.
//
//   CLIENTELE_ASSIGN_OR_RETURN(event.time, ToTime(proto.event_time(), "events[3].event_time"));
//   *proto.mutable_event_time() = ToTimestamp(event.time);

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "google/protobuf/duration.pb.h"
#include "google/protobuf/timestamp.pb.h"

namespace clientele::rpc {

// INVALID_ARGUMENT about `field` outside 0001-01-01 to 9999-12-31 or with nanos
// outside 0 to 999,999,999. An unset Timestamp is the Unix epoch: where that is
// not meant, ask has_x() first.
absl::StatusOr<absl::Time> ToTime(const google::protobuf::Timestamp& proto,
                                  absl::string_view field);
// Clamped to the range above; rounded down to nanoseconds.
google::protobuf::Timestamp ToTimestamp(absl::Time time);

// INVALID_ARGUMENT about `field` when seconds and nanos differ in sign or are out of range.
absl::StatusOr<absl::Duration> ToDuration(const google::protobuf::Duration& proto,
                                          absl::string_view field);
google::protobuf::Duration ToProtoDuration(absl::Duration duration);

}  // namespace clientele::rpc

#endif  // CLIENTELE_COMMON_RPC_TIME_CONVERSION_H_
