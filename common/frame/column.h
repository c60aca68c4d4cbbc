#ifndef CLIENTELE_COMMON_FRAME_COLUMN_H_
#define CLIENTELE_COMMON_FRAME_COLUMN_H_

// The two kinds of columns that a table of features has, and what is missing in them. Plain values.

#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace clientele::frame {

enum class ColumnType { kNumeric, kCategorical };

// "numeric" or "categorical".
inline absl::string_view NameOf(ColumnType type) {
  return type == ColumnType::kNumeric ? "numeric" : "categorical";
}

// A column by its name and type.
struct Field {
  std::string name;
  ColumnType type = ColumnType::kNumeric;

  friend bool operator==(const Field&, const Field&) = default;
};
using Schema = std::vector<Field>;

// A missing number. Test with std::isnan.
inline constexpr double kMissingNumber = std::numeric_limits<double>::quiet_NaN();
// A missing category.
inline constexpr std::int32_t kMissingCode = -1;

// One number a row, finite or missing.
struct NumericColumn {
  std::vector<double> values;
};

// One text out of few a row. `codes` are indices of `categories`, or kMissingCode; the categories
// are distinct, in the order in which they came. The codes hold for this column alone: what a model
// is given are the indices of a Vocabulary.
struct CategoricalColumn {
  std::vector<std::int32_t> codes;
  std::vector<std::string> categories;
};

}  // namespace clientele::frame

#endif  // CLIENTELE_COMMON_FRAME_COLUMN_H_
