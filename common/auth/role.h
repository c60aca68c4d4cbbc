#ifndef CLIENTELE_COMMON_AUTH_ROLE_H_
#define CLIENTELE_COMMON_AUTH_ROLE_H_

// What a caller may do, in a word. Which methods a role may call: suite_policy.h.
//
//   std::optional<Role> role = ParseRole("data-engineer");
//   constexpr RoleSet kReaders = {Role::kViewer, Role::kAgent};
//   if (kReaders.Contains(*role)) ...
//
// Values; thread-safe.

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>

#include "absl/strings/string_view.h"

namespace clientele::auth {

enum class Role : std::uint8_t {
  // No role: may call nothing.
  kNone,
  // Reads customers, profiles, articles, items, answers and recommendations.
  kViewer,
  // Serves customers: reads and asks.
  kAgent,
  // Chooses what is shown to whom: reads items and recommendations.
  kMarketer,
  // Writes customers, events, articles and items, and trains models.
  kDataEngineer,
  // Exports and erases persons.
  kPrivacyOfficer,
  // A program of the suite, or of the company: follows changes, reads and asks.
  kService,
  // Everything.
  kAdmin,
};

// "viewer", "agent", "marketer", "data-engineer", "privacy-officer", "service", "admin";
// kNone: "none".
absl::string_view RoleName(Role role);

// The role of a name, as RoleName writes it. Nothing for any other text, "none" included.
std::optional<Role> ParseRole(absl::string_view name);

// "viewer, agent, marketer, data-engineer, privacy-officer, service, admin", for messages.
std::string AllRoleNames();

class RoleSet {
 public:
  constexpr RoleSet() = default;
  constexpr RoleSet(std::initializer_list<Role> roles) {
    for (const Role role : roles) bits_ |= Bit(role);
  }
  // False for kNone.
  constexpr bool Contains(Role role) const { return role != Role::kNone && (bits_ & Bit(role)); }
  constexpr RoleSet With(Role role) const {
    RoleSet more = *this;
    more.bits_ |= Bit(role);
    return more;
  }
  // "viewer, admin", in the order of the enumeration.
  std::string ToString() const;

  friend constexpr bool operator==(RoleSet, RoleSet) = default;

 private:
  static constexpr unsigned Bit(Role role) { return 1u << static_cast<unsigned>(role); }
  unsigned bits_ = 0;
};

}  // namespace clientele::auth

#endif  // CLIENTELE_COMMON_AUTH_ROLE_H_
