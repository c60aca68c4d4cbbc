#include "common/rpc/time_conversion.h"

#include <algorithm>
#include <cstdint>

#include "common/status/error_details.h"

namespace clientele::rpc {
namespace {

// 0001-01-01T00:00:00Z and 9999-12-31T23:59:59Z.
constexpr std::int64_t kMinSeconds = -62'135'596'800;
constexpr std::int64_t kMaxSeconds = 253'402'300'799;
// About 10,000 years: the range of google.protobuf.Duration.
constexpr std::int64_t kMaxDurationSeconds = 315'576'000'000;
constexpr std::int32_t kMaxNanos = 999'999'999;

}  // namespace

absl::StatusOr<absl::Time> ToTime(const google::protobuf::Timestamp& proto,
                                  absl::string_view field) {
  if (proto.seconds() < kMinSeconds || proto.seconds() > kMaxSeconds) {
    return InvalidField(field, "must lie between the years 1 and 9999");
  }
  if (proto.nanos() < 0 || proto.nanos() > kMaxNanos) {
    return InvalidField(field, "nanos must be 0 to 999999999");
  }
  return absl::FromUnixSeconds(proto.seconds()) + absl::Nanoseconds(proto.nanos());
}

google::protobuf::Timestamp ToTimestamp(absl::Time time) {
  const absl::Time clamped =
      std::clamp(time, absl::FromUnixSeconds(kMinSeconds),
                 absl::FromUnixSeconds(kMaxSeconds) + absl::Nanoseconds(kMaxNanos));
  google::protobuf::Timestamp proto;
  const std::int64_t seconds = absl::ToUnixSeconds(clamped);
  proto.set_seconds(seconds);
  proto.set_nanos(static_cast<std::int32_t>(
      absl::ToInt64Nanoseconds(clamped - absl::FromUnixSeconds(seconds))));
  return proto;
}

absl::StatusOr<absl::Duration> ToDuration(const google::protobuf::Duration& proto,
                                          absl::string_view field) {
  if (proto.seconds() < -kMaxDurationSeconds || proto.seconds() > kMaxDurationSeconds ||
      proto.nanos() < -kMaxNanos || proto.nanos() > kMaxNanos) {
    return InvalidField(field, "is out of range");
  }
  if ((proto.seconds() > 0 && proto.nanos() < 0) || (proto.seconds() < 0 && proto.nanos() > 0)) {
    return InvalidField(field, "seconds and nanos must have the same sign");
  }
  return absl::Seconds(proto.seconds()) + absl::Nanoseconds(proto.nanos());
}

google::protobuf::Duration ToProtoDuration(absl::Duration duration) {
  const absl::Duration limit = absl::Seconds(kMaxDurationSeconds);
  const absl::Duration clamped = std::clamp(duration, -limit, limit);
  google::protobuf::Duration proto;
  const std::int64_t seconds = absl::ToInt64Seconds(clamped);  // towards zero
  proto.set_seconds(seconds);
  proto.set_nanos(
      static_cast<std::int32_t>(absl::ToInt64Nanoseconds(clamped - absl::Seconds(seconds))));
  return proto;
}

}  // namespace clientele::rpc
