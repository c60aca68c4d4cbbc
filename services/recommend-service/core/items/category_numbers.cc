#include "services/recommend-service/core/items/category_numbers.h"

namespace clientele::recommend {

std::int32_t CategoryNumbers::Number(absl::string_view category) {
  std::lock_guard lock(mutex_);
  const auto [found, is_new] =
      numbers_.try_emplace(category, static_cast<std::int32_t>(names_.size()));
  if (is_new) names_.emplace_back(category);
  return found->second;
}

std::optional<std::int32_t> CategoryNumbers::Find(absl::string_view category) const {
  std::lock_guard lock(mutex_);
  const auto found = numbers_.find(category);
  if (found == numbers_.end()) return std::nullopt;
  return found->second;
}

std::string CategoryNumbers::Name(std::int32_t number) const {
  std::lock_guard lock(mutex_);
  return names_[static_cast<std::size_t>(number)];
}

std::int32_t CategoryNumbers::size() const {
  std::lock_guard lock(mutex_);
  return static_cast<std::int32_t>(names_.size());
}

}  // namespace clientele::recommend
