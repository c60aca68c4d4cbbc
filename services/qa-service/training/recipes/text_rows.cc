#include "services/qa-service/training/recipes/text_rows.h"

#include <fstream>

#include <nlohmann/json.hpp>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"

#include "common/csv/csv_reader.h"
#include "common/modeling/checkpoint/json_file.h"
#include "common/status/error_details.h"
#include "common/status/status_macros.h"
#include "services/qa-service/training/recipes/json_places.h"

namespace clientele::qa {
namespace fs = std::filesystem;
namespace {

bool StaysInFolder(const std::string& file) {
  return !file.empty() && file.front() != '/' && !absl::StrContains(file, "..");
}

// Rows that are no CSV are left out: what is published with tabs often has quotes of its own.
absl::StatusOr<std::vector<TextRow>> ReadColumns(const TextPlace& place, bool two,
                                                 const fs::path& path) {
  CLIENTELE_ASSIGN_OR_RETURN(const auto reader,
                             csv::CsvReader::Open(path, {.names = place.columns}));
  CLIENTELE_RETURN_IF_ERROR(reader->RequireColumns(place.columns));
  std::vector<std::size_t> places;
  for (const std::string& name : place.columns) places.push_back(*reader->Column(name));
  std::vector<TextRow> rows;
  csv::CsvRow row;
  while (true) {
    CLIENTELE_ASSIGN_OR_RETURN(const bool more, reader->Next(&row));
    if (!more) break;
    if (!row.error().ok()) continue;
    if (two) {
      rows.emplace_back(row.fields()[places[0]], row.fields()[places[1]]);
      continue;
    }
    for (const std::size_t at : places) rows.emplace_back(row.fields()[at], "");
  }
  return rows;
}

absl::StatusOr<std::vector<TextRow>> ReadPlaces(const TextPlace& place, bool two,
                                                const fs::path& path) {
  CLIENTELE_ASSIGN_OR_RETURN(const nlohmann::json json, modeling::ReadJsonFile(path));
  std::vector<TextRow> rows;
  if (!two) {
    for (const std::string& each : place.places) {
      CLIENTELE_ASSIGN_OR_RETURN(const std::vector<std::string> texts, TextsAt(json, each));
      for (const std::string& text : texts) rows.emplace_back(text, "");
    }
    return rows;
  }
  CLIENTELE_ASSIGN_OR_RETURN(const auto first, TextsAt(json, place.places[0]));
  CLIENTELE_ASSIGN_OR_RETURN(const auto second, TextsAt(json, place.places[1]));
  if (first.size() != second.size()) {
    return InvalidField("places", "lead to lists of different length");
  }
  for (std::size_t i = 0; i < first.size(); ++i) rows.emplace_back(first[i], second[i]);
  return rows;
}

absl::StatusOr<std::vector<TextRow>> ReadLines(const TextPlace& place, bool two,
                                               const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) return NotFound(path.filename().string());
  std::vector<std::string> texts;
  for (std::string line; std::getline(in, line);) {
    const std::vector<std::string> fields = absl::StrSplit(line, place.separator);
    texts.push_back(fields.size() > place.field ? fields[place.field] : "");
  }
  std::vector<TextRow> rows;
  if (two) {
    for (std::size_t i = 0; i + 1 < texts.size(); i += 2) rows.emplace_back(texts[i], texts[i + 1]);
  } else {
    for (std::string& text : texts) rows.emplace_back(std::move(text), "");
  }
  return rows;
}

}  // namespace

void ReadTextPlace(RecipeFields& fields, TextPlace& place) {
  fields.Read("file", place.file);
  fields.Read("columns", place.columns);
  fields.Read("places", place.places);
  fields.Read("separator", place.separator);
  fields.ReadWithin("field", place.field, 0, 1000);
  fields.Read("license", place.license);
  if (!StaysInFolder(place.file)) fields.Fail("file", "must be a path within the data folder");
}

void CheckTextPlace(RecipeFields& fields, const TextPlace& place, bool two) {
  const bool columns = !place.columns.empty();
  const bool places = !place.places.empty();
  const bool lines = !place.separator.empty();
  if (int{columns} + int{places} + int{lines} != 1) {
    fields.Fail("columns", "or places, or separator: exactly one of them");
  } else if (columns && two && place.columns.size() != 2) {
    fields.Fail("columns", "must be two");
  } else if (places && two && place.places.size() != 2) {
    fields.Fail("places", "must be two");
  }
}

absl::StatusOr<std::vector<TextRow>> ReadTextRows(const TextPlace& place, bool two,
                                                  const fs::path& data) {
  const fs::path path = data / place.file;
  absl::StatusOr<std::vector<TextRow>> rows = !place.columns.empty() ? ReadColumns(place, two, path)
                                              : !place.places.empty() ? ReadPlaces(place, two, path)
                                                                      : ReadLines(place, two, path);
  if (rows.ok()) return rows;
  return absl::Status(rows.status().code(),
                      absl::StrCat(place.file, ": ", rows.status().message()));
}

}  // namespace clientele::qa
