#include "services/qa-service/training/recipes/json_places.h"

#include <cstddef>
#include <utility>

#include <nlohmann/json.hpp>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"

#include "common/status/error_details.h"

namespace clientele::qa {

absl::StatusOr<std::vector<std::string>> TextsAt(const nlohmann::json& document,
                                                 absl::string_view place) {
  std::vector<const nlohmann::json*> nodes = {&document};
  const auto wrong = [&](absl::string_view what) {
    return InvalidField(absl::StrCat("place \"", place, "\""), what);
  };
  absl::string_view rest = place;
  while (!rest.empty()) {
    std::vector<const nlohmann::json*> next;
    if (rest.front() == '[') {
      const std::size_t end = rest.find(']');
      if (end == absl::string_view::npos) return wrong("has a bracket that is not closed");
      const absl::string_view number = rest.substr(1, end - 1);
      std::size_t index = 0;
      if (!number.empty() && !absl::SimpleAtoi(number, &index)) return wrong("has no number in []");
      for (const nlohmann::json* node : nodes) {
        if (!node->is_array()) return wrong("does not lead to a list in the file");
        if (!number.empty() && index >= node->size()) return wrong("leads behind a list's end");
        for (std::size_t i = 0; i < node->size(); ++i) {
          if (number.empty() || i == index) next.push_back(&(*node)[i]);
        }
      }
      rest.remove_prefix(end + 1);
    } else {
      if (rest.front() == '.') rest.remove_prefix(1);
      const absl::string_view name = rest.substr(0, rest.find_first_of(".["));
      if (name.empty()) return wrong("has a name of no letters");
      for (const nlohmann::json* node : nodes) {
        const auto found = node->is_object() ? node->find(std::string(name)) : node->end();
        if (!node->is_object() || found == node->end()) {
          return wrong(absl::StrCat("does not lead to a member ", name, " in the file"));
        }
        next.push_back(&*found);
      }
      rest.remove_prefix(name.size());
    }
    nodes = std::move(next);
  }
  std::vector<std::string> texts;
  texts.reserve(nodes.size());
  for (const nlohmann::json* node : nodes) {
    if (!node->is_string()) return wrong("does not lead to a text in the file");
    texts.push_back(node->get<std::string>());
  }
  return texts;
}

}  // namespace clientele::qa
