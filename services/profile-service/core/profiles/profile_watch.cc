#include "services/profile-service/core/profiles/profile_watch.h"

#include <algorithm>

#include "absl/strings/escaping.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"

#include "common/status/error_details.h"
#include "common/status/status_macros.h"
#include "services/profile-service/core/customers/customer_validation.h"

namespace clientele::profile {
namespace {

constexpr absl::string_view kChangePrefix = "change/1/";

absl::Status CheckWatched(absl::string_view customer_id) {
  FieldViolations bad;
  ValidateCustomerId(customer_id, "name", bad);
  return bad.ToStatus();
}

}  // namespace

std::string ChangeToken(std::int64_t change) {
  return absl::WebSafeBase64Escape(absl::StrCat(kChangePrefix, change));
}

absl::StatusOr<std::optional<std::int64_t>> ParseChangeToken(absl::string_view token) {
  if (token.empty()) return std::optional<std::int64_t>();
  std::string plain;
  std::int64_t change = 0;
  if (absl::WebSafeBase64Unescape(token, &plain)) {
    absl::string_view digits = plain;
    if (absl::ConsumePrefix(&digits, kChangePrefix) && absl::SimpleAtoi(digits, &change) &&
        change >= 0) {
      return change;
    }
  }
  return InvalidField("min_change", "must come from the answer to a write, or be empty");
}

absl::StatusOr<Profile> ProfileWatch::Get(const RequestContext& context,
                                          absl::string_view customer_id,
                                          absl::string_view min_change) {
  CLIENTELE_RETURN_IF_ERROR(CheckWatched(customer_id));
  CLIENTELE_ASSIGN_OR_RETURN(const std::optional<std::int64_t> change,
                             ParseChangeToken(min_change));
  const absl::Time give_up = clock_->Now() + options_.longest_wait;
  while (change) {
    const uint64_t generation = notifier_->generation();
    CLIENTELE_ASSIGN_OR_RETURN(const bool contained,
                               versions_->Contains(context, customer_id, *change));
    if (contained) break;
    const absl::Time now = clock_->Now();
    CLIENTELE_RETURN_IF_ERROR(context.Check(now));
    if (now >= give_up) {
      return absl::DeadlineExceededError(
          "the profile does not contain the change yet: texts wait for their vectors; try again, "
          "or ask without min_change");
    }
    const absl::Duration wait =
        std::min({options_.poll_interval, context.deadline - now, give_up - now});
    notifier_->WaitForNews(generation, wait, context.cancellation);
  }
  return profiles_->Get(context, customer_id);
}

absl::Status ProfileWatch::Watch(const RequestContext& context, absl::string_view customer_id,
                                 Sink sink) {
  CLIENTELE_RETURN_IF_ERROR(CheckWatched(customer_id));
  std::optional<ProfileVersion> sent;
  absl::Time sent_time = absl::InfinitePast();
  while (true) {
    const absl::Time now = clock_->Now();
    CLIENTELE_RETURN_IF_ERROR(context.Check(now));
    const uint64_t generation = notifier_->generation();
    absl::Duration wait = options_.poll_interval;
    if (now - sent_time < options_.min_interval) {
      wait = sent_time + options_.min_interval - now;
    } else {
      // Before the profile: what comes between is sent again.
      CLIENTELE_ASSIGN_OR_RETURN(ProfileVersion version, versions_->Version(context, customer_id));
      if (version != sent) {
        const absl::StatusOr<Profile> profile = profiles_->Get(context, customer_id);
        if (!profile.ok() && (!sent || !absl::IsUnavailable(profile.status()))) {
          return profile.status();
        }
        if (profile.ok()) {
          CLIENTELE_RETURN_IF_ERROR(sink(*profile));
          sent = std::move(version);
          sent_time = now;
          continue;
        }
      }
    }
    notifier_->WaitForNews(generation, std::min(wait, context.deadline - now),
                           context.cancellation);
  }
}

}  // namespace clientele::profile
