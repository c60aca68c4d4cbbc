#include "tools/clientele/import/cell_rule.h"

#include <cstddef>

#include "absl/strings/str_cat.h"

#include "common/status/status_macros.h"
#include "tools/clientele/import/columns.h"

namespace clientele::cli {
namespace {

constexpr std::size_t kMaxCell = 4096;

// A header may hold "=" itself: the first one that ends a header counts.
std::size_t EndOfHeader(const std::string& text, const std::vector<std::string>& header) {
  const std::size_t first = text.find('=');
  for (std::size_t at = first; at != std::string::npos; at = text.find('=', at + 1)) {
    if (FindHeader(header, text.substr(0, at)).ok()) return at;
  }
  return first;
}

}  // namespace

std::string HeaderOfRule(const std::string& text, const std::vector<std::string>& header) {
  return text.substr(0, EndOfHeader(text, header));
}

absl::StatusOr<CellRule> CellRule::Parse(absl::string_view flag, const std::string& text,
                                         const std::vector<std::string>& header) {
  const std::size_t equals = EndOfHeader(text, header);
  if (equals == std::string::npos) {
    return absl::InvalidArgumentError(
        absl::StrCat(flag, " is written \"CSV header=regular expression\""));
  }
  CLIENTELE_ASSIGN_OR_RETURN(const int column, FindHeader(header, text.substr(0, equals)));
  try {
    return CellRule(column, std::regex(text.substr(equals + 1)));
  } catch (const std::regex_error&) {
    return absl::InvalidArgumentError(
        absl::StrCat(flag, ": this is not a regular expression (ECMAScript)"));
  }
}

bool CellRule::Matches(const std::vector<std::string>& row) const {
  const std::string& cell = row[static_cast<std::size_t>(column_)];
  return cell.size() <= kMaxCell && std::regex_search(cell, pattern_);
}

}  // namespace clientele::cli
