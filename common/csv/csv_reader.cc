#include "common/csv/csv_reader.h"

#include <algorithm>
#include <deque>
#include <utility>

#include <csv.h>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

#include "common/csv/byte_source.h"
#include "common/csv/encoding_survey.h"
#include "common/csv/file_kind.h"
#include "common/csv/line_reader.h"
#include "common/csv/text_decoder.h"
#include "common/status/status_macros.h"
#include "common/text/utf8.h"

namespace clientele::csv {
namespace {

constexpr absl::string_view kLostCharacter = "\xEF\xBF\xBD";
constexpr std::int64_t kMaxSkipLines = 1'000'000;

int NoSpace(unsigned char) { return 0; }

absl::Status LineError(std::int64_t line, absl::string_view what) {
  return absl::InvalidArgumentError(absl::StrCat("line ", line, ": ", what));
}

// libcsv for one row at a time.
class RowParser {
 public:
  RowParser(char delimiter, const CsvLimits& limits) : delimiter_(delimiter), limits_(limits) {
    Make();
  }
  ~RowParser() {
    if (made_) csv_free(&parser_);
  }
  RowParser(const RowParser&) = delete;
  RowParser& operator=(const RowParser&) = delete;

  // Forgets the row.
  void Clear() {
    if (dirty_) Make();
    dirty_ = false;
    count_ = 0;
    ended_ = false;
    too_large_ = false;
  }
  // Takes a line of a row; false for a quote in the wrong place.
  bool Feed(absl::string_view line) {
    dirty_ = true;
    return made_ &&
           csv_parse(&parser_, line.data(), line.size(), OnField, OnEnd, this) == line.size();
  }
  // The file ends here; false within an open quote.
  bool End() { return made_ && csv_fini(&parser_, OnField, OnEnd, this) == 0; }

  bool ended() const { return ended_; }
  bool too_large() const { return too_large_; }
  std::size_t count() const { return count_; }
  // The row was taken to its end.
  void Take(std::vector<std::string>& fields) {
    fields_.resize(count_);
    std::swap(fields, fields_);
    dirty_ = false;
  }

 private:
  void Make() {
    if (made_) csv_free(&parser_);
    made_ = csv_init(&parser_, CSV_STRICT | CSV_STRICT_FINI) == 0;
    if (!made_) return;
    csv_set_space_func(&parser_, NoSpace);
    csv_set_delim(&parser_, static_cast<unsigned char>(delimiter_));
    csv_set_blk_size(&parser_, 4096);
  }
  static void OnField(void* data, std::size_t size, void* self) {
    auto& parser = *static_cast<RowParser*>(self);
    const absl::string_view field(data == nullptr ? "" : static_cast<const char*>(data), size);
    if (size > parser.limits_.max_field_bytes || parser.count_ >= parser.limits_.max_fields) {
      parser.too_large_ = true;
      return;
    }
    if (parser.count_ < parser.fields_.size()) {
      parser.fields_[parser.count_].assign(field.data(), field.size());
    } else {
      parser.fields_.emplace_back(field);
    }
    ++parser.count_;
  }
  static void OnEnd(int, void* self) { static_cast<RowParser*>(self)->ended_ = true; }

