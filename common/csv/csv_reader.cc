#include "common/csv/csv_reader.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <utility>

#include <csv.h>
#include <zlib.h>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

#include "common/csv/line_counter.h"
#include "common/status/status_macros.h"
#include "common/text/utf8.h"

namespace clientele::csv {
namespace {

constexpr std::size_t kPieceBytes = 64 << 10;
constexpr absl::string_view kByteOrderMark = "\xEF\xBB\xBF";

int NoSpace(unsigned char) { return 0; }

absl::Status LineError(std::int64_t line, absl::string_view what) {
  return absl::InvalidArgumentError(absl::StrCat("line ", line, ": ", what));
}

// The gzip stream or plain file, in pieces.
class Source {
 public:
  ~Source() {
    if (file_ != nullptr) gzclose_r(file_);
  }
  Source() = default;
  Source(const Source&) = delete;
  Source& operator=(const Source&) = delete;

  bool Open(const std::filesystem::path& path) {
    file_ = gzopen(path.c_str(), "rb");
    if (file_ != nullptr) gzbuffer(file_, 128 << 10);
    return file_ != nullptr;
  }

  // Empty at the end.
  absl::StatusOr<absl::string_view> Read() {
    const int got = gzread(file_, piece_.data(), static_cast<unsigned>(piece_.size()));
    int error = Z_OK;
    gzerror(file_, &error);
    if (got < 0 || (error != Z_OK && error != Z_STREAM_END && got == 0)) {
      return absl::DataLossError("the file is damaged or cut off: copy it again");
    }
    return absl::string_view(piece_.data(), static_cast<std::size_t>(got));
  }

 private:
  gzFile file_ = nullptr;
  std::array<char, kPieceBytes> piece_;
};

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
  CsvLimits limits;
  Source source;
  csv_parser parser = {};
  bool parser_made = false;

  // Lines counted over the bytes that were read, and over what the parser gave back.
  LineCounter raw_lines;
  LineCounter lines;
  bool at_start = true;
  bool at_end = false;
  bool skip_line = false;  // after a misplaced quote
  absl::Status final_error;

  // The row that is being parsed.
  CsvRow current;
  std::size_t current_bytes = 0;
  bool current_begun = false;

  std::shared_ptr<const std::vector<std::string>> header;
  std::vector<CsvRow> rows;  // of the last piece
  std::size_t row_count = 0;
  std::size_t next_row = 0;

  ~Impl() {
    if (parser_made) csv_free(&parser);
  }

  bool MakeParser() {
    if (parser_made) csv_free(&parser);
    parser_made = csv_init(&parser, CSV_STRICT | CSV_STRICT_FINI | CSV_REPALL_NL) == 0;
    if (!parser_made) return false;
    csv_set_space_func(&parser, NoSpace);
    csv_set_blk_size(&parser, 4096);
    return true;
  }

  void OnField(absl::string_view field) {
    lines.Interrupt();
    if (!current_begun) Begin();
    lines.Add(field);
    lines.Interrupt();
    current_bytes += field.size();
    if (field.size() > limits.max_field_bytes || current_bytes > limits.max_row_bytes ||
        current.fields_.size() >= limits.max_fields) {
      EndTooLarge();
      return;
    }
    if (!current.error_.ok() || !final_error.ok()) return;
    if (std::memchr(field.data(), '\0', field.size()) != nullptr) {
      current.error_ = LineError(current.line_, "a field holds a NUL byte");
    } else if (!text::IsValidUtf8(field)) {
      current.error_ =
          LineError(current.line_, absl::StrCat("field ", current.fields_.size() + 1,
                                                " is not UTF-8: convert the file to UTF-8"));
    }
    current.fields_.emplace_back(field.data(), field.size());
  }

  void OnRowEnd(int terminator) {
    if (current_begun) Finish();
    if (terminator >= 0) lines.AddOne(static_cast<char>(terminator));
  }

  void Begin() {
    current_begun = true;
    current.line_ = lines.line();
    current.error_ = absl::OkStatus();
    current.fields_.clear();
    current_bytes = 0;
  }

  void Finish() {
    current_begun = false;
    if (!final_error.ok()) return;
    if (header != nullptr && current.error_.ok() && current.fields_.size() != header->size()) {
      current.error_ = LineError(
          current.line_,
          absl::StrCat(current.fields_.size(), " fields where the header has ", header->size()));
    }
    if (!current.error_.ok()) current.fields_.clear();
    if (row_count == rows.size()) rows.emplace_back();
    CsvRow& row = rows[row_count++];
    std::swap(row.fields_, current.fields_);
    row.line_ = current.line_;
    row.error_ = current.error_;
    row.header_ = header;
  }

  void EndTooLarge() {
    if (!final_error.ok()) return;
    final_error = LineError(
        current.line_, absl::StrCat("a row may have at most ", limits.max_fields, " fields of ",
                                    limits.max_field_bytes, " bytes and ", limits.max_row_bytes,
                                    " bytes altogether; is a quote never closed?"));
  }

  static void FieldCallback(void* data, std::size_t size, void* self) {
    static_cast<Impl*>(self)->OnField(
        absl::string_view(data == nullptr ? "" : static_cast<const char*>(data), size));
  }
  static void RowCallback(int terminator, void* self) {
    static_cast<Impl*>(self)->OnRowEnd(terminator);
  }

