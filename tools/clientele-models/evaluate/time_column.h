#ifndef CLIENTELE_TOOLS_CLIENTELE_MODELS_EVALUATE_TIME_COLUMN_H_
#define CLIENTELE_TOOLS_CLIENTELE_MODELS_EVALUATE_TIME_COLUMN_H_

// The instants of a column, as people write them.
//
//   TimeColumn times;
//   for (...) CLIENTELE_RETURN_IF_ERROR(times.Add(cell, line));
//   times.Finish();
//   CLIENTELE_ASSIGN_OR_RETURN(const double begin, times.Instant("2010-11-01"));
//
// Cells are numbers (epochs of any unit, or days such as 20101101) or calendar times such as
// 2010-11-01, 2010-11-01 08:26, 2010/11/01 08:26:00 and RFC 3339's; UTC where no zone is given. All
// cells of a column are of one kind. Belongs to one thread.

#include <cstdint>
#include <optional>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace clientele::models {

class TimeColumn {
 public:
  // INVALID_ARGUMENT that names the line when the cell is no instant, or of another kind than those
  // before.
  absl::Status Add(absl::string_view cell, std::int64_t line);
  // Once, when all cells are in.
  void Finish();

  // One for each cell, in the unit of the column: seconds since 1970 for calendar times and days.
  const std::vector<double>& values() const { return values_; }

  // Of the column's unit; nullopt for numbers that are no epoch of the years from 1973 on.
  std::optional<double> UnitsPerSecond() const;

  // `text` in the unit of the column. A calendar time against epochs goes by their magnitude:
  // seconds, milliseconds, microseconds or nanoseconds.
  absl::StatusOr<double> Instant(absl::string_view text) const;

 private:
  enum class Kind { kUnknown, kNumber, kDay, kCalendar };

  std::vector<double> values_;
  Kind kind_ = Kind::kUnknown;
};

}  // namespace clientele::models

#endif  // CLIENTELE_TOOLS_CLIENTELE_MODELS_EVALUATE_TIME_COLUMN_H_