  const char delimiter_;
  const CsvLimits limits_;
  csv_parser parser_ = {};
  bool made_ = false;
  bool dirty_ = false;  // holds a part of a row
  bool ended_ = false;
  bool too_large_ = false;
  std::size_t count_ = 0;
  std::vector<std::string> fields_;
};

struct Found {
  std::string encoding;
  std::size_t mark_bytes = 0;
};

absl::StatusOr<Found> FindEncoding(const std::filesystem::path& path, absl::string_view start,
                                   const std::string& said) {
  const EncodingMark mark = FindEncodingMark(start);
  if (!mark.encoding.empty()) return Found{mark.encoding, mark.bytes};
  if (!said.empty()) {
    CLIENTELE_ASSIGN_OR_RETURN(std::string encoding, CanonicalEncoding(said));
    return Found{std::move(encoding)};
  }
  EncodingSurvey survey;
  std::error_code error;
  ByteSource source;
  if (std::filesystem::is_regular_file(path, error) && source.Open(path)) {
    while (true) {
      const absl::StatusOr<absl::string_view> piece = source.Read();
      // What is damaged is found again, and named, where it is read.
      if (!piece.ok() || piece->empty()) break;
      survey.Add(*piece);
    }
  } else {
    survey.Add(start);
  }
  return Found{survey.Found()};
}

}  // namespace

absl::string_view CsvRow::Get(absl::string_view column) const {
  if (header_ == nullptr) return {};
  for (std::size_t i = 0; i < header_->size() && i < fields_.size(); ++i) {
    if ((*header_)[i] == column) return fields_[i];
  }
  return {};
}

std::string CsvRow::CanonicalBytes() const {
  std::string bytes;
  for (const std::string& field : fields_) absl::StrAppend(&bytes, field.size(), ":", field, ",");
  return bytes;
}

struct CsvReader::Impl {
  Impl(const CsvLimits& bounds, CsvDialect how, std::unique_ptr<LineReader> lines_of_file,
       std::unique_ptr<TextDecoder> decoder_of_lines)
      : limits(bounds),
        dialect(std::move(how)),
        lines(std::move(lines_of_file)),
        decoder(std::move(decoder_of_lines)),
        parser(dialect.delimiter, bounds),
        probe(dialect.delimiter, bounds) {}

  const CsvLimits limits;
  CsvDialect dialect;
  const std::unique_ptr<LineReader> lines;
  const std::unique_ptr<TextDecoder> decoder;  // null: lines are UTF-8 already
  RowParser parser;
  RowParser probe;  // of single lines

  std::deque<Line> given_back;  // lines to be read again
  std::vector<Line> row_lines;  // of the row that is being read
  std::size_t row_bytes = 0;
  bool damaged = false;  // a line of the row holds what is no character
  std::string decoded;
  // How many bytes may still be read again, so that the work stays linear.
  std::size_t second_looks = std::size_t{1} << 20;

  std::shared_ptr<const std::vector<std::string>> header;
  std::string raw_header;
  std::int64_t blank_lines = 0;

  absl::StatusOr<bool> TakeLine(Line* line) {
    if (!given_back.empty()) {
      *line = std::move(given_back.front());
      given_back.pop_front();
      return true;
    }
    CLIENTELE_ASSIGN_OR_RETURN(const bool more, lines->Next(line));
    if (more) second_looks += 2 * line->bytes.size();
    return more;
  }

  absl::string_view Text(const Line& line) {
    if (decoder == nullptr) return line.bytes;
    const bool ascii = std::none_of(line.bytes.begin(), line.bytes.end(),
                                    [](char c) { return static_cast<unsigned char>(c) >= 0x80; });
    if (ascii) return line.bytes;
    if (!decoder->DecodeLine(line.bytes, decoded)) damaged = true;
    return decoded;
  }

  // The raw text of the first `count` lines.
  std::string Raw(std::size_t count) {
    std::string raw;
    if (count == 1) {
      raw = std::move(row_lines.front().bytes);
    } else {
      for (std::size_t i = 0; i < count; ++i) raw += row_lines[i].bytes;
    }
    if (!raw.empty() && raw.back() == '\n') raw.pop_back();
    if (!raw.empty() && raw.back() == '\r') raw.pop_back();
    return raw;
  }

  // A row of lines that can't be split. Behind an open quote lie whole rows: the first line that
  // is one by itself begins the next row.
  void Fail(absl::string_view what, CsvRow* row) {
    std::size_t count = row_lines.size();
    if (header != nullptr && header->size() > 1 && row_bytes < second_looks) {
      second_looks -= std::min(second_looks, row_bytes);
      for (std::size_t i = 1; i < row_lines.size(); ++i) {
        if (!IsRowAlone(row_lines[i])) continue;
        count = i;
        break;
      }
    }
    row->line_ = row_lines.front().number;
    row->error_ = LineError(
        row->line_, count > 1 ? absl::StrCat(what, " (lines ", row->line_, " to ",
                                             row_lines[count - 1].number, " are one row by it)")
                              : std::string(what));
    row->fields_.clear();
    row->raw_ = Raw(count);
    for (std::size_t i = row_lines.size(); i > count; --i) {
      given_back.push_front(std::move(row_lines[i - 1]));
    }
  }

