#include "tools/clientele/import/columns.h"

#include <set>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

#include "common/csv/csv_dialect.h"
#include "common/status/status_macros.h"
#include "tools/clientele/import/empty_word.h"

namespace clientele::cli {
namespace {

bool Allowed(const std::vector<std::string>& fields, absl::string_view name) {
  for (const std::string& field : fields) {
    if (name == field) return true;
    if (field.back() == '.' && absl::StartsWith(name, field) && name.size() > field.size()) {
      return true;
    }
  }
  return false;
}

}  // namespace

absl::StatusOr<int> FindHeader(const std::vector<std::string>& header, absl::string_view name) {
  int found = -1;
  for (size_t i = 0; i < header.size(); ++i) {
    if (absl::StripAsciiWhitespace(header[i]) != absl::StripAsciiWhitespace(name)) continue;
    if (found >= 0) {
      return absl::InvalidArgumentError(
          absl::StrCat("two columns are named \"", name, "\": rename the one that is not meant"));
    }
    found = static_cast<int>(i);
  }
  if (found >= 0) return found;
  return absl::InvalidArgumentError(
      absl::StrCat("the file has no column \"", name, "\"; it has: ", absl::StrJoin(header, ", ")));
}

absl::StatusOr<Columns> Columns::Create(const std::vector<std::string>& fields,
                                        const std::vector<std::string>& mappings,
                                        const std::vector<std::string>& header) {
  Columns columns;
  columns.header_ = header;
  for (size_t i = 0; i < header.size(); ++i) {
    const std::string name(absl::StripAsciiWhitespace(header[i]));
    if (Allowed(fields, name)) columns.index_.emplace(name, static_cast<int>(i));
  }
  std::set<std::string> mapped;
  for (const std::string& mapping : mappings) {
    const size_t equals = mapping.find('=');
    const std::string field = mapping.substr(0, equals);
    if (equals == std::string::npos || !Allowed(fields, field)) {
      return absl::InvalidArgumentError(absl::StrCat(
          "--column \"", mapping,
          "\": write field=CSV header, with a field of: ", absl::StrJoin(fields, ", ")));
    }
    CLIENTELE_ASSIGN_OR_RETURN(columns.index_[field],
                               FindHeader(header, mapping.substr(equals + 1)));
    mapped.insert(field);
  }
  for (const auto& [field, index] : columns.index_) {
    if (!mapped.contains(field)) CLIENTELE_RETURN_IF_ERROR(FindHeader(header, field).status());
  }
  return columns;
}

int Columns::Index(absl::string_view field) const {
  const auto found = index_.find(std::string(field));
  return found == index_.end() ? -1 : found->second;
}

absl::string_view Columns::At(const std::vector<std::string>& row, int index) {
  if (index < 0 || index >= static_cast<int>(row.size())) return "";
  const absl::string_view cell = absl::StripAsciiWhitespace(row[index]);
  return IsEmptyWord(cell) ? "" : cell;
}

std::vector<std::string> Columns::Mapped() const {
  std::vector<std::string> fields;
  for (const auto& [field, index] : index_) fields.push_back(field);
  return fields;
}

absl::string_view Columns::Get(const std::vector<std::string>& row, absl::string_view field) const {
  return At(row, Index(field));
}

std::vector<std::pair<std::string, int>> Columns::WithPrefix(absl::string_view prefix) const {
  std::vector<std::pair<std::string, int>> found;
  for (const auto& [name, index] : index_) {
    if (absl::StartsWith(name, prefix)) found.emplace_back(name.substr(prefix.size()), index);
  }
  return found;
}

std::vector<std::string> HeaderNames(const std::vector<std::string>& fields,
                                     const std::vector<std::string>& mappings) {
  std::vector<std::string> names;
  for (const std::string& field : fields) {
    if (field.back() != '.') names.push_back(field);
  }
  for (const std::string& mapping : mappings) {
    names.push_back(csv::TrimmedName(mapping.substr(mapping.find('=') + 1)));
  }
  return names;
}

absl::Status Columns::Require(absl::string_view field) const {
  if (Has(field)) return absl::OkStatus();
  return absl::InvalidArgumentError(
      absl::StrCat("no column holds ", field, ": name it with --column ", field,
                   "=\"CSV header\"; the file has: ", absl::StrJoin(header_, ", ")));
}

}  // namespace clientele::cli
