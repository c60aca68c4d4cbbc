#include "tools/clientele-models/generator/generation_file.h"

#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"

#include "common/csv/csv_reader.h"
#include "common/status/status_macros.h"

namespace clientele::models {
namespace {

constexpr char kUsualPassage[] = "passage";

absl::StatusOr<GenerationRows> ReadRows(const std::filesystem::path& csv,
                                        const GenerationColumns& columns) {
  CLIENTELE_ASSIGN_OR_RETURN(
      const auto reader, csv::CsvReader::Open(csv, {.names = {columns.question, columns.answer}}));
  CLIENTELE_RETURN_IF_ERROR(reader->RequireColumns({columns.question, columns.answer}));
  const std::size_t question_at = *reader->Column(columns.question);
  const std::size_t answer_at = *reader->Column(columns.answer);
  if (!columns.passage.empty())
    CLIENTELE_RETURN_IF_ERROR(reader->RequireColumns({columns.passage}));
  const std::size_t passage_at =
      reader->Column(columns.passage.empty() ? kUsualPassage : columns.passage).value_or(answer_at);
  GenerationRows rows;
  csv::CsvRow row;
  while (true) {
    CLIENTELE_ASSIGN_OR_RETURN(const bool more, reader->Next(&row));
    if (!more) break;
    CLIENTELE_RETURN_IF_ERROR(row.error());
    const auto field = [&](std::size_t at) {
      return std::string(absl::StripAsciiWhitespace(row.fields()[at]));
    };
    qa::GenerationExample example = {field(question_at), field(passage_at), field(answer_at)};
    if (example.question.empty() || example.passage.empty() || example.answer.empty()) {
      ++rows.skipped;
      continue;
    }
    rows.examples.push_back(std::move(example));
  }
  if (rows.examples.empty()) {
    return absl::InvalidArgumentError(
        absl::StrCat("has no row with both a ", columns.question, " and an ", columns.answer));
  }
  return rows;
}

}  // namespace

absl::StatusOr<GenerationRows> ReadGenerationRows(const std::filesystem::path& csv,
                                                  const GenerationColumns& columns) {
  auto rows = ReadRows(csv, columns);
  if (rows.ok()) return rows;
  return absl::Status(rows.status().code(),
                      absl::StrCat(csv.filename().string(), ": ", rows.status().message()));
}

}  // namespace clientele::models