  void Parse(absl::string_view piece) {
    while (!piece.empty() && final_error.ok()) {
      if (skip_line && !SkipLine(piece)) return;
      const std::size_t used =
          csv_parse(&parser, piece.data(), piece.size(), FieldCallback, RowCallback, this);
      raw_lines.Add(piece.substr(0, used));
      if (used == piece.size()) {
        if (parser.entry_pos > limits.max_field_bytes + kPieceBytes) {
          if (!current_begun) Begin();
          EndTooLarge();
        }
        return;
      }
      if (csv_error(&parser) != CSV_EPARSE) {
        final_error = absl::ResourceExhaustedError("there is not enough memory for a row");
        return;
      }
      if (!current_begun) Begin();
      current.error_ =
          LineError(raw_lines.line(),
                    "a quote in the wrong place: a field with quotes, commas or line ends is "
                    "written in quotes, and quotes inside are doubled");
      Finish();
      if (!MakeParser()) {
        final_error = absl::InternalError("the CSV parser can't start");
        return;
      }
      skip_line = true;
      piece.remove_prefix(used);
    }
  }

  // Drops bytes up to the end of the line; false when the piece ends before it.
  bool SkipLine(absl::string_view& piece) {
    const std::size_t end = piece.find('\n');
    const std::size_t size = end == absl::string_view::npos ? piece.size() : end + 1;
    raw_lines.Add(piece.substr(0, size));
    piece.remove_prefix(size);
    if (end == absl::string_view::npos) return false;
    skip_line = false;
    lines = raw_lines;
    return true;
  }

  void End() {
    at_end = true;
    if (skip_line || !final_error.ok()) return;
    const bool begun = current_begun;
    if (csv_fini(&parser, FieldCallback, RowCallback, this) != 0) {
      final_error = LineError(begun ? current.line_ : lines.line(),
                              "the row that starts here opens a quote that is never closed");
    }
  }
};

CsvReader::CsvReader(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
CsvReader::~CsvReader() = default;

absl::StatusOr<std::unique_ptr<CsvReader>> CsvReader::Open(const std::filesystem::path& path,
                                                           CsvLimits limits) {
  std::error_code error;
  if (std::filesystem::is_directory(path, error)) {
    return absl::NotFoundError("a folder was given where a CSV file is needed");
  }
  auto impl = std::make_unique<Impl>();
  impl->limits = limits;
  if (!impl->source.Open(path)) {
    return absl::NotFoundError("the CSV file can't be opened: check its name and permissions");
  }
  if (!impl->MakeParser()) return absl::InternalError("the CSV parser can't start");
  auto reader = std::unique_ptr<CsvReader>(new CsvReader(std::move(impl)));

  CsvRow row;
  CLIENTELE_ASSIGN_OR_RETURN(const bool any, reader->Next(&row));
  if (!any) return absl::InvalidArgumentError("the CSV file is empty: its first row names columns");
  CLIENTELE_RETURN_IF_ERROR(row.error());
  std::vector<std::string> sorted = row.fields_;
  std::sort(sorted.begin(), sorted.end());
  if (sorted.front().empty()) return LineError(row.line(), "a column has no name");
  const auto repeated = std::adjacent_find(sorted.begin(), sorted.end());
  if (repeated != sorted.end()) {
    return LineError(row.line(), absl::StrCat("two columns are named '", *repeated, "'"));
  }
  Impl& state = *reader->impl_;
  state.header = std::make_shared<const std::vector<std::string>>(row.fields_);
  // Rows of the first piece were parsed before the header was known.
  for (std::size_t i = state.next_row; i < state.row_count; ++i) {
    CsvRow& early = state.rows[i];
    early.header_ = state.header;
    if (early.error_.ok() && early.fields_.size() != state.header->size()) {
      early.error_ =
          LineError(early.line_, absl::StrCat(early.fields_.size(), " fields where the header has ",
                                              state.header->size()));
      early.fields_.clear();
    }
  }
  return reader;
}

const std::vector<std::string>& CsvReader::header() const { return *impl_->header; }

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

void CsvReader::Fill() {
  Impl& state = *impl_;
  state.row_count = 0;
  state.next_row = 0;
  absl::StatusOr<absl::string_view> piece = state.source.Read();
  if (!piece.ok()) {
    state.final_error = absl::DataLossError(
        absl::StrCat("line ", state.raw_lines.line(), ": ", piece.status().message()));
    return;
  }
  if (piece->empty()) {
    state.End();
    return;
  }
  if (state.at_start) {
    state.at_start = false;
    if (absl::StartsWith(*piece, kByteOrderMark)) piece->remove_prefix(kByteOrderMark.size());
  }
  state.Parse(*piece);
}

absl::StatusOr<bool> CsvReader::Next(CsvRow* row) {
  Impl& state = *impl_;
  while (state.next_row == state.row_count) {
    if (!state.final_error.ok()) return state.final_error;
    if (state.at_end) return false;
    Fill();
  }
  std::swap(*row, state.rows[state.next_row++]);
  return true;
}

}  // namespace clientele::csv
