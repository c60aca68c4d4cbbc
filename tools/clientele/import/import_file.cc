#include "tools/clientele/import/import_file.h"

#include <filesystem>
#include <iostream>

#include <unistd.h>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

#include "common/csv/csv_reader.h"
#include "common/status/status_macros.h"
#include "common/time/clock.h"
#include "tools/clientele/import/progress.h"
#include "tools/clientele/import/row_checks.h"

namespace clientele::cli {
namespace {

constexpr int64_t kRowsBetweenLooks = 500;

// Lines that hold nothing.
struct BlankLines {
  int64_t count = 0;
  int64_t first = 0;
};

absl::Status ReadAll(csv::CsvReader& reader, Import& import, Progress& progress,
                     BlankLines& blank) {
  csv::CsvRow row;
  for (int64_t rows = 1;; ++rows) {
    CLIENTELE_ASSIGN_OR_RETURN(const bool more, reader.Next(&row));
    if (!more) return absl::OkStatus();
    if (!row.error().ok()) {
      CLIENTELE_RETURN_IF_ERROR(
          import.AddMalformed({row.line(), {}, row.raw()}, std::string(row.error().message())));
    } else if (IsBlankRow(row.fields())) {
      if (++blank.count == 1) blank.first = row.line();
    } else {
      CLIENTELE_RETURN_IF_ERROR(import.Add({row.line(), row.fields(), row.raw()}));
    }
    if (rows % kRowsBetweenLooks == 0) progress.Show(rows, import.counts().rejected);
  }
}

// The first pass. What is wrong with single rows is found again in the second.
absl::Status SurveyAll(const std::string& file, csv::CsvOptions options,
                       const csv::CsvDialect& dialect, Import& import) {
  options.encoding = dialect.encoding;
  options.delimiter = dialect.delimiter;
  CLIENTELE_ASSIGN_OR_RETURN(const auto reader, csv::CsvReader::Open(file, options));
  csv::CsvRow row;
  SourceRow source;
  while (true) {
    const absl::StatusOr<bool> more = reader->Next(&row);
    if (!more.ok() || !*more) return import.EndSurvey();
    if (!row.error().ok() || IsBlankRow(row.fields())) continue;
    source.line = row.line();
    source.fields = row.fields();
    import.Survey(source);
  }
}

SideFileFormat FormatOf(const csv::CsvReader& reader) {
  SideFileFormat format;
  format.header = reader.raw_header();
  format.delimiter = reader.dialect().delimiter;
  const std::string& encoding = reader.dialect().encoding;
  const bool converted =
      absl::StartsWith(encoding, "UTF-16") || absl::StartsWith(encoding, "UTF-32");
  format.utf8 = encoding == "UTF-8" || converted;
  format.mark = format.utf8 && (reader.dialect().has_mark || converted);
  return format;
}

}  // namespace

absl::StatusOr<char> ParseDelimiter(const std::string& text) {
  if (text == "comma") return ',';
  if (text == "semicolon") return ';';
  if (text == "tab" || text == "\\t") return '\t';
  if (text == "pipe" || text == "bar") return '|';
  if (text.size() == 1 && text[0] != '"' && static_cast<unsigned char>(text[0]) < 0x80 &&
      text[0] != '\n' && text[0] != '\r' && text[0] != '\0') {
    return text[0];
  }
  return absl::InvalidArgumentError(
      "--delimiter is one character, such as ';', or comma, semicolon, tab or pipe");
}

std::string SourceName(const std::string& file) {
  const std::filesystem::path path(file);
  return absl::EndsWith(file, ".gz") ? path.stem().string() : path.filename().string();
}

absl::Status ImportFile(const ImportFileOptions& options, const MakeImport& make,
                        std::ostream& out) {
  CLIENTELE_ASSIGN_OR_RETURN(const auto reader, csv::CsvReader::Open(options.file, options.csv));
  const csv::CsvDialect& dialect = reader->dialect();
  if (!options.json) out << options.file << ": " << Describe(dialect) << "\n";
  RejectedRows rejected(
      options.rejected.empty() ? options.file + ".rejected.csv" : options.rejected,
      FormatOf(*reader));
  CLIENTELE_ASSIGN_OR_RETURN(const std::unique_ptr<Import> import,
                             make(reader->header(), &rejected));
  std::error_code ignored;
  if (std::filesystem::is_regular_file(options.file, ignored)) {
    CLIENTELE_RETURN_IF_ERROR(SurveyAll(options.file, options.csv, dialect, *import));
  }
  Progress progress(options.what, isatty(STDERR_FILENO) ? &std::cerr : nullptr, SystemClock::Get());
  BlankLines blank;
  const absl::Status read = ReadAll(*reader, *import, progress, blank);
  // What was read before an error is stored all the same.
  const absl::Status finished = import->Finish();
  progress.Clear();
  CLIENTELE_RETURN_IF_ERROR(rejected.Close());
  const ImportCounts counts = import->counts();
  const absl::Duration elapsed = progress.Elapsed();
  FileFacts facts;
  facts.dialect = Describe(dialect);
  facts.above_header = dialect.header_line - 1;
  facts.blank = reader->blank_lines() + blank.count;
  facts.notes = import->notes();
  if (options.json) {
    out << SummaryJson(options.what, counts, elapsed, facts) << "\n";
  } else {
    out << Summary(options.what, counts, elapsed) << "\n";
    if (facts.above_header > 0) {
      out << "dropped " << facts.above_header << " lines above the header (line 1 to "
          << facts.above_header << ")\n";
    }
    if (facts.blank > 0) {
      out << "dropped " << facts.blank << " blank lines";
      if (blank.count > 0)
        out << " (of empty cells: " << blank.count << ", line " << blank.first << " first)";
      out << "\n";
    }
    for (const std::string& note : facts.notes) out << note << "\n";
    if (rejected.count() > 0) {
      out << "rejected rows are in " << rejected.path().string() << ":\n";
      for (const std::string& example : rejected.examples()) out << "  " << example << "\n";
    }
  }
  CLIENTELE_RETURN_IF_ERROR(finished);
  CLIENTELE_RETURN_IF_ERROR(read);
  if (counts.imported() > 0) return absl::OkStatus();
  return absl::FailedPreconditionError(
      counts.rows == 0 ? "nothing was imported: the file has a header and no rows"
      : counts.differing > 0
          ? "nothing was imported: what is stored differs, and only --update changes it"
          : "nothing was imported: every row was rejected");
}

}  // namespace clientele::cli
