#ifndef CLIENTELE_SERVICES_RECOMMEND_SERVICE_CORE_AUDIENCES_AUDIENCE_H_
#define CLIENTELE_SERVICES_RECOMMEND_SERVICE_CORE_AUDIENCES_AUDIENCE_H_

// What is asked of an audience, and what is told. Plain values.

#include <cstddef>
#include <string>
#include <variant>
#include <vector>

#include "services/recommend-service/core/ranking/recommendation.h"

namespace clientele::recommend {

inline constexpr int kMaxAudiencePage = 1000;
inline constexpr std::size_t kMaxAudienceText = 1024;

struct ItemTarget {
  std::string item_id;
};
struct CategoryTarget {
  std::string category;
};
struct TextTarget {
  std::string text;
};
// monostate: none was given.
using AudienceTargetName = std::variant<std::monostate, ItemTarget, CategoryTarget, TextTarget>;

enum class AudienceExclusion {
  kDefault,            // of an item kBoughtOrDismissed, else kNone
  kNone,               // nobody
  kBoughtOrDismissed,  // who bought or dismissed one of the target's items
};

struct AudienceQuery {
  AudienceTargetName target = {};
  AudienceExclusion exclusion = AudienceExclusion::kDefault;
  std::string language = {};    // see RecommendQuery
  int page_size = 50;           // 1 to 1000
  std::string page_token = {};  // from the page before
};

struct AudienceMember {
  std::string customer_id;
  double score = 0;
  std::vector<Reason> reasons;  // strongest first, at least one
};

struct AudiencePage {
  std::vector<AudienceMember> members;  // best first; equal scores by customer id
  std::string next_page_token;          // empty on the last page
  std::vector<std::string> models;      // "name/version"
  bool consent_checked = false;         // see MarketingConsent
};

}  // namespace clientele::recommend

#endif  // CLIENTELE_SERVICES_RECOMMEND_SERVICE_CORE_AUDIENCES_AUDIENCE_H_
