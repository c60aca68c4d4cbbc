#include "tools/clientele-models/value/purchase_file.h"

#include <cmath>
#include <memory>
#include <optional>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"

#include "common/csv/csv_reader.h"
#include "common/status/status_macros.h"

namespace clientele::models {
namespace {

struct Sale {
  std::string customer;
  double amount = 0;
};

absl::StatusOr<double> NumberIn(const csv::CsvRow& row, const std::string& column) {
  const absl::string_view text = absl::StripAsciiWhitespace(row.Get(column));
  double value = 0;
  if (!absl::SimpleAtod(text, &value) || !std::isfinite(value)) {
    return absl::InvalidArgumentError(absl::StrCat("line ", row.line(), ": '", text.substr(0, 40),
                                                   "' in the column '", column,
                                                   "' is not a number"));
  }
  return value;
}

absl::StatusOr<double> AmountOf(const csv::CsvRow& row, const PurchaseColumns& columns) {
  if (!columns.amount.empty()) return NumberIn(row, columns.amount);
  CLIENTELE_ASSIGN_OR_RETURN(const double price, NumberIn(row, columns.price));
  CLIENTELE_ASSIGN_OR_RETURN(const double quantity, NumberIn(row, columns.quantity));
  return price * quantity;
}

absl::Status ReadSales(const std::filesystem::path& path, const PurchaseColumns& columns,
                       PurchaseFile& file, std::vector<Sale>& sales) {
  CLIENTELE_ASSIGN_OR_RETURN(const std::unique_ptr<csv::CsvReader> reader,
                             csv::CsvReader::Open(path));
  std::vector<std::string> needed = {columns.customer, columns.time};
  for (const std::string& column : {columns.amount, columns.price, columns.quantity}) {
    if (!column.empty()) needed.push_back(column);
  }
  CLIENTELE_RETURN_IF_ERROR(reader->RequireColumns(needed));
  csv::CsvRow row;
  while (true) {
    CLIENTELE_ASSIGN_OR_RETURN(const bool more, reader->Next(&row));
    if (!more) return absl::OkStatus();
    CLIENTELE_RETURN_IF_ERROR(row.error());
    ++file.rows;
    const absl::string_view customer = absl::StripAsciiWhitespace(row.Get(columns.customer));
    if (customer.empty()) {
      ++file.without_customer;
      continue;
    }
    CLIENTELE_RETURN_IF_ERROR(file.times.Add(row.Get(columns.time), row.line()));
    CLIENTELE_ASSIGN_OR_RETURN(const double amount, AmountOf(row, columns));
    sales.push_back({.customer = std::string(customer), .amount = amount});
  }
}

// How long a day is in the unit of the column.
absl::StatusOr<double> UnitsOfDay(const TimeColumn& times) { return times.Instant("1970-01-02"); }

}  // namespace

absl::StatusOr<std::int32_t> PurchaseFile::DayOf(const std::string& date) const {
  CLIENTELE_ASSIGN_OR_RETURN(const double unit, UnitsOfDay(times));
  CLIENTELE_ASSIGN_OR_RETURN(const double instant, times.Instant(date));
  return static_cast<std::int32_t>(std::floor(instant / unit));
}

absl::StatusOr<PurchaseFile> ReadPurchases(const PurchaseColumns& columns) {
  PurchaseFile file;
  std::vector<Sale> sales;
  for (const std::filesystem::path& path : columns.files) {
    const absl::Status read = ReadSales(path, columns, file, sales);
    if (!read.ok()) {
      return absl::Status(read.code(),
                          absl::StrCat(path.filename().string(), ": ", read.message()));
    }
  }
  file.times.Finish();
  CLIENTELE_ASSIGN_OR_RETURN(const double unit, UnitsOfDay(file.times));
  for (std::size_t i = 0; i < sales.size(); ++i) {
    file.history.Add(sales[i].customer,
                     static_cast<std::int32_t>(std::floor(file.times.values()[i] / unit)),
                     sales[i].amount);
  }
  file.customers = file.history.Finish();
  if (file.history.customers() == 0) {
    return absl::InvalidArgumentError("there is no purchase of a known customer in the file");
  }
  return file;
}

}  // namespace clientele::models
