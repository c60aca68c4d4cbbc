#include "services/profile-service/core/consent/consent_register.h"

#include <cstddef>
#include <utility>

#include "absl/strings/str_cat.h"

#include "common/paging/page_builder.h"
#include "common/status/error_details.h"
#include "common/status/status_macros.h"
#include "common/text/utf8.h"
#include "services/profile-service/core/customers/customer_validation.h"
#include "services/profile-service/core/customers/page_token.h"
#include "services/profile-service/core/features/precision.h"

namespace clientele::profile {
namespace {

constexpr std::size_t kMaxDecisions = 1000;
constexpr std::size_t kMaxTextVersion = 64;
constexpr std::size_t kMaxEvidenceSource = 128;
constexpr absl::Duration kMaxClockSkew = absl::Minutes(1);

void CheckEvidence(absl::string_view value, std::size_t max_bytes, absl::string_view field,
                   FieldViolations& bad) {
  if (value.find('\0') != absl::string_view::npos || !text::IsValidUtf8(value)) {
    bad.Add(field, "must be UTF-8 without NUL");
  } else if (value.size() > max_bytes) {
    bad.Add(field, absl::StrCat("must have at most ", max_bytes, " bytes"));
  }
}

// Sets the times and checks the rest.
absl::Status Complete(ConsentDecision& decision, absl::Time now, absl::string_view path) {
  if (decision.decision_time == absl::InfinitePast()) decision.decision_time = now;
  decision.decision_time = ToMicroseconds(decision.decision_time);
  decision.store_time = ToMicroseconds(now);
  FieldViolations bad;
  ValidateCustomerId(decision.customer_id, absl::StrCat(path, ".name"), bad);
  if (decision.decision_time <= absl::UnixEpoch() || decision.decision_time > now + kMaxClockSkew) {
    bad.Add(absl::StrCat(path, ".decision_time"),
            "must be after 1970 and at most a minute ahead of the service's clock");
  }
  CheckEvidence(decision.text_version, kMaxTextVersion, absl::StrCat(path, ".text_version"), bad);
  CheckEvidence(decision.source, kMaxEvidenceSource, absl::StrCat(path, ".source"), bad);
  return bad.ToStatus();
}

std::size_t DecisionBytes(const ConsentDecision& decision) {
  return paging::kRowBytes + decision.customer_id.size() + decision.text_version.size() +
         decision.source.size();
}

}  // namespace

absl::StatusOr<Consent> ConsentRegister::Update(const RequestContext& context,
                                                const MutationId& mutation,
                                                ConsentDecision decision, bool validate_only) {
  CLIENTELE_RETURN_IF_ERROR(Complete(decision, clock_->Now(), "consent"));
  if (!validate_only) {
    CLIENTELE_RETURN_IF_ERROR(store_->Record(context, mutation, {decision}, policy_).status());
    notifier_->Published();
  }
  CLIENTELE_ASSIGN_OR_RETURN(std::vector<Consent> consents, List(context, decision.customer_id));
  return std::move(consents[static_cast<std::size_t>(decision.purpose) - 1]);
}

absl::StatusOr<std::int64_t> ConsentRegister::Record(const RequestContext& context,
                                                     const MutationId& mutation,
                                                     std::vector<ConsentDecision> decisions) {
  if (decisions.empty() || decisions.size() > kMaxDecisions) {
    return InvalidField("consents", absl::StrCat("must have 1 to ", kMaxDecisions, " entries"));
  }
  const absl::Time now = clock_->Now();
  for (std::size_t i = 0; i < decisions.size(); ++i) {
    CLIENTELE_RETURN_IF_ERROR(Complete(decisions[i], now, absl::StrCat("consents[", i, "]")));
  }
  CLIENTELE_ASSIGN_OR_RETURN(const std::int64_t recorded,
                             store_->Record(context, mutation, decisions, policy_));
  notifier_->Published();
  return recorded;
}

absl::StatusOr<std::vector<Consent>> ConsentRegister::List(const RequestContext& context,
                                                           absl::string_view customer_id) {
  FieldViolations bad;
  ValidateCustomerId(customer_id, "parent", bad);
  CLIENTELE_RETURN_IF_ERROR(bad.ToStatus());
  CLIENTELE_ASSIGN_OR_RETURN(std::vector<ConsentDecision> newest,
                             store_->Newest(context, customer_id));
  consent::Consents decided;
  for (const ConsentDecision& decision : newest) {
    decided.Set(decision.purpose,
                decision.granted ? consent::Decision::kGranted : consent::Decision::kWithdrawn);
  }
  std::vector<Consent> consents;
  consents.reserve(consent::kPurposes.size());
  for (const consent::Purpose purpose : consent::kPurposes) {
    consents.push_back({.customer_id = std::string(customer_id),
                        .purpose = purpose,
                        .decision = std::nullopt,
                        .allowed = policy_.Allows(purpose, decided)});
    for (ConsentDecision& decision : newest) {
      if (decision.purpose == purpose) consents.back().decision = std::move(decision);
    }
  }
  return consents;
}

absl::StatusOr<ConsentDecisionPage> ConsentRegister::History(const RequestContext& context,
                                                             absl::string_view customer_id,
                                                             int page_size,
                                                             absl::string_view page_token) {
  FieldViolations bad;
  ValidateCustomerId(customer_id, "parent", bad);
  CLIENTELE_RETURN_IF_ERROR(bad.ToStatus());
  CLIENTELE_ASSIGN_OR_RETURN(const auto after, ParseConsentPageToken(customer_id, page_token));
  ConsentDecisionPage page;
  CLIENTELE_ASSIGN_OR_RETURN(page.decisions,
                             store_->History(context, customer_id, after, page_size + 1));
  if (paging::CutPage(page.decisions, page_size, DecisionBytes)) {
    const ConsentDecision& last = page.decisions.back();
    page.next_page_token = ConsentPageToken(customer_id, {last.decision_time, last.decision_id});
  }
  return page;
}

}  // namespace clientele::profile
