#include "tools/clientele/import/empty_word.h"

#include <algorithm>
#include <iterator>

namespace clientele::cli {
namespace {

constexpr absl::string_view kEmptyWords[] = {
    "NULL",     "null",  "(NULL)", "(null)", "<NULL>",   "<null>",  "[NULL]", "\\N",
    "#N/A",     "N/A",   "n/a",    "#NA",    "#NULL!",   "#VALUE!", "#REF!",  "#NAME?",
    "#DIV/0!",  "#NUM!", "NaN",    "nan",    "NAN",      "None",    "nil",    "NIL",
    "#N/A N/A", "<NA>",  "<na>",   "NaT",    "undefined"};

}  // namespace

bool IsEmptyWord(absl::string_view cell) {
  return cell.size() <= 9 &&
         std::find(std::begin(kEmptyWords), std::end(kEmptyWords), cell) != std::end(kEmptyWords);
}

}  // namespace clientele::cli
