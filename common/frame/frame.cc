#include "common/frame/frame.h"

#include <cmath>
#include <utility>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/str_cat.h"

namespace clientele::frame {

absl::StatusOr<std::size_t> Frame::Find(absl::string_view name, ColumnType type) const {
  for (std::size_t c = 0; c < schema_.size(); ++c) {
    if (schema_[c].name != name) continue;
    if (schema_[c].type == type) return c;
    return absl::InvalidArgumentError(
        absl::StrCat("column \"", name, "\" is ", NameOf(schema_[c].type), ", not ", NameOf(type)));
  }
  return absl::NotFoundError(absl::StrCat("there is no column \"", name, "\""));
}

absl::StatusOr<const NumericColumn*> Frame::Numeric(absl::string_view name) const {
  const absl::StatusOr<std::size_t> column = Find(name, ColumnType::kNumeric);
  if (!column.ok()) return column.status();
  return &std::get<NumericColumn>(columns_[*column]);
}

absl::StatusOr<const CategoricalColumn*> Frame::Categorical(absl::string_view name) const {
  const absl::StatusOr<std::size_t> column = Find(name, ColumnType::kCategorical);
  if (!column.ok()) return column.status();
  return &std::get<CategoricalColumn>(columns_[*column]);
}

Frame Frame::Rows(absl::Span<const std::size_t> rows) const {
  Frame chosen;
  chosen.schema_ = schema_;
  chosen.rows_ = rows.size();
  for (const auto& column : columns_) {
    if (const auto* numeric = std::get_if<NumericColumn>(&column)) {
      NumericColumn part;
      part.values.reserve(rows.size());
      for (const std::size_t row : rows) part.values.push_back(numeric->values[row]);
      chosen.columns_.emplace_back(std::move(part));
    } else {
      const auto& categorical = std::get<CategoricalColumn>(column);
      CategoricalColumn part;
      part.categories = categorical.categories;
      part.codes.reserve(rows.size());
      for (const std::size_t row : rows) part.codes.push_back(categorical.codes[row]);
      chosen.columns_.emplace_back(std::move(part));
    }
  }
  return chosen;
}

absl::StatusOr<FrameBuilder> FrameBuilder::Create(Schema schema, FrameLimits limits) {
  absl::flat_hash_set<absl::string_view> names;
  for (const Field& field : schema) {
    if (field.name.empty()) return absl::InvalidArgumentError("a column has no name");
    if (!names.insert(field.name).second) {
      return absl::InvalidArgumentError(absl::StrCat("column \"", field.name, "\" is there twice"));
    }
  }
  return FrameBuilder(std::move(schema), limits);
}

FrameBuilder::FrameBuilder(Schema schema, FrameLimits limits)
    : limits_(limits), row_(schema.size()), codes_(schema.size()) {
  for (const Field& field : schema) {
    if (field.type == ColumnType::kNumeric) {
      frame_.columns_.emplace_back(NumericColumn());
    } else {
      frame_.columns_.emplace_back(CategoricalColumn());
    }
  }
  frame_.schema_ = std::move(schema);
}

void FrameBuilder::Number(std::size_t column, double value) {
  row_[column].number = std::isfinite(value) ? value : kMissingNumber;
}

void FrameBuilder::Category(std::size_t column, absl::string_view value) {
  row_[column].category.assign(value.data(), value.size());
  row_[column].has_category = true;
}

absl::Status FrameBuilder::CheckLimits() const {
  if (frame_.rows_ >= limits_.max_rows) {
    return absl::InvalidArgumentError(
        absl::StrCat("there are more than ", limits_.max_rows, " rows"));
  }
  if (bytes_ > limits_.max_bytes) {
    return absl::InvalidArgumentError(absl::StrCat("the columns take more than ", limits_.max_bytes,
                                                   " bytes of memory after ", frame_.rows_,
                                                   " rows"));
  }
  return absl::OkStatus();
}

absl::Status FrameBuilder::EndRow() {
  if (absl::Status status = CheckLimits(); !status.ok()) return status;
  // Counted before any column grows, so that the columns stay of one length.
  for (std::size_t c = 0; c < row_.size(); ++c) {
    if (!row_[c].has_category || codes_[c].contains(row_[c].category)) continue;
    if (codes_[c].size() >= limits_.max_categories) {
      return absl::InvalidArgumentError(absl::StrCat("column \"", frame_.schema_[c].name,
                                                     "\" has more than ", limits_.max_categories,
                                                     " categories: is it an identifier?"));
    }
  }
  for (std::size_t c = 0; c < row_.size(); ++c) {
    Cell& cell = row_[c];
    if (auto* numeric = std::get_if<NumericColumn>(&frame_.columns_[c])) {
      numeric->values.push_back(cell.number);
      bytes_ += sizeof(double);
    } else {
      auto& categorical = std::get<CategoricalColumn>(frame_.columns_[c]);
      std::int32_t code = kMissingCode;
      if (cell.has_category) {
        const auto [entry, fresh] = codes_[c].try_emplace(
            cell.category, static_cast<std::int32_t>(categorical.categories.size()));
        code = entry->second;
        if (fresh) {
          categorical.categories.push_back(cell.category);
          // Twice: in the column, and in the map while the frame is built.
          bytes_ += 2 * (sizeof(std::string) + cell.category.size());
        }
      }
      categorical.codes.push_back(code);
      bytes_ += sizeof(std::int32_t);
    }
    cell.number = kMissingNumber;
    cell.category.clear();
    cell.has_category = false;
  }
  ++frame_.rows_;
  return absl::OkStatus();
}

Frame FrameBuilder::Finish() && { return std::move(frame_); }

}  // namespace clientele::frame
