#include "common/auth/role.h"

#include <utility>

#include "absl/strings/str_cat.h"

namespace clientele::auth {
namespace {

constexpr std::pair<Role, absl::string_view> kNames[] = {
    {Role::kViewer, "viewer"},
    {Role::kAgent, "agent"},
    {Role::kMarketer, "marketer"},
    {Role::kDataEngineer, "data-engineer"},
    {Role::kPrivacyOfficer, "privacy-officer"},
    {Role::kService, "service"},
    {Role::kAdmin, "admin"},
};

}  // namespace

absl::string_view RoleName(Role role) {
  for (const auto& [known, name] : kNames) {
    if (known == role) return name;
  }
  return "none";
}

std::optional<Role> ParseRole(absl::string_view name) {
  for (const auto& [role, known] : kNames) {
    if (known == name) return role;
  }
  return std::nullopt;
}

std::string AllRoleNames() {
  RoleSet all;
  for (const auto& [role, name] : kNames) all = all.With(role);
  return all.ToString();
}

std::string RoleSet::ToString() const {
  std::string text;
  for (const auto& [role, name] : kNames) {
    if (Contains(role)) absl::StrAppend(&text, text.empty() ? "" : ", ", name);
  }
  return text;
}

}  // namespace clientele::auth
