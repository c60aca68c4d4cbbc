#include "tools/clientele-models/evaluate/interactions_file.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"

#include "common/csv/csv_reader.h"
#include "common/status/status_macros.h"

namespace clientele::models {
namespace {

// A separator of several times the same character makes empty fields between the real ones.
struct Separator {
  char delimiter = 0;
  std::size_t repeats = 1;
};

absl::StatusOr<Separator> ParseSeparator(absl::string_view text) {
  if (text.empty()) return Separator{};
  if (text == "\\t" || text == "tab") return Separator{'\t', 1};
  if (std::all_of(text.begin(), text.end(), [&](char c) { return c == text.front(); })) {
    return Separator{text.front(), text.size()};
  }
  return absl::InvalidArgumentError(
      absl::StrCat("--sep '", text, "' must be one character, the same several times, or \\t"));
}

std::optional<double> CellNumber(absl::string_view cell) {
  std::string text(absl::StripAsciiWhitespace(cell));
  // 4,5 where commas do not separate columns.
  if (std::count(text.begin(), text.end(), ',') == 1)
    text = absl::StrReplaceAll(text, {{",", "."}});
  double value = 0;
  if (!absl::SimpleAtod(text, &value) || !std::isfinite(value)) return std::nullopt;
  return value;
}

class LogReader {
 public:
  LogReader(const InteractionColumns& columns, Separator separator)
      : columns_(columns), separator_(separator) {}

  absl::Status Read(const std::filesystem::path& path) {
    CLIENTELE_ASSIGN_OR_RETURN(const auto reader,
                               csv::CsvReader::Open(path, {.delimiter = separator_.delimiter}));
    const std::vector<std::string> header = Cells(reader->header());
    CLIENTELE_RETURN_IF_ERROR(FindColumns(header));
    csv::CsvRow row;
    CLIENTELE_ASSIGN_OR_RETURN(bool more, reader->Next(&row));
    if (numbered_ && IsRow(header, more && row.error().ok() ? Cells(row.fields()) : header)) {
      CLIENTELE_RETURN_IF_ERROR(Add(header, reader->dialect().header_line));
    }
    while (more) {
      CLIENTELE_RETURN_IF_ERROR(row.error());
      if (row.padded() > 0 && row.fields().size() - row.padded() <= last_ * separator_.repeats) {
        return absl::InvalidArgumentError(
            absl::StrCat("line ", row.line(), ": fewer cells than the columns asked for"));
      }
      CLIENTELE_RETURN_IF_ERROR(Add(Cells(row.fields()), row.line()));
      CLIENTELE_ASSIGN_OR_RETURN(more, reader->Next(&row));
    }
    return absl::OkStatus();
  }

  InteractionsFile& file() { return file_; }

 private:
  std::vector<std::string> Cells(const std::vector<std::string>& fields) const {
    if (separator_.repeats == 1) return fields;
    std::vector<std::string> cells;
    cells.reserve(fields.size() / separator_.repeats + 1);
    for (std::size_t at = 0; at < fields.size(); at += separator_.repeats) {
      cells.push_back(fields[at]);
    }
    return cells;
  }

  absl::Status FindColumns(const std::vector<std::string>& header) {
    const std::pair<const std::string*, std::size_t*> wanted[] = {{&columns_.user, &user_},
                                                                  {&columns_.item, &item_},
                                                                  {&columns_.rating, &rating_},
                                                                  {&columns_.time, &time_},
                                                                  {&columns_.text, &text_}};
    numbered_ = true;
    for (const auto& [name, at] : wanted) {
      std::size_t number = 0;
      numbered_ = numbered_ && (name->empty() || (absl::SimpleAtoi(*name, &number) && number > 0));
    }
    std::vector<std::string> missing;
    last_ = 0;
    for (const auto& [name, at] : wanted) {
      if (name->empty()) continue;
      const auto found = std::find(header.begin(), header.end(), *name);
      *at = static_cast<std::size_t>(found - header.begin());
      if (numbered_) {
        (void)absl::SimpleAtoi(*name, at);
        --*at;
      }
      if (*at >= header.size()) missing.push_back(*name);
      last_ = std::max(last_, *at);
    }
    if (missing.empty()) return absl::OkStatus();
    return absl::InvalidArgumentError(absl::StrCat("the file has no column ",
                                                   absl::StrJoin(missing, ", "), "; it has ",
                                                   absl::StrJoin(header, ", ")));
  }

