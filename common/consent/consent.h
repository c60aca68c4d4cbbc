#ifndef CLIENTELE_COMMON_CONSENT_CONSENT_H_
#define CLIENTELE_COMMON_CONSENT_CONSENT_H_

// What a customer allowed their data to be used for, and what a company may do where the customer
// was never asked.
//
//   CLIENTELE_ASSIGN_OR_RETURN(const Policy policy, Policy::Parse("marketing"));
//   Consents consents;
//   consents.Set(Purpose::kProfiling, Decision::kWithdrawn);
//   policy.Allows(Purpose::kProfiling, consents);       // false: it was withdrawn
//   policy.Allows(Purpose::kMarketing, consents);       // false: nobody asked, and it needs a
//   grant policy.Allows(Purpose::kRecommendation, consents);  // true: it may be assumed
//
// Plain values; thread-safe to read.

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace clientele::consent {

// clientele.profile.v1.ConsentPurpose says what each covers. The numbers are stored: never change
// one.
enum class Purpose : int {
  kProfiling = 1,
  kImageAnalysis = 2,
  kRecommendation = 3,
  kMarketing = 4,
  kAnswerPersonalization = 5,
};

inline constexpr std::array<Purpose, 5> kPurposes = {Purpose::kProfiling, Purpose::kImageAnalysis,
                                                     Purpose::kRecommendation, Purpose::kMarketing,
                                                     Purpose::kAnswerPersonalization};

// Stable, such as "image-analysis".
absl::string_view IdOf(Purpose purpose);
// nullopt for anything that IdOf does not give.
std::optional<Purpose> ParsePurpose(absl::string_view id);

enum class Decision : int { kNone = 0, kGranted = 1, kWithdrawn = 2 };

// The newest decision of one customer about each purpose.
class Consents {
 public:
  Consents() = default;
  // The inverse of bits(). Bits that stand for no decision are dropped.
  explicit Consents(std::int64_t bits);

  Decision Of(Purpose purpose) const;
  void Set(Purpose purpose, Decision decision);

  // Two bits for each purpose, from bit 2 * purpose on; 0 where nothing was ever decided.
  std::int64_t bits() const { return bits_; }

  bool operator==(const Consents&) const = default;

 private:
  std::int64_t bits_ = 0;
};

// Which purposes a company may serve without having asked.
class Policy {
 public:
  // Image analysis and marketing need a grant; the others may be assumed until they are withdrawn.
  Policy() : Policy({Purpose::kImageAnalysis, Purpose::kMarketing}) {}
  explicit Policy(const std::vector<Purpose>& needing_grant);
  // By the purposes' ids, separated by commas; "": none needs a grant. INVALID_ARGUMENT names an id
  // that there is not, and those that there are.
  static absl::StatusOr<Policy> Parse(absl::string_view needing_grant);

  // A decision counts whatever the policy says; without one the policy does.
  bool Allows(Purpose purpose, const Consents& consents) const;
  bool NeedsGrant(Purpose purpose) const;

 private:
  std::array<bool, kPurposes.size()> needs_grant_ = {};
};

}  // namespace clientele::consent

#endif  // CLIENTELE_COMMON_CONSENT_CONSENT_H_
