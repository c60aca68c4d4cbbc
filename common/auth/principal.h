#ifndef CLIENTELE_COMMON_AUTH_PRINCIPAL_H_
#define CLIENTELE_COMMON_AUTH_PRINCIPAL_H_

#include <string>

#include "common/auth/role.h"

namespace clientele::auth {

inline constexpr char kAnonymous[] = "anonymous";

// Who calls, as a token said or a delegate vouches for. A value.
//
//   Principal agent{.name = "crm", .role = Role::kAgent};
struct Principal {
  // 1 to 64 of letters, digits, '.', '_', '-'. Not a secret and no personal data: it is
  // logged, and requests are remembered under it.
  std::string name = kAnonymous;
  // kNone: nobody was authenticated; the work is the process's own.
  Role role = Role::kNone;
  // A service that may say for whom it calls: then the call counts as that caller's.
  bool may_delegate = false;

  friend bool operator==(const Principal&, const Principal&) = default;
};

}  // namespace clientele::auth

#endif  // CLIENTELE_COMMON_AUTH_PRINCIPAL_H_