  bool IsRowAlone(const Line& line) {
    const bool was_damaged = damaged;
    probe.Clear();
    const bool alone = probe.Feed(Text(line)) &&
                       (probe.ended() || (probe.End() && probe.ended())) &&
                       probe.count() == header->size();
    damaged = was_damaged;
    return alone;
  }

  void CheckText(CsvRow* row) {
    for (std::size_t i = 0; i < row->fields_.size(); ++i) {
      const std::string& field = row->fields_[i];
      std::string what;
      if (field.find('\0') != std::string::npos) {
        what = "a field holds a NUL byte";
      } else if (decoder == nullptr && !text::IsValidUtf8(field)) {
        what =
            absl::StrCat("field ", i + 1, " is not UTF-8: convert the file, or name its encoding");
      } else if (damaged && absl::StrContains(field, kLostCharacter)) {
        what = absl::StrCat("field ", i + 1, " holds bytes that are not ", dialect.encoding);
      }
      if (what.empty()) continue;
      row->error_ = LineError(row->line_, what);
      return;
    }
  }

  void FitToHeader(CsvRow* row) {
    if (header == nullptr) return;
    std::vector<std::string>& fields = row->fields_;
    const std::size_t width = header->size();
    const std::size_t count = fields.size();
    while (fields.size() > width && fields.back().empty()) fields.pop_back();
    if (fields.size() > width) {
      row->error_ =
          LineError(row->line_, absl::StrCat(count, " fields where the header has ", width));
    }
    row->padded_ = width - std::min(width, count);
    fields.resize(width);
  }

  void Finish(CsvRow* row) {
    row->line_ = row_lines.front().number;
    row->error_ = absl::OkStatus();
    row->header_ = header;
    row->raw_ = Raw(row_lines.size());
    const bool too_large = parser.too_large();
    parser.Take(row->fields_);
    if (too_large) {
      row->error_ =
          LineError(row->line_, absl::StrCat("a row may have at most ", limits.max_fields,
                                             " fields of ", limits.max_field_bytes, " bytes"));
    } else {
      CheckText(row);
      if (row->error_.ok()) FitToHeader(row);
    }
    if (!row->error_.ok()) row->fields_.clear();
  }

