#include "common/frame/csv_frame.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <set>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"

#include "common/status/status_macros.h"

namespace clientele::frame {
namespace {

// Of a value that is shown in a message.
constexpr std::size_t kShownBytes = 40;

std::string Shown(absl::string_view value) {
  if (value.size() <= kShownBytes) return absl::StrCat("\"", absl::Utf8SafeCEscape(value), "\"");
  return absl::StrCat("a text of ", value.size(), " bytes");
}

std::optional<double> ParseNumber(absl::string_view field) {
  double value = 0;
  if (!absl::SimpleAtod(field, &value) || !std::isfinite(value)) return std::nullopt;
  return value;
}

// A column of the frame: where it stands in the file.
struct Source {
  std::size_t column = 0;
  std::string name;
};

absl::StatusOr<std::vector<Source>> ChooseColumns(const csv::CsvReader& reader,
                                                  const CsvFrameOptions& options) {
  std::vector<std::string> named = options.columns;
  named.insert(named.end(), options.ignore.begin(), options.ignore.end());
  for (const auto& [name, type] : options.types) {
    if (std::find(named.begin(), named.end(), name) == named.end()) named.push_back(name);
  }
  CLIENTELE_RETURN_IF_ERROR(reader.RequireColumns(named));
  std::vector<Source> sources;
  if (options.columns.empty()) {
    std::set<std::string> seen;
    for (const std::string& name : reader.header()) {
      if (std::find(options.ignore.begin(), options.ignore.end(), name) != options.ignore.end()) {
        continue;
      }
      if (name.empty()) return absl::InvalidArgumentError("line 1: a column has no name");
      if (!seen.insert(name).second) {
        return absl::InvalidArgumentError(
            absl::StrCat("line 1: two columns are named '", name, "'"));
      }
    }
  }
  for (const std::string& name : options.columns.empty() ? reader.header() : options.columns) {
    if (std::find(options.ignore.begin(), options.ignore.end(), name) == options.ignore.end()) {
      sources.push_back({*reader.Column(name), name});
    }
  }
  return sources;
}

class Reading {
 public:
  Reading(csv::CsvReader& reader, const CsvFrameOptions& options, std::vector<Source> sources)
      : reader_(reader), options_(options), sources_(std::move(sources)) {}

  absl::StatusOr<CsvFrame> Run() {
    CLIENTELE_RETURN_IF_ERROR(ReadSample());
    CLIENTELE_ASSIGN_OR_RETURN(FrameBuilder builder,
                               FrameBuilder::Create(InferSchema(), options_.limits));
    for (const csv::CsvRow& row : sample_) CLIENTELE_RETURN_IF_ERROR(Add(row, builder));
    sample_.clear();
    csv::CsvRow row;
    while (!at_end_) {
      CLIENTELE_RETURN_IF_ERROR(Next(row));
      if (!at_end_) CLIENTELE_RETURN_IF_ERROR(Add(row, builder));
    }
    return CsvFrame{std::move(builder).Finish(), std::move(inferred_)};
  }

 private:
  absl::Status Next(csv::CsvRow& row) {
    CLIENTELE_ASSIGN_OR_RETURN(const bool more, reader_.Next(&row));
    at_end_ = !more;
    if (!more) return absl::OkStatus();
    CLIENTELE_RETURN_IF_ERROR(row.error());
    // A value is never made up: a cell that is missing is written as an empty one.
    if (row.padded() > 0) {
      return absl::InvalidArgumentError(
          absl::StrCat("line ", row.line(), ": ", row.fields().size() - row.padded(),
                       " fields where the header has ", row.fields().size()));
    }
    return absl::OkStatus();
  }

  absl::Status ReadSample() {
    const bool all_given = std::all_of(sources_.begin(), sources_.end(), [&](const Source& source) {
      return options_.types.contains(source.name);
    });
    std::size_t bytes = 0;
    while (!all_given && sample_.size() < options_.inference_rows &&
           bytes < options_.inference_bytes) {
      csv::CsvRow row;
      CLIENTELE_RETURN_IF_ERROR(Next(row));
      if (at_end_) break;
      for (const std::string& field : row.fields()) bytes += sizeof(std::string) + field.size();
      sample_.push_back(std::move(row));
    }
    return absl::OkStatus();
  }

