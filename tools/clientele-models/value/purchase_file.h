#ifndef CLIENTELE_TOOLS_CLIENTELE_MODELS_VALUE_PURCHASE_FILE_H_
#define CLIENTELE_TOOLS_CLIENTELE_MODELS_VALUE_PURCHASE_FILE_H_

// Reads purchases from CSV files.
//
//   CLIENTELE_ASSIGN_OR_RETURN(const PurchaseFile file,
//                              ReadPurchases({.files = {"orders.csv"}, .customer = "customer",
//                                             .time = "date", .amount = "amount"}));

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "absl/status/statusor.h"

#include "services/profile-service/training/value/purchase_history.h"
#include "tools/clientele-models/evaluate/time_column.h"

namespace clientele::models {

// Columns as the header names them: `amount`, or `price` times `quantity`.
struct PurchaseColumns {
  std::vector<std::filesystem::path> files = {};
  std::string customer = {};
  std::string time = {};
  std::string amount = {};
  std::string price = {};
  std::string quantity = {};
};

struct PurchaseFile {
  profile::PurchaseHistory history;
  std::vector<std::string> customers;  // ids, in the order of the history
  std::int64_t rows = 0;
  std::int64_t without_customer = 0;  // of them: they are not counted further
  // What dates are compared with.
  TimeColumn times;

  // A date as people write it, as a day since 1970.
  absl::StatusOr<std::int32_t> DayOf(const std::string& date) const;
};

// INVALID_ARGUMENT that names the line for a cell that is no number or no time, for columns that
// are missing, and for a file without a purchase.
absl::StatusOr<PurchaseFile> ReadPurchases(const PurchaseColumns& columns);

}  // namespace clientele::models

#endif  // CLIENTELE_TOOLS_CLIENTELE_MODELS_VALUE_PURCHASE_FILE_H_
