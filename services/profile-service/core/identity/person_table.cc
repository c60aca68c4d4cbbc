#include "services/profile-service/core/identity/person_table.h"

#include <utility>

#include "absl/strings/str_cat.h"

#include "common/status/error_details.h"

namespace clientele::profile {

PersonTable::PersonTable(std::vector<PersonField> fields)
    : fields_(std::move(fields)), columns_(fields_.size()) {}

absl::StatusOr<PersonTable> PersonTable::Create(std::vector<PersonField> fields) {
  if (fields.empty()) return InvalidField("fields", "must name a field to compare");
  if (fields.size() > kMaxFields) {
    return InvalidField("fields", absl::StrCat("are ", fields.size(), "; at most ", kMaxFields,
                                               " can be compared: leave some out"));
  }
  return PersonTable(std::move(fields));
}

absl::Status PersonTable::Add(absl::Span<const std::string> values, std::uint8_t source) {
  if (values.size() != fields_.size()) {
    return InvalidField("values", absl::StrCat("must be ", fields_.size()));
  }
  if (rows() >= kMaxRows) {
    return absl::ResourceExhaustedError(
        absl::StrCat("more than ", kMaxRows, " records cannot be compared at once"));
  }
  for (std::size_t field = 0; field < fields_.size(); ++field) {
    FieldValue value = Standardize(fields_[field].type, values[field]);
    if (value.missing()) {
      codes_.push_back(kMissing);
      continue;
    }
    Column& column = columns_[field];
    const auto [at, added] =
        column.codes.try_emplace(value.text, static_cast<std::int32_t>(column.values.size()));
    if (added) {
      column.values.push_back(std::move(value));
      column.counts.push_back(0);
    }
    ++column.counts[static_cast<std::size_t>(at->second)];
    codes_.push_back(at->second);
  }
  several_sources_ = several_sources_ || (!sources_.empty() && sources_.front() != source);
  sources_.push_back(source);
  return absl::OkStatus();
}

}  // namespace clientele::profile
