#include "common/frame/field_codes.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace clientele::frame {
namespace {

bool IsHeavyTailed(const NumericColumn& column, double beyond_mean) {
  double sum = 0;
  double largest = 0;
  double known = 0;
  for (const double value : column.values) {
    if (std::isnan(value)) continue;
    if (value < 0) return false;
    sum += value;
    largest = std::max(largest, value);
    ++known;
  }
  return known > 0 && largest * known > beyond_mean * sum;
}

// A value that more than a quarter of the rows have, such as 0, counts at most as often as a bin
// has rows, so that it does not take the bins' edges from the others.
NumericColumn WithFewTies(NumericColumn column, int bins) {
  std::vector<double>& values = column.values;
  std::sort(values.begin(), values.end());
  const std::size_t rows = values.size();
  const std::size_t most =
      std::max<std::size_t>(1, rows / static_cast<std::size_t>(std::max(1, bins)));
  NumericColumn few;
  few.values.reserve(rows);
  for (auto from = values.begin(); from != values.end();) {
    const auto to = std::upper_bound(from, values.end(), *from);
    const auto ties = static_cast<std::size_t>(to - from);
    few.values.insert(few.values.end(), 4 * ties > rows ? std::min(ties, most) : ties, *from);
    from = to;
  }
  return few;
}

std::int32_t CategoryCode(double value, const FieldCodes::CodedField& field) {
  if (std::isnan(value)) return Vocabulary::kMissing;
  if (!(value >= Vocabulary::kFirst) || value >= field.categories) return Vocabulary::kUnknown;
  const auto category = static_cast<std::int32_t>(value) - Vocabulary::kFirst;
  return Vocabulary::kFirst + category % (field.codes - Vocabulary::kFirst);
}

}  // namespace

FieldCodes FieldCodes::Learn(const RowMatrix& training, const FieldCodesOptions& options) {
  FieldCodes learned;
  learned.fields_.reserve(training.fields.size());
  for (std::size_t f = 0; f < training.fields.size(); ++f) {
    CodedField field{.categorical = training.fields[f].categorical(), .offset = learned.total_};
    if (field.categorical) {
      field.categories = training.fields[f].categories;
      field.codes = std::min(field.categories, std::max(options.max_codes, 3));
    } else {
      NumericColumn column;
      column.values.reserve(training.rows);
      for (std::size_t row = 0; row < training.rows; ++row) {
        if (!std::isnan(training.Row(row)[f])) column.values.push_back(training.Row(row)[f]);
      }
      field.log = IsHeavyTailed(column, options.log_beyond_mean);
      field.scaler = Scaler::Learn(column, {.log1p = field.log});
      field.binner =
          Binner::Learn(WithFewTies(std::move(column), options.bins), {.bins = options.bins});
      field.codes = field.binner.size();
    }
    learned.total_ += field.codes;
    learned.fields_.push_back(std::move(field));
  }
  return learned;
}

CodedRows FieldCodes::Encode(const RowMatrix& rows) const {
  CodedRows coded{.rows = rows.rows};
  coded.codes.resize(rows.values.size());
  coded.numbers.resize(rows.values.size());
  for (std::size_t row = 0; row < rows.rows; ++row) {
    for (std::size_t f = 0; f < fields_.size(); ++f) {
      const double value = rows.Row(row)[f];
      const CodedField& field = fields_[f];
      const std::size_t at = row * fields_.size() + f;
      if (field.categorical) {
        coded.codes[at] = field.offset + CategoryCode(value, field);
      } else {
        coded.codes[at] = field.offset + field.binner.Bin(value);
        coded.numbers[at] = static_cast<float>(
            std::clamp(field.scaler.Scale(value), -kMaxDeviations, kMaxDeviations));
      }
    }
  }
  return coded;
}

}  // namespace clientele::frame
