#ifndef CLIENTELE_SERVICES_RECOMMEND_SERVICE_CORE_AUDIENCES_AUDIENCE_TOKEN_H_
#define CLIENTELE_SERVICES_RECOMMEND_SERVICE_CORE_AUDIENCES_AUDIENCE_TOKEN_H_

// Where a page of an audience ends. Any replica can go on from it.

#include <cstdint>
#include <optional>
#include <string>

#include "absl/strings/string_view.h"

#include "services/recommend-service/core/audiences/audience_ranking.h"

namespace clientele::recommend {

// Which audience: what was asked, the target in the model's terms, and the moment.
struct AudienceKey {
  std::uint64_t fingerprint = 0;  // of the query, the model and the target
  std::int64_t revision = 0;  // the newest revision of any customer when the first page was made

  bool operator==(const AudienceKey&) const = default;
};

struct AudienceToken {
  AudienceKey key;
  AudiencePlace last;  // of the page before

  std::string Encode() const;
  // nullopt for what Encode() does not make.
  static std::optional<AudienceToken> Decode(absl::string_view token);
};

}  // namespace clientele::recommend

#endif  // CLIENTELE_SERVICES_RECOMMEND_SERVICE_CORE_AUDIENCES_AUDIENCE_TOKEN_H_
