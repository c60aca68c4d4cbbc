#ifndef CLIENTELE_SERVICES_PROFILE_SERVICE_CORE_IDENTITY_PERSON_TABLE_H_
#define CLIENTELE_SERVICES_PROFILE_SERVICE_CORE_IDENTITY_PERSON_TABLE_H_

// Records of persons, with each distinct value of a field stored once.
//
//   CLIENTELE_ASSIGN_OR_RETURN(PersonTable table, PersonTable::Create(fields));
//   CLIENTELE_RETURN_IF_ERROR(table.Add({"Anna", "Smith", "1980-03-07"}, /*source=*/0));
//
// Filled by one thread; then immutable and thread-safe.

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"

#include "services/profile-service/core/identity/field_type.h"
#include "services/profile-service/core/identity/field_value.h"

namespace clientele::profile {

struct PersonField {
  std::string name;
  FieldType type = FieldType::kText;
};

class PersonTable {
 public:
  // So many fit a pattern of agreements (pair_comparer.h).
  static constexpr std::size_t kMaxFields = 21;
  static constexpr std::size_t kMaxRows = 50'000'000;
  static constexpr std::int32_t kMissing = -1;

  // INVALID_ARGUMENT for no field, or more than kMaxFields.
  static absl::StatusOr<PersonTable> Create(std::vector<PersonField> fields);

  // Values in the order of the fields, as they came. `source` is the file or system that they come
  // from, counted from 0. INVALID_ARGUMENT for another number of values; RESOURCE_EXHAUSTED.
  absl::Status Add(absl::Span<const std::string> values, std::uint8_t source);

  std::size_t rows() const { return sources_.size(); }
  const std::vector<PersonField>& fields() const { return fields_; }
  // Distinct values of a field, and how many records have each.
  const std::vector<FieldValue>& values(std::size_t field) const { return columns_[field].values; }
  const std::vector<std::uint32_t>& counts(std::size_t field) const {
    return columns_[field].counts;
  }

  // Index into values(), or kMissing.
  std::int32_t code(std::size_t row, std::size_t field) const {
    return codes_[row * fields_.size() + field];
  }
  std::uint8_t source(std::size_t row) const { return sources_[row]; }
  // Whether records come from more than one source.
  bool several_sources() const { return several_sources_; }

 private:
  struct Column {
    std::vector<FieldValue> values;
    std::vector<std::uint32_t> counts;
    absl::flat_hash_map<std::u32string, std::int32_t> codes;
  };

  explicit PersonTable(std::vector<PersonField> fields);

  std::vector<PersonField> fields_;
  std::vector<Column> columns_;
  std::vector<std::int32_t> codes_;  // row by row
  std::vector<std::uint8_t> sources_;
  bool several_sources_ = false;
};

}  // namespace clientele::profile

#endif  // CLIENTELE_SERVICES_PROFILE_SERVICE_CORE_IDENTITY_PERSON_TABLE_H_
