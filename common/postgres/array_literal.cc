#include "common/postgres/array_literal.h"

#include <cstddef>
#include <utility>

#include "absl/strings/match.h"

namespace clientele::postgres::internal {

void AppendQuotedElement(absl::string_view text, std::string& out) {
  out.push_back('"');
  std::size_t copied = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '"' && text[i] != '\\') continue;
    out.append(text.data() + copied, i - copied);
    out.push_back('\\');
    copied = i;
  }
  out.append(text.data() + copied, text.size() - copied);
  out.push_back('"');
}

std::optional<std::vector<std::optional<std::string>>> ParseArray(absl::string_view literal) {
  if (literal.size() < 2 || literal.front() != '{' || literal.back() != '}') return std::nullopt;
  literal.remove_prefix(1);
  literal.remove_suffix(1);
  std::vector<std::optional<std::string>> elements;
  if (literal.empty()) return elements;

  std::size_t i = 0;
  while (true) {
    std::string element;
    bool quoted = false;
    if (i < literal.size() && literal[i] == '"') {
      quoted = true;
      for (++i; i < literal.size() && literal[i] != '"'; ++i) {
        if (literal[i] == '\\' && ++i == literal.size()) return std::nullopt;
        element.push_back(literal[i]);
      }
      if (i == literal.size()) return std::nullopt;
      ++i;
    } else {
      for (; i < literal.size() && literal[i] != ','; ++i) {
        if (literal[i] == '{' || literal[i] == '}' || literal[i] == '"') return std::nullopt;
        element.push_back(literal[i]);
      }
      if (element.empty()) return std::nullopt;
    }
    if (!quoted && absl::EqualsIgnoreCase(element, "NULL")) {
      elements.push_back(std::nullopt);
    } else {
      elements.push_back(std::move(element));
    }
    if (i == literal.size()) return elements;
    if (literal[i++] != ',') return std::nullopt;
  }
}

}  // namespace clientele::postgres::internal
