#include "tools/clientele-models/trees/score.h"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <exception>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include <ATen/ATen.h>
#include <torch/csrc/jit/api/module.h>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

#include "common/csv/csv_cell.h"
#include "common/csv/csv_reader.h"
#include "common/frame/csv_frame.h"
#include "common/status/error_details.h"
#include "common/status/status_macros.h"
#include "common/training/tables/table_bundle.h"

namespace clientele::models {
namespace {

constexpr std::size_t kBlockRows = 1024;

// The method that gives contributions; other tables' models have none.
constexpr char kContributions[] = "contributions";

// As the training reads them.
bool IsMissingCell(absl::string_view cell) {
  static const std::vector<std::string>& missing =
      *new std::vector<std::string>(frame::CsvFrameOptions().missing);
  return std::find(missing.begin(), missing.end(), cell) != missing.end();
}

class Scorer {
 public:
  static absl::StatusOr<Scorer> Open(const ScoreOptions& options) {
    CLIENTELE_ASSIGN_OR_RETURN(training::TableBundle bundle,
                               training::OpenTableBundle(options.bundle));
    Scorer scorer;
    for (const frame::MatrixField& field : bundle.encoder.fields()) {
      scorer.features_.push_back(field.name);
    }
    scorer.bundle_ = std::move(bundle);
    scorer.margins_ = options.margins;
    scorer.contributions_ = options.contributions;
    if (options.contributions && !scorer.bundle_.module.find_method(kContributions).has_value()) {
      return InvalidField("contributions", "the model has none");
    }
    return scorer;
  }

  const std::vector<std::string>& features() const { return features_; }

  std::string Header() const {
    std::vector<std::string> cells;
    const auto add = [&cells](absl::string_view name, std::int64_t count) {
      for (std::int64_t i = 0; i < count; ++i) {
        cells.push_back(count == 1 ? std::string(name) : absl::StrCat(name, "_", i));
      }
    };
    add("prediction", bundle_.predictions);
    if (margins_) add("margin", bundle_.margins);
    for (std::int64_t group = 0; contributions_ && group < bundle_.margins; ++group) {
      const std::string prefix =
          bundle_.margins == 1 ? "contribution_" : absl::StrCat("contribution_class", group, "_");
      for (const std::string& feature : features_) cells.push_back(csv::CsvCell(prefix + feature));
      cells.push_back(prefix + "bias");
    }
    return absl::StrJoin(cells, ",");
  }

  // The row's cells in `columns`, as numbers.
  absl::Status AppendRow(const csv::CsvRow& row, const std::vector<std::size_t>& columns,
                         std::vector<double>& rows) const {
    for (std::size_t i = 0; i < columns.size(); ++i) {
      const absl::string_view cell = absl::StripAsciiWhitespace(row.fields()[columns[i]]);
      double value = std::numeric_limits<double>::quiet_NaN();
      if (!IsMissingCell(cell)) {
        if (bundle_.encoder.schema()[i].type == frame::ColumnType::kCategorical) {
          value = bundle_.encoder.vocabulary(i).Index(cell);
        } else if (!absl::SimpleAtod(cell, &value)) {
          return absl::InvalidArgumentError(absl::StrCat("line ", row.line(), ": ", features_[i],
                                                         " '", cell.substr(0, 40),
                                                         "' is not a number"));
        }
      }
      rows.push_back(value);
    }
    return absl::OkStatus();
  }

  // `rows` is [count, features].
  absl::Status Write(const std::vector<double>& rows, std::ostream& out) {
    const auto width = static_cast<std::int64_t>(features_.size());
    const auto count = static_cast<std::int64_t>(rows.size()) / width;
    const at::Tensor features = at::empty({count, width}, at::kDouble);
    std::copy(rows.begin(), rows.end(), features.data_ptr<double>());
    std::vector<at::Tensor> columns;
    try {
      const auto scored = bundle_.module.get_method("score")({features}).toTuple();
      columns.push_back(scored->elements()[0].toTensor());
      if (margins_) columns.push_back(scored->elements()[1].toTensor());
      if (contributions_) {
        columns.push_back(bundle_.module.get_method(kContributions)({features}).toTensor());
      }
    } catch (const std::exception&) {
      return absl::InternalError("the model failed on these rows");
    }
    for (at::Tensor& tensor : columns) tensor = tensor.reshape({count, -1}).contiguous();
    std::string line;
    for (std::int64_t row = 0; row < count; ++row) {
      line.clear();
      for (const at::Tensor& tensor : columns) {
        const double* values = tensor.data_ptr<double>() + row * tensor.size(1);
        for (std::int64_t i = 0; i < tensor.size(1); ++i) AppendNumber(values[i], line);
      }
      line.back() = '\n';
      out << line;
    }
    return absl::OkStatus();
  }

 private:
  // With a comma behind it.
  static void AppendNumber(double value, std::string& line) {
    char digits[32];
    const auto end = std::to_chars(digits, digits + sizeof digits, value);
    line.append(digits, end.ptr);
    line += ',';
  }

  std::vector<std::string> features_;
  training::TableBundle bundle_{
      .folder = {}, .encoder = {}, .module = torch::jit::Module("Unread")};
  bool margins_ = false;
  bool contributions_ = false;
};

}  // namespace

absl::Status Score(const ScoreOptions& options, std::ostream& out) {
  CLIENTELE_ASSIGN_OR_RETURN(Scorer scorer, Scorer::Open(options));
  CLIENTELE_ASSIGN_OR_RETURN(const auto reader, csv::CsvReader::Open(options.csv));
  CLIENTELE_RETURN_IF_ERROR(reader->RequireColumns(scorer.features()));
  std::vector<std::size_t> columns;
  for (const std::string& feature : scorer.features()) columns.push_back(*reader->Column(feature));
  out << scorer.Header() << "\n";
  std::vector<double> rows;
  csv::CsvRow row;
  while (true) {
    CLIENTELE_ASSIGN_OR_RETURN(const bool more, reader->Next(&row));
    if (!more) break;
    CLIENTELE_RETURN_IF_ERROR(row.error());
    if (row.padded()) {
      return absl::InvalidArgumentError(
          absl::StrCat("line ", row.line(), ": fewer cells than the header has columns"));
    }
    CLIENTELE_RETURN_IF_ERROR(scorer.AppendRow(row, columns, rows));
    if (rows.size() < kBlockRows * columns.size()) continue;
    CLIENTELE_RETURN_IF_ERROR(scorer.Write(rows, out));
    rows.clear();
  }
  return rows.empty() ? absl::OkStatus() : scorer.Write(rows, out);
}

}  // namespace clientele::models