  absl::StatusOr<bool> NextRow(CsvRow* row) {
    row_lines.clear();
    row_bytes = 0;
    damaged = false;
    parser.Clear();
    row->header_ = header;
    row->padded_ = 0;
    while (true) {
      Line line;
      CLIENTELE_ASSIGN_OR_RETURN(const bool more, TakeLine(&line));
      if (!more) {
        if (row_lines.empty()) return false;
        if (parser.End()) {
          Finish(row);
        } else {
          Fail("a quote opens here that is never closed", row);
        }
        return true;
      }
      if (row_lines.empty() && (line.text().empty() || line.text() == "\x1A")) {
        ++blank_lines;
        continue;
      }
      row_bytes += line.bytes.size();
      row_lines.push_back(std::move(line));
      if (row_bytes > limits.max_row_bytes && row_lines.size() > 1) {
        Fail(absl::StrCat("a quote opens here that is not closed within ", limits.max_row_bytes,
                          " bytes"),
             row);
        return true;
      }
      if (!parser.Feed(Text(row_lines.back()))) {
        Fail(row_lines.size() == 1
                 ? "a quote in the wrong place: a field with quotes, delimiters or line ends is "
                   "written in quotes, and quotes inside are doubled"
                 : absl::StrCat("a quote opens here and closes in the wrong place in line ",
                                row_lines.back().number),
             row);
        return true;
      }
      if (parser.ended()) {
        Finish(row);
        return true;
      }
    }
  }
};

CsvReader::CsvReader(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
CsvReader::~CsvReader() = default;

absl::StatusOr<std::unique_ptr<CsvReader>> CsvReader::Open(const std::filesystem::path& path,
                                                           const CsvOptions& options) {
  std::error_code error;
  if (std::filesystem::is_directory(path, error)) {
    return absl::NotFoundError("a folder was given where a CSV file is needed");
  }
  if (options.skip_lines < 0 || options.skip_lines > kMaxSkipLines) {
    return absl::InvalidArgumentError(absl::StrCat("lines to skip are 0 to ", kMaxSkipLines));
  }
  if (options.delimiter == '"' || options.delimiter == '\n' || options.delimiter == '\r' ||
      static_cast<unsigned char>(options.delimiter) >= 0x80) {
    return absl::InvalidArgumentError("a delimiter is one ASCII character, not a quote");
  }
  auto source = std::make_unique<ByteSource>();
  if (!source->Open(path)) {
    return absl::NotFoundError("the CSV file can't be opened: check its name and permissions");
  }
  std::string start;
  {
    const absl::StatusOr<absl::string_view> piece = source->Read();
    if (!piece.ok()) {
      return absl::DataLossError(absl::StrCat("line 1: ", piece.status().message()));
    }
    start.assign(piece->data(), piece->size());
  }
  constexpr char kEmpty[] = "the CSV file is empty: its first row names columns";
  if (start.empty()) return absl::InvalidArgumentError(kEmpty);
  if (const std::string kind = NameIfNotText(start); !kind.empty()) {
    return absl::InvalidArgumentError(
        absl::StrCat("the file is ", kind, ", no CSV text: export or save the table as CSV"));
  }
  CLIENTELE_ASSIGN_OR_RETURN(const Found found, FindEncoding(path, start, options.encoding));
  CsvDialect dialect;
  dialect.encoding = found.encoding;
  dialect.has_mark = found.mark_bytes > 0;
  std::unique_ptr<TextDecoder> wide;
  std::unique_ptr<TextDecoder> of_lines;
  std::string decoded;
  const absl::string_view body = absl::string_view(start).substr(found.mark_bytes);
  absl::string_view sample = body;
  if (found.encoding != "UTF-8") {
    CLIENTELE_ASSIGN_OR_RETURN(const auto once, TextDecoder::Create(found.encoding));
    once->Decode(body, false, decoded);
    sample = decoded;
    auto& kept = IsWide(found.encoding) ? wide : of_lines;
    CLIENTELE_ASSIGN_OR_RETURN(kept, TextDecoder::Create(found.encoding));
  }
  FindDialect(sample, {options.delimiter, options.skip_lines, options.names}, dialect);

  auto lines = std::make_unique<LineReader>(std::move(source), std::move(wide),
                                            options.limits.max_row_bytes);
  lines->Begin(body, false);
  Line above;
  for (std::int64_t line = 1; line < dialect.header_line; ++line) {
    CLIENTELE_ASSIGN_OR_RETURN(const bool more, lines->Next(&above));
    if (!more) break;
  }
  auto impl =
      std::make_unique<Impl>(options.limits, dialect, std::move(lines), std::move(of_lines));
  CsvRow row;
  CLIENTELE_ASSIGN_OR_RETURN(const bool any, impl->NextRow(&row));
  if (!any) return absl::InvalidArgumentError(kEmpty);
  CLIENTELE_RETURN_IF_ERROR(row.error());
  impl->dialect.header_line = row.line();
  impl->blank_lines = 0;
  impl->raw_header = std::move(row.raw_);
  for (std::string& name : row.fields_) name = TrimmedName(name);
  impl->header = std::make_shared<const std::vector<std::string>>(std::move(row.fields_));
  return std::unique_ptr<CsvReader>(new CsvReader(std::move(impl)));
}

const std::vector<std::string>& CsvReader::header() const { return *impl_->header; }
const std::string& CsvReader::raw_header() const { return impl_->raw_header; }
const CsvDialect& CsvReader::dialect() const { return impl_->dialect; }
std::int64_t CsvReader::blank_lines() const { return impl_->blank_lines; }

std::optional<std::size_t> CsvReader::Column(absl::string_view name) const {
  const auto found = std::find(header().begin(), header().end(), name);
  if (found == header().end()) return std::nullopt;
  return static_cast<std::size_t>(found - header().begin());
}

absl::Status CsvReader::RequireColumns(const std::vector<std::string>& names) const {
  std::vector<std::string> missing;
  for (const std::string& name : names) {
    if (!Column(name).has_value()) missing.push_back(name);
  }
  if (missing.empty()) return absl::OkStatus();
  return absl::InvalidArgumentError(
      absl::StrCat("the CSV file lacks the columns: ", absl::StrJoin(missing, ", "),
                   "; its first row must name them"));
}

absl::StatusOr<bool> CsvReader::Next(CsvRow* row) { return impl_->NextRow(row); }

}  // namespace clientele::csv
