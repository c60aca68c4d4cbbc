#include "common/training/tables/labeled_table.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <set>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

#include "common/csv/csv_reader.h"
#include "common/frame/csv_frame.h"
#include "common/status/status_macros.h"

namespace clientele::training {
namespace {

constexpr std::size_t kListedLabels = 5;

bool Contains(const std::vector<std::string>& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

absl::Status CheckRoles(const LabeledTableOptions& options) {
  if (options.label.empty()) return absl::InvalidArgumentError("the label must be named");
  std::set<std::string> seen = {options.label};
  for (const auto* names : {&options.ignored, &options.categorical, &options.numeric}) {
    for (const std::string& name : *names) {
      if (!seen.insert(name).second) {
        return absl::InvalidArgumentError(
            absl::StrCat("column '", name, "' is given twice, or is the label"));
      }
    }
  }
  return absl::OkStatus();
}

frame::CsvFrameOptions FrameOptions(const LabeledTableOptions& options) {
  frame::CsvFrameOptions read{.ignore = options.ignored};
  // A type holds for the whole file, so all of it is looked at.
  read.inference_rows = std::numeric_limits<std::size_t>::max();
  read.inference_bytes = std::size_t{1} << 30;
  read.types[options.label] = frame::ColumnType::kCategorical;
  for (const std::string& name : options.categorical) {
    read.types[name] = frame::ColumnType::kCategorical;
  }
  for (const std::string& name : options.numeric) {
    read.types[name] = frame::ColumnType::kNumeric;
  }
  if (!options.categorical.empty() || !options.numeric.empty()) {
    read.columns = options.categorical;
    read.columns.insert(read.columns.end(), options.numeric.begin(), options.numeric.end());
    read.columns.push_back(options.label);
  }
  return read;
}

// What a column lacks that can be learned from; empty where it has it.
std::string WhyUseless(const frame::Frame& frame, const frame::Field& field) {
  if (field.type == frame::ColumnType::kNumeric) {
    const std::vector<double>& values = (*frame.Numeric(field.name))->values;
    double first = std::nan("");
    bool has_missing = false;
    for (const double value : values) {
      if (std::isnan(value)) {
        has_missing = true;
      } else if (std::isnan(first)) {
        first = value;
      } else if (value != first) {
        return "";
      }
    }
    if (std::isnan(first)) return "has no value";
    return has_missing ? "" : "has one value alone";
  }
  const std::vector<std::int32_t>& codes = (*frame.Categorical(field.name))->codes;
  const std::set<std::int32_t> distinct(codes.begin(), codes.end());
  if (distinct.size() > 1) return "";
  return distinct.contains(frame::kMissingCode) ? "has no value" : "has one value alone";
}

std::string Listed(const std::map<std::string, std::size_t>& counts) {
  std::vector<std::string> shown;
  for (const auto& [label, rows] : counts) {
    if (shown.size() == kListedLabels) {
      shown.push_back("...");
      break;
    }
    shown.push_back(
        absl::StrCat("'", absl::Utf8SafeCEscape(label.substr(0, 40)), "' in ", rows, " rows"));
  }
  return absl::StrJoin(shown, ", ");
}

bool SaysYes(const std::string& label) {
  const std::string lower = absl::AsciiStrToLower(label);
  return lower == "1" || lower == "true" || lower == "yes" || lower == "y" || lower == "t";
}

// Also where one is a number in another spelling, as 1 and 1.0.
bool SameLabel(absl::string_view a, absl::string_view b) {
  if (a == b) return true;
  double x = 0;
  double y = 0;
  return absl::SimpleAtod(a, &x) && absl::SimpleAtod(b, &y) && x == y;
}

}  // namespace

absl::StatusOr<LabeledTable> ReadLabeledTable(const LabeledTableOptions& options) {
  const std::string file = options.csv.filename().string();
  CLIENTELE_RETURN_IF_ERROR(CheckRoles(options));
  CLIENTELE_ASSIGN_OR_RETURN(const auto reader, csv::CsvReader::Open(options.csv));
  absl::StatusOr<frame::CsvFrame> read = frame::ReadFrame(*reader, FrameOptions(options));
  if (!read.ok()) {
    return absl::Status(read.status().code(), absl::StrCat(file, ": ", read.status().message()));
  }
  LabeledTable table;
  CLIENTELE_ASSIGN_OR_RETURN(const frame::CategoricalColumn* label,
                             read->frame.Categorical(options.label));
  std::vector<std::size_t> rows;
  rows.reserve(read->frame.rows());
  for (std::size_t row = 0; row < read->frame.rows(); ++row) {
    const std::int32_t code = label->codes[row];
    if (code == frame::kMissingCode) continue;
    rows.push_back(row);
    table.labels.push_back(label->categories[static_cast<std::size_t>(code)]);
  }
  if (rows.empty()) {
    return absl::InvalidArgumentError(absl::StrCat(
        file, ": there are no rows", read->frame.rows() > 0 ? " that have a label" : ""));
  }
  if (rows.size() < read->frame.rows()) {
    table.notes.push_back(
        absl::StrCat(read->frame.rows() - rows.size(), " rows without a label are left out"));
  }
  table.frame = read->frame.Rows(rows);
  for (const frame::Field& field : table.frame.schema()) {
    if (field.name == options.label || Contains(options.ignored, field.name)) continue;
    const std::string useless =
        options.drop_constant ? WhyUseless(table.frame, field) : std::string();
    if (useless.empty()) {
      table.columns.push_back(field.name);
    } else {
      table.notes.push_back(absl::StrCat("column '", field.name, "' ", useless, ": left out"));
    }
  }
  if (table.columns.empty()) {
    return absl::InvalidArgumentError(
        absl::StrCat(file, ": there is no column to learn from beside the label"));
  }
  return table;
}

absl::StatusOr<BinaryLabels> ToBinaryLabels(const std::vector<std::string>& labels,
                                            absl::string_view positive) {
  std::map<std::string, std::size_t> counts;
  for (const std::string& label : labels) ++counts[label];
  BinaryLabels binary;
  if (counts.size() < 2) {
    return absl::InvalidArgumentError(
        absl::StrCat("the label is the same in every row: ", Listed(counts)));
  }
  if (positive.empty()) {
    if (counts.size() > 2) {
      return absl::InvalidArgumentError(absl::StrCat("the label has ", counts.size(),
                                                     " values: say which is the positive one (",
                                                     Listed(counts), ")"));
    }
    const auto& first = *counts.begin();
    const auto& second = *counts.rbegin();
    const bool first_is_positive = SaysYes(first.first) != SaysYes(second.first)
                                       ? SaysYes(first.first)
                                       : first.second < second.second;
    binary.positive = first_is_positive ? first.first : second.first;
  } else {
    const std::string trimmed(absl::StripAsciiWhitespace(positive));
    for (const auto& [label, rows] : counts) {
      if (SameLabel(label, trimmed)) binary.positive = label;
    }
    if (counts.contains(trimmed)) binary.positive = trimmed;
    if (binary.positive.empty()) {
      return absl::InvalidArgumentError(absl::StrCat("no row has the positive label '", trimmed,
                                                     "'; there are ", Listed(counts)));
    }
  }
  if (counts.size() == 2) {
    binary.negative =
        counts.begin()->first == binary.positive ? counts.rbegin()->first : counts.begin()->first;
  }
  binary.values.reserve(labels.size());
  for (const std::string& label : labels) binary.values.push_back(label == binary.positive ? 1 : 0);
  return binary;
}

}  // namespace clientele::training
