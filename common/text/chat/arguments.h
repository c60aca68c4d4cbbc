#ifndef CLIENTELE_COMMON_TEXT_CHAT_ARGUMENTS_H_
#define CLIENTELE_COMMON_TEXT_CHAT_ARGUMENTS_H_

#include <algorithm>
#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"

#include "common/text/chat/value.h"

namespace clientele::text::chat {

// What a call was given, in order and by name.
struct Arguments {
  std::vector<Value> values;
  std::vector<std::pair<std::string, Value>> named;

  // The parameter at `index` of that name; null where it is left out.
  const Value* Get(std::size_t index, absl::string_view name) const {
    if (index < values.size()) return &values[index];
    for (const auto& [given, value] : named) {
      if (given == name) return &value;
    }
    return nullptr;
  }

  // INVALID_ARGUMENT where there is more than `parameters` name, or fewer than `required`.
  absl::Status Check(absl::string_view callee, std::size_t required,
                     absl::Span<const absl::string_view> parameters) const {
    if (values.size() > parameters.size()) {
      return absl::InvalidArgumentError(
          absl::StrCat(callee, " takes at most ", parameters.size(), " arguments"));
    }
    for (const auto& [name, value] : named) {
      if (std::find(parameters.begin(), parameters.end(), name) == parameters.end()) {
        return absl::InvalidArgumentError(absl::StrCat(callee, " has no parameter '", name, "'"));
      }
    }
    for (std::size_t i = 0; i < required; ++i) {
      if (Get(i, parameters[i]) == nullptr) {
        return absl::InvalidArgumentError(
            absl::StrCat(callee, " needs its parameter '", parameters[i], "'"));
      }
    }
    return absl::OkStatus();
  }
};

}  // namespace clientele::text::chat

#endif  // CLIENTELE_COMMON_TEXT_CHAT_ARGUMENTS_H_
