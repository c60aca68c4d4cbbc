#include "tools/clientele-models/reranker/text_columns.h"

#include <memory>
#include <optional>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

#include "common/csv/csv_reader.h"
#include "common/status/status_macros.h"

namespace clientele::models {
namespace {

absl::StatusOr<std::size_t> ColumnOf(const csv::CsvReader& reader,
                                     const std::vector<std::string>& names,
                                     std::optional<std::size_t> taken) {
  for (const std::string& name : names) {
    const auto column = reader.Column(name);
    if (column.has_value() && column != taken) return *column;
  }
  return absl::InvalidArgumentError(absl::StrCat("has no column ", absl::StrJoin(names, " or "),
                                                 "; its columns are ",
                                                 absl::StrJoin(reader.header(), ", ")));
}

absl::StatusOr<TextColumns> ReadColumns(const std::filesystem::path& csv,
                                        const std::vector<std::string>& first_names,
                                        const std::vector<std::string>& second_names) {
  std::vector<std::string> names = first_names;
  names.insert(names.end(), second_names.begin(), second_names.end());
  CLIENTELE_ASSIGN_OR_RETURN(const auto reader, csv::CsvReader::Open(csv, {.names = names}));
  CLIENTELE_ASSIGN_OR_RETURN(const std::size_t first, ColumnOf(*reader, first_names, std::nullopt));
  CLIENTELE_ASSIGN_OR_RETURN(const std::size_t second, ColumnOf(*reader, second_names, first));
  TextColumns columns;
  csv::CsvRow row;
  while (true) {
    CLIENTELE_ASSIGN_OR_RETURN(const bool more, reader->Next(&row));
    if (!more) break;
    CLIENTELE_RETURN_IF_ERROR(row.error());
    const absl::string_view one = absl::StripAsciiWhitespace(row.fields()[first]);
    const absl::string_view other = absl::StripAsciiWhitespace(row.fields()[second]);
    if (one.empty() || other.empty()) {
      ++columns.skipped;
      continue;
    }
    columns.first.emplace_back(one);
    columns.second.emplace_back(other);
  }
  if (columns.first.empty()) {
    return absl::InvalidArgumentError(absl::StrCat("has no row with both a ",
                                                   absl::StrJoin(first_names, " or "), " and a ",
                                                   absl::StrJoin(second_names, " or ")));
  }
  return columns;
}

}  // namespace

absl::StatusOr<TextColumns> ReadTextColumns(const std::filesystem::path& csv,
                                            const std::vector<std::string>& first_names,
                                            const std::vector<std::string>& second_names) {
  auto columns = ReadColumns(csv, first_names, second_names);
  if (columns.ok()) return columns;
  return absl::Status(columns.status().code(),
                      absl::StrCat(csv.filename().string(), ": ", columns.status().message()));
}

}  // namespace clientele::models
