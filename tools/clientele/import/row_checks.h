#ifndef CLIENTELE_TOOLS_CLIENTELE_IMPORT_ROW_CHECKS_H_
#define CLIENTELE_TOOLS_CLIENTELE_IMPORT_ROW_CHECKS_H_

// What every kind of import looks for in a row before its meaning.

#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace clientele::cli {

// Why the row holds no data of its own although it can be split: it is a line of totals ("Total",
// "Summe", "合计", and but numbers beside it) or the last line of a database's client ("(12
// rows)"). Empty: it does hold some. Such a row is rejected, never dropped in silence.
std::string WhyNoData(const std::vector<std::string>& fields);

// Whether every cell is blank: what a spreadsheet saves of an empty row.
bool IsBlankRow(const std::vector<std::string>& fields);

}  // namespace clientele::cli

#endif  // CLIENTELE_TOOLS_CLIENTELE_IMPORT_ROW_CHECKS_H_
