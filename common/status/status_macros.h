#ifndef CLIENTELE_COMMON_STATUS_STATUS_MACROS_H_
#define CLIENTELE_COMMON_STATUS_STATUS_MACROS_H_

// Early return on errors that are values.
//
//   absl::StatusOr<int> Sum(Source& source) {
//     CLIENTELE_RETURN_IF_ERROR(source.Open());
//     CLIENTELE_ASSIGN_OR_RETURN(int a, source.Next());
//     CLIENTELE_ASSIGN_OR_RETURN(const int b, source.Next());
//     return a + b;
//   }
//
// The enclosing function returns absl::Status or absl::StatusOr. A type with a
// comma outside parentheses needs an alias or auto.

#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

#define CLIENTELE_RETURN_IF_ERROR(expr)                                   \
  do {                                                                    \
    if (absl::Status clientele_status = (expr); !clientele_status.ok()) { \
      return clientele_status;                                            \
    }                                                                     \
  } while (false)

#define CLIENTELE_ASSIGN_OR_RETURN(lhs, expr) \
  CLIENTELE_ASSIGN_OR_RETURN_IMPL_(CLIENTELE_CONCAT_(clientele_or_, __LINE__), lhs, expr)

#define CLIENTELE_ASSIGN_OR_RETURN_IMPL_(or_value, lhs, expr) \
  auto or_value = (expr);                                     \
  if (!or_value.ok()) return std::move(or_value).status();    \
  lhs = *std::move(or_value)

#define CLIENTELE_CONCAT_(a, b) CLIENTELE_CONCAT_IMPL_(a, b)
#define CLIENTELE_CONCAT_IMPL_(a, b) a##b

#endif  // CLIENTELE_COMMON_STATUS_STATUS_MACROS_H_
