#include "services/recommend-service/core/interactions/interaction.h"

#include <algorithm>
#include <cmath>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"

#include "services/recommend-service/core/items/item.h"

namespace clientele::recommend {

std::optional<InteractionType> InteractionTypeOf(changefeed::EventKind kind) {
  switch (kind) {
    case changefeed::EventKind::kView:
      return InteractionType::kView;
    case changefeed::EventKind::kCart:
      return InteractionType::kCart;
    case changefeed::EventKind::kPurchase:
      return InteractionType::kPurchase;
    case changefeed::EventKind::kReturn:
      return InteractionType::kReturn;
    case changefeed::EventKind::kRating:
      return InteractionType::kRating;
    case changefeed::EventKind::kDismiss:
      return InteractionType::kDismiss;
    default:
      return std::nullopt;
  }
}

std::optional<InteractionType> InteractionTypeOf(const changefeed::ChangedEvent& event) {
  const std::optional<InteractionType> type = InteractionTypeOf(event.type);
  if (event.item_id.empty() || event.left_out) return std::nullopt;
  if (type == InteractionType::kRating && event.rating <= 0) return std::nullopt;
  return type;
}

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
  // A rating or a dismissal says nothing of an item without the customer whose taste it is.
  if (!interaction.type.has_value() || interaction.type == InteractionType::kRating ||
      interaction.type == InteractionType::kDismiss) {
    add("type",
        "must be EVENT_TYPE_VIEW, EVENT_TYPE_CART, EVENT_TYPE_PURCHASE or EVENT_TYPE_RETURN");
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
