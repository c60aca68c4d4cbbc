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

// Of each value at most as many as a bin would hold of all rows: one that most rows have, such as
// 0, no longer takes most of the bins' edges.
NumericColumn WithFewTies(NumericColumn column, int bins) {
  std::sort(column.values.begin(), column.values.end());
  const std::size_t most =
      std::max<std::size_t>(1, column.values.size() / static_cast<std::size_t>(std::max(1, bins)));
  NumericColumn few;
  few.values.reserve(column.values.size());
  std::size_t ties = 0;
  for (const double value : column.values) {
    ties = !few.values.empty() && value == few.values.back() ? ties + 1 : 1;
    if (ties <= most) few.values.push_back(value);
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
