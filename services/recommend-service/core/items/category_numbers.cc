#include "services/recommend-service/core/items/category_numbers.h"

#include <utility>

namespace clientele::recommend {

std::int32_t CategoryNumbers::Number(const std::vector<std::string>& parents,
                                     absl::string_view category) {
  // No category has a NUL.
  std::string path;
  for (const std::string& parent : parents) path.append(parent).push_back('\0');
  path.append(category.data(), category.size());

  std::lock_guard lock(mutex_);
  const auto [found, is_new] =
      numbers_.try_emplace(std::move(path), static_cast<std::int32_t>(names_.size()));
  const std::int32_t number = found->second;
  if (!is_new) return number;
  names_.emplace_back(category);
  const auto add = [&](absl::string_view name) {
    std::vector<std::int32_t>& numbers = within_[name];
    if (numbers.empty() || numbers.back() != number) numbers.push_back(number);
  };
  for (const std::string& parent : parents) add(parent);
  add(category);
  return number;
}

std::vector<std::int32_t> CategoryNumbers::Within(absl::string_view category) const {
  std::lock_guard lock(mutex_);
  const auto found = within_.find(category);
  return found == within_.end() ? std::vector<std::int32_t>() : found->second;
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
