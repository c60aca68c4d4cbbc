#ifndef CLIENTELE_COMMON_FRAME_FRAME_H_
#define CLIENTELE_COMMON_FRAME_FRAME_H_

// A table in memory: columns of a type and a name, all of the same number of rows.
//
//   CLIENTELE_ASSIGN_OR_RETURN(const CsvFrame read, ReadFrame(*reader, {}));   // csv_frame.h
//   CLIENTELE_ASSIGN_OR_RETURN(const NumericColumn* ages, read.frame.Numeric("age"));
//   const Frame validation = read.frame.Rows(split.validation);
//
// Made by FrameBuilder. Immutable, thread-safe; copying copies all columns.

#include <cstddef>
#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"

#include "common/frame/column.h"

namespace clientele::frame {

class Frame {
 public:
  // No columns, no rows.
  Frame() = default;

  const Schema& schema() const { return schema_; }
  std::size_t rows() const { return rows_; }

  // NOT_FOUND when there is no such column, INVALID_ARGUMENT when it is of the other type. The
  // column lives as long as the frame.
  absl::StatusOr<const NumericColumn*> Numeric(absl::string_view name) const;
  absl::StatusOr<const CategoricalColumn*> Categorical(absl::string_view name) const;

  // These rows, in this order; each index is below rows(). Categories keep their codes.
  Frame Rows(absl::Span<const std::size_t> rows) const;

 private:
  friend class FrameBuilder;
  absl::StatusOr<std::size_t> Find(absl::string_view name, ColumnType type) const;

  Schema schema_;
  std::vector<std::variant<NumericColumn, CategoricalColumn>> columns_;
  std::size_t rows_ = 0;
};

// What a frame may hold at most.
struct FrameLimits {
  std::size_t max_rows = 20'000'000;
  // Of all columns, categories included.
  std::size_t max_bytes = std::size_t{4} << 30;
  // Distinct categories of one column.
  std::size_t max_categories = 5'000'000;
};

// Fills a frame row by row. For training as for serving: a request's fields become a frame of one
// row.
//
//   CLIENTELE_ASSIGN_OR_RETURN(FrameBuilder builder, FrameBuilder::Create(schema));
//   builder.Number(0, 42);
//   builder.Category(1, "gold");
//   CLIENTELE_RETURN_IF_ERROR(builder.EndRow());
//   const Frame frame = std::move(builder).Finish();
//
// Belongs to one thread.
class FrameBuilder {
 public:
  // INVALID_ARGUMENT for empty or repeated names.
  static absl::StatusOr<FrameBuilder> Create(Schema schema, FrameLimits limits = {});

  const Schema& schema() const { return frame_.schema_; }
  std::size_t rows() const { return frame_.rows_; }

  // The cell of the row at hand in a column of that type; a second call overwrites the first. What
  // is not set by EndRow is missing, as is a number that is not finite.
  void Number(std::size_t column, double value);
  void Category(std::size_t column, absl::string_view value);

  // INVALID_ARGUMENT when a limit is passed: the message says which. The frame then holds the rows
  // before.
  absl::Status EndRow();

  // What was added; the builder is used up.
  Frame Finish() &&;

 private:
  // The row at hand.
  struct Cell {
    double number = kMissingNumber;
    std::string category;
    bool has_category = false;
  };

  FrameBuilder(Schema schema, FrameLimits limits);
  absl::Status CheckLimits() const;

  FrameLimits limits_;
  Frame frame_;
  std::vector<Cell> row_;
  std::vector<absl::flat_hash_map<std::string, std::int32_t>> codes_;  // of each column
  std::size_t bytes_ = 0;
};

}  // namespace clientele::frame

#endif  // CLIENTELE_COMMON_FRAME_FRAME_H_