  Schema InferSchema() {
    Schema schema;
    for (const Source& source : sources_) {
      const auto given = options_.types.find(source.name);
      if (given != options_.types.end()) {
        schema.push_back({source.name, given->second});
        continue;
      }
      inferred_.push_back(Infer(source));
      schema.push_back({source.name, inferred_.back().type});
    }
    return schema;
  }

  InferredColumn Infer(const Source& source) const {
    InferredColumn column;
    column.name = source.name;
    column.rows = sample_.size();
    for (const csv::CsvRow& row : sample_) {
      const absl::string_view field = Field(row, source);
      if (IsMissing(field)) {
        ++column.missing;
      } else if (column.example_line == 0 && !ParseNumber(field).has_value()) {
        column.example = std::string(field);
        column.example_line = row.line();
      }
    }
    const bool numeric = column.example_line == 0 && column.missing < column.rows;
    column.type = numeric ? ColumnType::kNumeric : ColumnType::kCategorical;
    return column;
  }

  absl::Status Add(const csv::CsvRow& row, FrameBuilder& builder) const {
    for (std::size_t c = 0; c < sources_.size(); ++c) {
      const absl::string_view field = Field(row, sources_[c]);
      if (IsMissing(field)) continue;
      if (builder.schema()[c].type == ColumnType::kCategorical) {
        builder.Category(c, field);
        continue;
      }
      const std::optional<double> number = ParseNumber(field);
      if (!number.has_value()) {
        return absl::InvalidArgumentError(absl::StrCat(
            "line ", row.line(), ": ", Shown(field), " in the numeric column \"", sources_[c].name,
            "\" is not a finite number",
            options_.types.contains(sources_[c].name)
                ? ""
                : absl::StrCat("; the type was inferred from ", inferred_rows(),
                               " rows: give it, or the value as one that is missing")));
      }
      builder.Number(c, *number);
    }
    absl::Status ended = builder.EndRow();
    if (ended.ok()) return ended;
    return absl::Status(ended.code(), absl::StrCat("line ", row.line(), ": ", ended.message()));
  }

  std::size_t inferred_rows() const { return inferred_.empty() ? 0 : inferred_.front().rows; }

  absl::string_view Field(const csv::CsvRow& row, const Source& source) const {
    return absl::StripAsciiWhitespace(row.fields()[source.column]);
  }

  bool IsMissing(absl::string_view field) const {
    return std::find(options_.missing.begin(), options_.missing.end(), field) !=
           options_.missing.end();
  }

  csv::CsvReader& reader_;
  const CsvFrameOptions& options_;
  const std::vector<Source> sources_;
  std::vector<csv::CsvRow> sample_;
  std::vector<InferredColumn> inferred_;
  bool at_end_ = false;
};

}  // namespace

std::string Describe(const InferredColumn& column) {
  std::string line = absl::StrCat("column \"", column.name, "\" is ", NameOf(column.type), ": ");
  if (column.type == ColumnType::kNumeric) {
    absl::StrAppend(&line, "every value of the first ", column.rows, " rows is a number");
  } else if (column.example_line > 0) {
    absl::StrAppend(&line, Shown(column.example), " in line ", column.example_line,
                    " is not a number");
  } else {
    absl::StrAppend(&line, "the first ", column.rows, " rows have no value");
  }
  if (column.missing > 0 && column.missing < column.rows) {
    absl::StrAppend(&line, "; ", column.missing, " of ", column.rows, " are missing");
  }
  return line;
}

absl::StatusOr<CsvFrame> ReadFrame(csv::CsvReader& reader, const CsvFrameOptions& options) {
  CLIENTELE_ASSIGN_OR_RETURN(std::vector<Source> sources, ChooseColumns(reader, options));
  return Reading(reader, options, std::move(sources)).Run();
}

}  // namespace clientele::frame
