#include "tools/clientele-models/intents/labeled_csv.h"

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"

#include "common/csv/csv_reader.h"
#include "common/status/status_macros.h"

namespace clientele::models {

absl::StatusOr<LabeledRows> ReadLabeledRows(const std::filesystem::path& csv,
                                            const std::string& text_column,
                                            const std::string& label_column) {
  CLIENTELE_ASSIGN_OR_RETURN(const auto reader,
                             csv::CsvReader::Open(csv, {.names = {text_column, label_column}}));
  CLIENTELE_RETURN_IF_ERROR(reader->RequireColumns({text_column, label_column}));
  const std::size_t text_at = *reader->Column(text_column);
  const std::size_t label_at = *reader->Column(label_column);
  LabeledRows rows;
  csv::CsvRow row;
  while (true) {
    CLIENTELE_ASSIGN_OR_RETURN(const bool more, reader->Next(&row));
    if (!more) break;
    CLIENTELE_RETURN_IF_ERROR(row.error());
    const absl::string_view text = absl::StripAsciiWhitespace(row.fields()[text_at]);
    const absl::string_view label = absl::StripAsciiWhitespace(row.fields()[label_at]);
    if (text.empty() || label.empty()) {
      ++rows.skipped;
      continue;
    }
    rows.texts.emplace_back(text);
    rows.labels.emplace_back(label);
  }
  if (rows.texts.empty()) {
    return absl::InvalidArgumentError(absl::StrCat(
        csv.filename().string(), " has no row with both a ", text_column, " and a ", label_column));
  }
  return rows;
}

}  // namespace clientele::models
