#include "tools/clientele-models/identity/person_files.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/strip.h"

#include "common/csv/csv_reader.h"
#include "common/status/error_details.h"
#include "common/status/status_macros.h"
#include "services/profile-service/core/identity/field_detection.h"

namespace clientele::models {
namespace {

constexpr std::size_t kMaxFiles = 200;

struct Rows {
  std::vector<std::string> header;                // of all files, in the order in which they came
  std::vector<std::vector<std::string>> columns;  // by header, a cell for each row
  std::vector<std::uint8_t> sources;
};

absl::Status InFile(const std::filesystem::path& path, const absl::Status& status) {
  if (status.ok()) return status;
  return absl::Status(status.code(),
                      absl::StrCat(path.string(), ": ", std::string(status.message())));
}

absl::Status ReadFile(const std::filesystem::path& path, std::uint8_t source,
                      const std::string& truth, Rows& rows) {
  const auto opened = csv::CsvReader::Open(path);
  if (!opened.ok()) return InFile(path, opened.status());
  csv::CsvReader* const reader = opened->get();
  CLIENTELE_RETURN_IF_ERROR(InFile(path, reader->RequireColumns({truth})));
  std::vector<std::size_t> columns;
  for (const std::string& name : reader->header()) {
    const auto at = std::find(rows.header.begin(), rows.header.end(), name);
    columns.push_back(static_cast<std::size_t>(at - rows.header.begin()));
    if (at != rows.header.end()) continue;
    rows.header.push_back(name);
    rows.columns.emplace_back(rows.sources.size());
  }
  csv::CsvRow row;
  while (true) {
    const absl::StatusOr<bool> more = reader->Next(&row);
    if (!more.ok()) return InFile(path, more.status());
    if (!*more) break;
    CLIENTELE_RETURN_IF_ERROR(InFile(path, row.error()));
    for (auto& column : rows.columns) column.emplace_back();
    for (std::size_t i = 0; i < columns.size(); ++i) {
      std::string& cell = rows.columns[columns[i]].back();
      if (cell.empty()) cell = row.fields()[i];
    }
    rows.sources.push_back(source);
    if (rows.sources.size() > profile::PersonTable::kMaxRows) {
      return absl::ResourceExhaustedError(absl::StrCat(
          path.string(), ": more than ", profile::PersonTable::kMaxRows, " rows in all"));
    }
  }
  return absl::OkStatus();
}

// The number in "rec-17-org" and "rec-17-dup-0"; nothing for another form.
std::optional<std::string> FebrlPerson(absl::string_view id) {
  if (!absl::ConsumePrefix(&id, "rec-")) return std::nullopt;
  const std::size_t end = id.find('-');
  if (end == absl::string_view::npos || end == 0) return std::nullopt;
  const absl::string_view kind = id.substr(end + 1);
  if (kind != "org" && !absl::StartsWith(kind, "dup-")) return std::nullopt;
  return std::string(id.substr(0, end));
}

std::vector<std::uint32_t> NumberPersons(std::vector<std::string> truth) {
  for (std::string& cell : truth) cell = std::string(absl::StripAsciiWhitespace(cell));
  const bool febrl = std::all_of(truth.begin(), truth.end(), [](const std::string& cell) {
    return FebrlPerson(cell).has_value();
  });
  absl::flat_hash_map<std::string, std::uint32_t> numbers;
  std::vector<std::uint32_t> persons;
  persons.reserve(truth.size());
  std::uint32_t next = 0;
  for (std::string& cell : truth) {
    if (cell.empty()) {
      persons.push_back(next++);
      continue;
    }
    const auto [at, added] =
        numbers.try_emplace(febrl ? *FebrlPerson(cell) : std::move(cell), next);
    if (added) ++next;
    persons.push_back(at->second);
  }
  return persons;
}

absl::Status CheckMapped(const PersonFileOptions& options, const Rows& rows) {
  for (const auto& [name, type] : options.types) {
    if (std::find(rows.header.begin(), rows.header.end(), name) == rows.header.end()) {
      return InvalidField("--map", absl::StrCat("names ", name, ", which no file has; there are ",
                                                absl::StrJoin(rows.header, ", ")));
    }
    if (name == options.truth) return InvalidField("--map", "names the truth, which is no field");
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<PersonFiles> ReadPersonFiles(const PersonFileOptions& options) {
  if (options.files.empty() || options.files.size() > kMaxFiles) {
    return InvalidField("--csv", absl::StrCat("must be given 1 to ", kMaxFiles, " times"));
  }
  Rows rows;
  for (std::size_t i = 0; i < options.files.size(); ++i) {
    CLIENTELE_RETURN_IF_ERROR(
        ReadFile(options.files[i], static_cast<std::uint8_t>(i), options.truth, rows));
  }
  CLIENTELE_RETURN_IF_ERROR(CheckMapped(options, rows));
  std::vector<std::string> notes;
  for (const std::string& name : options.ignore) {
    if (std::find(rows.header.begin(), rows.header.end(), name) == rows.header.end()) {
      notes.push_back(absl::StrCat("note: no file has the column ", name, " to be ignored"));
    }
  }
  std::vector<std::size_t> used;
  std::vector<profile::PersonField> fields;
  std::vector<std::uint32_t> truth;
  for (std::size_t i = 0; i < rows.header.size(); ++i) {
    const std::string& name = rows.header[i];
    if (name == options.truth) {
      truth = NumberPersons(std::move(rows.columns[i]));
      continue;
    }
    if (std::find(options.ignore.begin(), options.ignore.end(), name) != options.ignore.end()) {
      continue;
    }
    const auto given = options.types.find(name);
    const profile::DetectedField found =
        given != options.types.end() ? profile::DetectedField{given->second, "as it was said"}
                                     : profile::DetectField(name, rows.columns[i]);
    notes.push_back(absl::StrCat("column ", name, ": ",
                                 found.type ? profile::NameOf(*found.type) : "not used", ", ",
                                 found.reason));
    if (!found.type) continue;
    used.push_back(i);
    fields.push_back({name, *found.type});
  }
  if (used.empty()) {
    return absl::InvalidArgumentError("no column is left that says anything of a person");
  }
  CLIENTELE_ASSIGN_OR_RETURN(profile::PersonTable table,
                             profile::PersonTable::Create(std::move(fields)));
  std::vector<std::string> values(used.size());
  for (std::size_t row = 0; row < rows.sources.size(); ++row) {
    for (std::size_t i = 0; i < used.size(); ++i) {
      values[i] = std::move(rows.columns[used[i]][row]);
    }
    CLIENTELE_RETURN_IF_ERROR(table.Add(values, rows.sources[row]));
  }
  return PersonFiles{std::move(table), std::move(truth), std::move(notes)};
}

}  // namespace clientele::models
