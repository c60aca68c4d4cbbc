#include "services/recommend-service/core/ranking/sequence_model.h"

#include <utility>

namespace clientele::recommend {

SequenceModel::SequenceModel(SequenceItems items, std::int64_t positions)
    : items_(std::move(items)), positions_(positions) {
  rows_.reserve(items_.ids.size());
  for (std::size_t row = 0; row < items_.ids.size(); ++row) {
    rows_.emplace(items_.ids[row], static_cast<std::int32_t>(row));
  }
}

std::int32_t SequenceModel::Row(absl::string_view item_id) const {
  const auto found = rows_.find(item_id);
  return found == rows_.end() ? -1 : found->second;
}

absl::Span<const float> SequenceModel::Vector(std::int32_t row) const {
  const auto width = static_cast<std::size_t>(items_.width);
  return absl::MakeConstSpan(items_.vectors).subspan(static_cast<std::size_t>(row) * width, width);
}

}  // namespace clientele::recommend
