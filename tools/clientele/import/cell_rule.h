#ifndef CLIENTELE_TOOLS_CLIENTELE_IMPORT_CELL_RULE_H_
#define CLIENTELE_TOOLS_CLIENTELE_IMPORT_CELL_RULE_H_

#include <regex>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace clientele::cli {

// Which rows a flag means: those whose cell in one column a regular expression (ECMAScript) finds.
//
//   CLIENTELE_ASSIGN_OR_RETURN(const CellRule rule,
//                              CellRule::Parse("--return_if", "Invoice=^C", header));
//   rule.Matches(row);
class CellRule {
 public:
  // "CSV header=regular expression". INVALID_ARGUMENT names the flag.
  static absl::StatusOr<CellRule> Parse(absl::string_view flag, const std::string& text,
                                        const std::vector<std::string>& header);

  // False of a cell above 4096 bytes, on which an expression could exhaust the stack.
  bool Matches(const std::vector<std::string>& row) const;

 private:
  CellRule(int column, std::regex pattern) : column_(column), pattern_(std::move(pattern)) {}

  int column_;
  std::regex pattern_;
};

// The header that such a text names, as far as it is in `header`; the text before the first "="
// otherwise.
std::string HeaderOfRule(const std::string& text, const std::vector<std::string>& header);

}  // namespace clientele::cli

#endif  // CLIENTELE_TOOLS_CLIENTELE_IMPORT_CELL_RULE_H_
