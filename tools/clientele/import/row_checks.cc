#include "tools/clientele/import/row_checks.h"

#include <algorithm>
#include <iterator>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/strip.h"

#include "common/csv/csv_dialect.h"
#include "tools/clientele/import/ascii_forms.h"

namespace clientele::cli {
namespace {

constexpr absl::string_view kTotals[] = {
    "total",  "totals", "grand total", "sub total",   "subtotal", "sub-total",
    "sum",    "summe",  "gesamt",      "gesamtsumme", "somme",    "total general",
    "totale", "suma",   "totaal",      "total geral", "合计",     "总计",
    "小计",   "合計",   "總計",        "итого",       "razem"};

// "(1 row)", "12 rows selected", "(12 rows affected)", "共 12 行".
bool IsRowCount(absl::string_view cell) {
  absl::ConsumePrefix(&cell, "(");
  absl::ConsumeSuffix(&cell, ".");
  absl::ConsumeSuffix(&cell, ")");
  const size_t digits = std::min(cell.find_first_not_of("0123456789,"), cell.size());
  if (digits == 0) return false;
  const absl::string_view rest = cell.substr(digits);
  for (const char* end : {" row", " rows", " row selected", " rows selected", " row affected",
                          " rows affected", " record", " records", " rows in set"}) {
    if (rest == end) return true;
  }
  return false;
}

}  // namespace

std::string WhyNoData(const std::vector<std::string>& fields) {
  for (const std::string& field : fields) {
    std::string cell = csv::TrimmedName(field);
    if (cell.empty()) continue;
    cell = absl::AsciiStrToLower(cell);
    const bool alone = std::all_of(fields.begin(), fields.end(), [&](const std::string& other) {
      return &other == &field || csv::TrimmedName(other).empty();
    });
    if (alone && IsRowCount(cell)) return "looks like the row count that a database prints";
    absl::string_view word = cell;
    while (absl::ConsumeSuffix(&word, ":") || absl::ConsumeSuffix(&word, " ")) {
    }
    const bool only_numbers = std::all_of(
        fields.begin(), fields.end(),
        [&](const std::string& other) { return &other == &field || !HasLetters(other); });
    if (fields.size() > 1 && only_numbers &&
        std::find(std::begin(kTotals), std::end(kTotals), word) != std::end(kTotals)) {
      return "looks like a line of totals";
    }
    return "";
  }
  return "";
}

bool IsBlankRow(const std::vector<std::string>& fields) {
  return std::all_of(fields.begin(), fields.end(),
                     [](const std::string& field) { return csv::TrimmedName(field).empty(); });
}

}  // namespace clientele::cli
