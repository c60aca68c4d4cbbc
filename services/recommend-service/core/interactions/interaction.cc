#include "services/recommend-service/core/interactions/interaction.h"

#include <algorithm>
#include <cmath>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"

#include "services/recommend-service/core/items/item.h"

namespace clientele::recommend {

void CheckAnonymousInteraction(const AnonymousInteraction& interaction, absl::string_view prefix,
                               absl::Time now, FieldViolations& violations) {
  const auto add = [&](absl::string_view field, absl::string_view description) {
    violations.Add(absl::StrCat(prefix, field), description);
  };
  if (!IsItemId(interaction.item_id)) add("item", "must be items/{item}");
  const std::string& id = interaction.interaction_id;
  if (id.empty() || id.size() > 64 ||
      !std::all_of(id.begin(), id.end(), [](unsigned char c) { return absl::ascii_isgraph(c); })) {
    add("interaction_id", "must be 1 to 64 bytes of ASCII without spaces");
  }
  if (interaction.interaction_time <= absl::UnixEpoch() ||
      interaction.interaction_time > now + absl::Hours(24)) {
    add("interaction_time", "must be after 1970 and at most one day ahead");
  }
  if (!std::isfinite(interaction.quantity) || interaction.quantity < 0 ||
      interaction.quantity > 1e9) {
    add("quantity", "must be a finite number from 0 to 1e9");
  }
}

}  // namespace clientele::recommend