  // Whether the first line of a file whose columns are numbered is a row and no header.
  bool IsRow(const std::vector<std::string>& first, const std::vector<std::string>& second) const {
    if (!columns_.rating.empty()) return CellNumber(first[rating_]).has_value();
    const auto is_number = [](const std::string& cell) { return CellNumber(cell).has_value(); };
    return std::any_of(first.begin(), first.end(), is_number) ||
           std::none_of(second.begin(), second.end(), is_number);
  }

  absl::Status Add(const std::vector<std::string>& cells, std::int64_t line) {
    const absl::string_view user = absl::StripAsciiWhitespace(cells[user_]);
    const absl::string_view item = absl::StripAsciiWhitespace(cells[item_]);
    if (user.empty() || item.empty()) {
      ++file_.rows_without_ids;
      return absl::OkStatus();
    }
    recommend::InteractionRow row;
    if (!columns_.rating.empty()) {
      const std::optional<double> rating = CellNumber(cells[rating_]);
      if (!rating.has_value()) {
        return absl::InvalidArgumentError(absl::StrCat("line ", line, ": the rating '",
                                                       cells[rating_].substr(0, 40),
                                                       "' is not a finite number"));
      }
      row.rating = *rating;
    }
    if (!columns_.time.empty()) CLIENTELE_RETURN_IF_ERROR(file_.times.Add(cells[time_], line));
    row.customer = Number(user, users_, file_.log.customers);
    row.item = Number(item, items_, file_.log.items);
    file_.log.rows.push_back(row);
    if (!columns_.text.empty()) {
      file_.texts.resize(file_.log.items.size());
      std::string& text = file_.texts[static_cast<std::size_t>(row.item)];
      if (text.empty()) text = std::string(absl::StripAsciiWhitespace(cells[text_]));
    }
    return absl::OkStatus();
  }

  static std::int32_t Number(absl::string_view id,
                             absl::flat_hash_map<std::string, std::int32_t>& numbers,
                             std::vector<std::string>& ids) {
    const auto [at, is_new] = numbers.try_emplace(id, static_cast<std::int32_t>(ids.size()));
    if (is_new) ids.emplace_back(id);
    return at->second;
  }

  const InteractionColumns& columns_;
  const Separator separator_;
  bool numbered_ = false;
  std::size_t user_ = 0, item_ = 0, rating_ = 0, time_ = 0, text_ = 0, last_ = 0;
  absl::flat_hash_map<std::string, std::int32_t> users_, items_;
  InteractionsFile file_;
};

}  // namespace

absl::StatusOr<InteractionsFile> ReadInteractions(const InteractionColumns& columns) {
  if (columns.user.empty() || columns.item.empty()) {
    return absl::InvalidArgumentError("the columns of users and items must be named");
  }
  CLIENTELE_ASSIGN_OR_RETURN(const Separator separator, ParseSeparator(columns.sep));
  LogReader reader(columns, separator);
  CLIENTELE_RETURN_IF_ERROR(reader.Read(columns.file));
  InteractionsFile& file = reader.file();
  file.file_rows = file.log.rows.size();
  if (!columns.test.empty()) CLIENTELE_RETURN_IF_ERROR(reader.Read(columns.test));
  if (file.file_rows == 0 || (!columns.test.empty() && file.file_rows == file.log.rows.size())) {
    return absl::InvalidArgumentError(
        absl::StrCat(file.file_rows == 0 ? "the file" : "the test file", " has no rows",
                     file.rows_without_ids > 0 ? " with a user and an item" : ""));
  }
  if (!columns.time.empty()) {
    file.times.Finish();
    file.log.units_per_second = file.times.UnitsPerSecond();
    for (std::size_t row = 0; row < file.log.rows.size(); ++row) {
      file.log.rows[row].time = file.times.values()[row];
    }
  }
  return std::move(file);
}

}  // namespace clientele::models
