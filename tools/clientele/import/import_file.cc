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

namespace clientele::cli {
namespace {

constexpr int64_t kRowsBetweenLooks = 500;

absl::Status ReadAll(csv::CsvReader& reader, Import& import, Progress& progress) {
  csv::CsvRow row;
  for (int64_t rows = 1;; ++rows) {
    CLIENTELE_ASSIGN_OR_RETURN(const bool more, reader.Next(&row));
    if (!more) return absl::OkStatus();
    if (row.error().ok()) {
      CLIENTELE_RETURN_IF_ERROR(import.Add(row.line(), row.fields()));
    } else {
      CLIENTELE_RETURN_IF_ERROR(
          import.AddMalformed(row.line(), std::string(row.error().message())));
    }
    if (rows % kRowsBetweenLooks == 0) progress.Show(rows, import.counts().rejected);
  }
}

}  // namespace

std::string SourceName(const std::string& file) {
  const std::filesystem::path path(file);
  return absl::EndsWith(file, ".gz") ? path.stem().string() : path.filename().string();
}

absl::Status ImportFile(const ImportFileOptions& options, const MakeImport& make) {
  CLIENTELE_ASSIGN_OR_RETURN(const auto reader, csv::CsvReader::Open(options.file));
  RejectedRows rejected(
      options.rejected.empty() ? options.file + ".rejected.csv" : options.rejected,
      reader->header());
  CLIENTELE_ASSIGN_OR_RETURN(const std::unique_ptr<Import> import,
                             make(reader->header(), &rejected));
  Progress progress(options.what, isatty(STDERR_FILENO) ? &std::cerr : nullptr, SystemClock::Get());
  const absl::Status read = ReadAll(*reader, *import, progress);
  // What was read before an error is stored all the same.
  const absl::Status finished = import->Finish();
  progress.Clear();
  CLIENTELE_RETURN_IF_ERROR(rejected.Close());
  const ImportCounts counts = import->counts();
  const absl::Duration elapsed = progress.Elapsed();
  std::cout << (options.json ? SummaryJson(options.what, counts, elapsed)
                             : Summary(options.what, counts, elapsed))
            << "\n";
  if (!options.json && rejected.count() > 0) {
    std::cout << "rejected rows are in " << rejected.path().string() << ":\n";
    for (const std::string& example : rejected.examples()) std::cout << "  " << example << "\n";
  }
  CLIENTELE_RETURN_IF_ERROR(finished);
  return read;
}

}  // namespace clientele::cli
