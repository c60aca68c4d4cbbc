#include "common/csv/csv_dialect.h"

#include <algorithm>
#include <map>
#include <utility>

#include <csv.h>
#include <unicode/uchar.h>
#include <unicode/utf8.h>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

namespace clientele::csv {
namespace {

using absl::string_view;

constexpr char kCandidates[] = {',', ';', '\t', '|'};
constexpr std::size_t kSampleRows = 100;
constexpr std::int64_t kHeaderWithin = 50;  // lines

struct SampleRow {
  std::int64_t line = 0;
  std::vector<std::string> cells;

  bool blank() const {
    return std::all_of(cells.begin(), cells.end(),
                       [](const std::string& cell) { return cell.empty(); });
  }
};

std::vector<string_view> SplitLines(string_view text) {
  std::vector<string_view> lines;
  while (!text.empty()) {
    std::size_t end = text.find_first_of("\r\n");
    if (end == string_view::npos) {
      end = text.size();
    } else {
      end += text.substr(end, 2) == "\r\n" ? 2 : 1;
    }
    lines.push_back(text.substr(0, end));
    text.remove_prefix(end);
  }
  return lines;
}

struct SampleParser {
  std::vector<std::string> cells;
  bool ended = false;

  static void OnCell(void* data, std::size_t size, void* self) {
    static_cast<SampleParser*>(self)->cells.push_back(
        TrimmedName(string_view(data == nullptr ? "" : static_cast<const char*>(data), size)));
  }
  static void OnEnd(int, void* self) { static_cast<SampleParser*>(self)->ended = true; }
};

// The rows of the first lines, split leniently.
std::vector<SampleRow> Split(const std::vector<string_view>& lines, std::int64_t first,
                             char delimiter) {
  std::vector<SampleRow> rows;
  csv_parser parser;
  if (csv_init(&parser, 0) != 0) return rows;
  csv_set_delim(&parser, static_cast<unsigned char>(delimiter));
  SampleParser row;
  SampleRow current;
  for (auto i = static_cast<std::size_t>(first - 1); i < lines.size(); ++i) {
    if (current.line == 0) current.line = static_cast<std::int64_t>(i) + 1;
    csv_parse(&parser, lines[i].data(), lines[i].size(), SampleParser::OnCell, SampleParser::OnEnd,
              &row);
    if (i + 1 == lines.size()) csv_fini(&parser, SampleParser::OnCell, SampleParser::OnEnd, &row);
    if (row.ended) {
      current.cells = std::move(row.cells);
      rows.push_back(std::exchange(current, {}));
      if (rows.size() == kSampleRows) break;
    }
    if (row.ended || row.cells.empty()) {
      // A line that holds nothing ends no row.
      if (row.ended || lines[i].find_first_not_of("\r\n") == string_view::npos) current = {};
      row = {};
    }
  }
  csv_free(&parser);
  return rows;
}

std::size_t CountNames(const SampleRow& row, const std::vector<std::string>& names) {
  std::size_t found = 0;
  for (const std::string& name : names) {
    found += std::count(row.cells.begin(), row.cells.end(), name) > 0 ? 1 : 0;
  }
  return found;
}

struct Header {
  std::int64_t line = 0;  // 0: there is none
  std::size_t names = 0;
};

// The row that holds most of the names, or else the first with content.
Header FindHeader(const std::vector<SampleRow>& rows, std::int64_t first,
                  const std::vector<std::string>& names) {
  Header best;
  Header fallback;
  for (const SampleRow& row : rows) {
    if (row.line >= first + kHeaderWithin) break;
    if (row.blank()) continue;
    const std::size_t found = CountNames(row, names);
    if (found > best.names) best = {row.line, found};
    // Without names, nothing says that "#id" is no column.
    const bool comment = !names.empty() && absl::StartsWith(row.cells.front(), "#");
    if (fallback.line == 0 && !comment) fallback.line = row.line;
  }
  return best.names > 0 ? best : fallback;
}

// How many rows have the most frequent width, if it is 2 or more.
std::pair<std::size_t, std::size_t> MostFrequentWidth(const std::vector<SampleRow>& rows) {
  std::map<std::size_t, std::size_t> counts;
  for (const SampleRow& row : rows) {
    if (!row.blank()) ++counts[row.cells.size()];
  }
  std::pair<std::size_t, std::size_t> best = {0, 0};  // rows, width
  for (const auto& [width, count] : counts) {
    if (width >= 2) best = std::max(best, std::pair(count, width));
  }
  return best;
}

struct Reading {
  char delimiter = ',';
  Header header;
  std::pair<std::size_t, std::size_t> width;

