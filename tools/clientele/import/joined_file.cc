#include "tools/clientele/import/joined_file.h"

#include <cstddef>
#include <filesystem>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"

#include "common/csv/csv_reader.h"
#include "common/status/status_macros.h"
#include "tools/clientele/import/columns.h"

namespace clientele::cli {
namespace {

constexpr std::size_t kMaxRows = 1'000'000;

std::string Cell(const std::vector<std::string>& row, int column) {
  return std::string(absl::StripAsciiWhitespace(row[static_cast<std::size_t>(column)]));
}

// Lengths before the bytes: ("a", "bc") and ("ab", "c") are different.
std::string KeyOf(const std::vector<std::string>& row, const std::vector<int>& columns) {
  std::string key;
  for (const int column : columns) {
    const std::string cell = Cell(row, column);
    absl::StrAppend(&key, cell.size(), ":", cell);
  }
  return key;
}

absl::StatusOr<std::vector<int>> FindHeaders(const std::vector<std::string>& header,
                                             const std::vector<std::string>& names,
                                             const std::string& what) {
  std::vector<int> columns;
  for (const std::string& name : names) {
    const absl::StatusOr<int> column = FindHeader(header, name);
    if (!column.ok()) {
      return absl::InvalidArgumentError(
          absl::StrCat("--join ", what, ": ", column.status().message()));
    }
    columns.push_back(*column);
  }
  return columns;
}

}  // namespace

absl::StatusOr<JoinedFile> JoinedFile::Open(const std::string& text,
                                            const std::vector<std::string>& header,
                                            const std::set<std::string>& wanted) {
  const std::size_t colon = text.rfind(':');
  if (colon == std::string::npos || colon + 1 == text.size()) {
    return absl::InvalidArgumentError(
        absl::StrCat("--join \"", text, "\" is written FILE:COLUMN, or FILE:COLUMN,COLUMN"));
  }
  JoinedFile joined;
  const std::string path = text.substr(0, colon);
  joined.file_ = std::filesystem::path(path).filename().string();
  joined.key_ = absl::StrSplit(text.substr(colon + 1), ',');
  CLIENTELE_ASSIGN_OR_RETURN(const auto reader, csv::CsvReader::Open(path, {.names = joined.key_}));
  CLIENTELE_ASSIGN_OR_RETURN(joined.key_columns_, FindHeaders(header, joined.key_, text));
  CLIENTELE_ASSIGN_OR_RETURN(const std::vector<int> key_columns,
                             FindHeaders(reader->header(), joined.key_, text));
  std::vector<int> columns;
  for (std::size_t i = 0; i < reader->header().size(); ++i) {
    const std::string name(absl::StripAsciiWhitespace(reader->header()[i]));
    if (!wanted.contains(name) || FindHeader(header, name).ok()) continue;
    joined.columns_.push_back(name);
    columns.push_back(static_cast<int>(i));
  }
  absl::flat_hash_set<std::string> seen;
  csv::CsvRow row;
  while (true) {
    CLIENTELE_ASSIGN_OR_RETURN(const bool more, reader->Next(&row));
    if (!more) return joined;
    if (!row.error().ok()) {
      return absl::InvalidArgumentError(
          absl::StrCat("--join ", joined.file_, ": ", row.error().message()));
    }
    std::string key = KeyOf(row.fields(), key_columns);
    if (!seen.insert(absl::StrCat(key, "|", KeyOf(row.fields(), columns))).second) continue;
    if (seen.size() > kMaxRows) {
      return absl::InvalidArgumentError(absl::StrCat("--join ", joined.file_, ": it has more than ",
                                                     kMaxRows, " different rows"));
    }
    std::vector<std::string>& cells = joined.rows_[std::move(key)].emplace_back();
    for (const int column : columns) cells.push_back(Cell(row.fields(), column));
  }
}

const std::vector<std::vector<std::string>>& JoinedFile::Find(
    const std::vector<std::string>& row) const {
  static const auto& none = *new std::vector<std::vector<std::string>>();
  const auto found = rows_.find(KeyOf(row, key_columns_));
  return found == rows_.end() ? none : found->second;
}

std::string JoinedFile::WhyNot(const std::vector<std::string>& row) const {
  std::vector<std::string> parts;
  for (std::size_t i = 0; i < key_.size(); ++i) {
    parts.push_back(absl::StrCat(key_[i], " ", Cell(row, key_columns_[i])));
  }
  return absl::StrCat(absl::StrJoin(parts, ", "), " is not in ", file_);
}

}  // namespace clientele::cli
