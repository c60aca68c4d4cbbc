#ifndef CLIENTELE_SERVICES_RECOMMEND_SERVICE_CORE_AUDIENCES_MARKETING_CONSENT_H_
#define CLIENTELE_SERVICES_RECOMMEND_SERVICE_CORE_AUDIENCES_MARKETING_CONSENT_H_

// Who may be addressed: the place where consent decides over audiences.

#include <string>
#include <vector>

#include "absl/status/statusor.h"

#include "common/executor/request_context.h"

namespace clientele::recommend {

// Thread-safe.
class MarketingConsent {
 public:
  virtual ~MarketingConsent() = default;
  // Whether consent is known at all. Answers tell callers, who have to check it themselves where
  // it is not.
  virtual bool is_known() const = 0;
  // Those who gave consent to marketing, in the order given. At most some thousands at a time.
  virtual absl::StatusOr<std::vector<std::string>> WithConsent(
      const RequestContext& context, std::vector<std::string> customer_ids) = 0;
};

// Of a service that follows no profile-service: keeps everybody, and says so.
class UnknownConsent final : public MarketingConsent {
 public:
  bool is_known() const override { return false; }
  absl::StatusOr<std::vector<std::string>> WithConsent(
      const RequestContext&, std::vector<std::string> customer_ids) override {
    return customer_ids;
  }
};

}  // namespace clientele::recommend

#endif  // CLIENTELE_SERVICES_RECOMMEND_SERVICE_CORE_AUDIENCES_MARKETING_CONSENT_H_