  bool BetterThan(const Reading& other) const {
    if (header.names != other.header.names) return header.names > other.header.names;
    return width > other.width;
  }
};

char SeparatorLine(string_view line) {
  line = line.substr(0, line.find_last_not_of("\r\n") + 1);
  if (line.size() >= 2 && line.front() == '"' && line.back() == '"') {
    line = line.substr(1, line.size() - 2);
  }
  return line.size() == 5 && absl::StartsWithIgnoreCase(line, "sep=") ? line[4] : '\0';
}

bool MayDelimit(char c) {
  return c != '"' && c != '\n' && c != '\r' && c != '\0' && static_cast<unsigned char>(c) < 0x80;
}

}  // namespace

std::string TrimmedName(string_view cell) {
  const auto* bytes = cell.data();
  const auto size = static_cast<std::int32_t>(cell.size());
  std::int32_t first = -1;
  std::int32_t last = 0;
  for (std::int32_t at = 0; at < size;) {
    const std::int32_t begin = at;
    UChar32 c;
    U8_NEXT(bytes, at, size, c);
    const bool space = c >= 0 && (u_isUWhiteSpace(c) || c == 0xFEFF || c == 0x200B || c == 0x200E ||
                                  c == 0x200F || c == 0x2060 || c < 0x20);
    if (space) continue;
    if (first < 0) first = begin;
    last = at;
  }
  if (first < 0) return "";
  return std::string(
      cell.substr(static_cast<std::size_t>(first), static_cast<std::size_t>(last - first)));
}

std::string Describe(const CsvDialect& dialect) {
  std::string delimiter;
  switch (dialect.delimiter) {
    case ',':
      delimiter = "commas";
      break;
    case ';':
      delimiter = "semicolons";
      break;
    case '\t':
      delimiter = "tabs";
      break;
    default:
      delimiter = absl::StrCat("'", std::string(1, dialect.delimiter), "'");
  }
  return absl::StrCat(dialect.encoding, dialect.has_mark ? " with a mark" : "", ", delimited by ",
                      delimiter, ", header in line ", dialect.header_line);
}

void FindDialect(string_view start, const DialectHints& hints, CsvDialect& dialect) {
  const std::vector<string_view> lines = SplitLines(start);
  std::int64_t first = std::max<std::int64_t>(0, hints.skip_lines) + 1;
  char said = hints.delimiter;
  if (first <= static_cast<std::int64_t>(lines.size())) {
    const char separator = SeparatorLine(lines[static_cast<std::size_t>(first - 1)]);
    if (separator != '\0' && MayDelimit(separator)) {
      if (said == 0) said = separator;
      ++first;
    }
  }
  Reading best;
  bool any = false;
  for (const char candidate : kCandidates) {
    const char delimiter = said != 0 ? said : candidate;
    const std::vector<SampleRow> rows = Split(lines, first, delimiter);
    const Reading reading = {delimiter, FindHeader(rows, first, hints.names),
                             MostFrequentWidth(rows)};
    if (!any || reading.BetterThan(best)) best = reading;
    any = true;
    if (said != 0) break;
  }
  dialect.delimiter = best.delimiter;
  dialect.header_line = hints.skip_lines > 0 || best.header.line == 0 ? first : best.header.line;
  // Blank lines between those that are skipped and the header.
  while (dialect.header_line < static_cast<std::int64_t>(lines.size()) &&
         absl::StripAsciiWhitespace(lines[static_cast<std::size_t>(dialect.header_line - 1)])
             .empty()) {
    ++dialect.header_line;
  }
}

}  // namespace clientele::csv
