#include "common/status/error_details.h"

#include <algorithm>
#include <utility>

#include "absl/strings/cord.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"

namespace clientele {
namespace {

constexpr absl::string_view kReasonUrl = "clientele/reason";
constexpr absl::string_view kRetryUrl = "clientele/retry_delay_us";
constexpr absl::string_view kFieldsUrl = "clientele/field_violations";
constexpr std::size_t kMaxViolations = 100;
// gRPC's clients take 8 KiB of trailers, in which details are half as long again.
constexpr std::size_t kMaxViolationBytes = 4096;
constexpr char kFieldSeparator = '\x1f';
constexpr char kViolationSeparator = '\x1e';

std::string WithoutSeparators(absl::string_view text) {
  std::string clean(text);
  std::replace(clean.begin(), clean.end(), kFieldSeparator, ' ');
  std::replace(clean.begin(), clean.end(), kViolationSeparator, ' ');
  return clean;
}

}  // namespace

void FieldViolations::Add(absl::string_view field, absl::string_view description) {
  const std::size_t bytes = bytes_ + field.size() + description.size();
  if (violations_.size() == kMaxViolations || (bytes > kMaxViolationBytes && !empty())) return;
  bytes_ = bytes;
  violations_.push_back({WithoutSeparators(field), WithoutSeparators(description)});
}

absl::Status FieldViolations::ToStatus() const {
  if (violations_.empty()) return absl::OkStatus();
  absl::Status status = absl::InvalidArgumentError(
      absl::StrCat(violations_[0].field, ": ", violations_[0].description));
  const std::string encoded =
      absl::StrJoin(violations_, std::string(1, kViolationSeparator),
                    [](std::string* out, const FieldViolation& violation) {
                      absl::StrAppend(out, violation.field, std::string(1, kFieldSeparator),
                                      violation.description);
                    });
  status.SetPayload(kFieldsUrl, absl::Cord(encoded));
  return WithReason(std::move(status), reason::kInvalidArgument);
}

absl::Status InvalidField(absl::string_view field, absl::string_view description) {
  FieldViolations violations;
  violations.Add(field, description);
  return violations.ToStatus();
}

absl::Status WithReason(absl::Status status, absl::string_view reason) {
  if (!status.ok()) status.SetPayload(kReasonUrl, absl::Cord(reason));
  return status;
}

absl::Status WithRetryDelay(absl::Status status, absl::Duration delay) {
  if (!status.ok()) {
    status.SetPayload(kRetryUrl, absl::Cord(absl::StrCat(absl::ToInt64Microseconds(delay))));
  }
  return status;
}

absl::Status BusyError(absl::string_view message, absl::Duration retry_delay) {
  return WithRetryDelay(WithReason(absl::ResourceExhaustedError(message), reason::kOverloaded),
                        retry_delay);
}

absl::Status UnavailableError(absl::string_view reason, absl::string_view message,
                              absl::Duration retry_delay) {
  return WithRetryDelay(WithReason(absl::UnavailableError(message), reason), retry_delay);
}

absl::Status NotFound(absl::string_view resource_name) {
  return WithReason(absl::NotFoundError(absl::StrCat(resource_name, " does not exist")),
                    reason::kNotFound);
}

absl::Status AlreadyExists(absl::string_view resource_name) {
  return WithReason(absl::AlreadyExistsError(absl::StrCat(resource_name, " exists already")),
                    reason::kAlreadyExists);
}

absl::Status EtagMismatch(absl::string_view resource_name) {
  return WithReason(
      absl::AbortedError(absl::StrCat(
          resource_name, " has changed since it was read: read it again and repeat the change")),
      reason::kEtagMismatch);
}

std::string GetReason(const absl::Status& status) {
  if (auto payload = status.GetPayload(kReasonUrl)) return std::string(*payload);
  return absl::StatusCodeToString(status.code());
}

std::optional<absl::Duration> GetRetryDelay(const absl::Status& status) {
  const auto payload = status.GetPayload(kRetryUrl);
  std::int64_t microseconds = 0;
  if (!payload || !absl::SimpleAtoi(std::string(*payload), &microseconds)) return std::nullopt;
  return absl::Microseconds(microseconds);
}

std::vector<FieldViolation> GetFieldViolations(const absl::Status& status) {
  std::vector<FieldViolation> violations;
  const auto payload = status.GetPayload(kFieldsUrl);
  if (!payload) return violations;
  const std::string encoded(*payload);
  for (absl::string_view part : absl::StrSplit(encoded, kViolationSeparator)) {
    const std::pair<std::string, std::string> pair =
        absl::StrSplit(part, absl::MaxSplits(kFieldSeparator, 1));
    violations.push_back({pair.first, pair.second});
  }
  return violations;
}

}  // namespace clientele
