#ifndef CLIENTELE_TOOLS_CLIENTELE_MODELS_FUSER_HISTORY_FILE_H_
#define CLIENTELE_TOOLS_CLIENTELE_MODELS_FUSER_HISTORY_FILE_H_

// Reads what customers did from a file: a log of events with a column for their type, or purchases
// alone, whose returns have quantities or amounts below zero.
//
//   CLIENTELE_ASSIGN_OR_RETURN(const profile::EventHistory history,
//                              ReadHistory("events.csv", {.customer = "customer_id",
//                                                         .time = "event_time", .type = "type"}));

#include <filesystem>
#include <string>

#include "absl/status/statusor.h"

#include "services/profile-service/training/fuser/look_back.h"

namespace clientele::models {

// Columns as the header names them; empty: the file has none such. An amount is `amount`, or
// `price` times `quantity`.
struct HistoryColumns {
  std::string customer = {};
  std::string time = {};
  std::string type = {};  // as "clientele import events" reads it; empty: purchases
  std::string item = {};
  std::string category = {};
  std::string quantity = {};
  std::string amount = {};
  std::string price = {};
  std::string text = {};
  std::string channel = {};
  std::string device = {};
  std::string rating = {};
  std::string currency_code = "XXX";  // of all amounts; ISO 4217's code for none
  bool spaces = false;                // parted by white space instead of as CSV
};

// Rows without a customer are passed over. INVALID_ARGUMENT that names the line for a cell that is
// no number, no time or no type, and for columns that are missing.
absl::StatusOr<profile::EventHistory> ReadHistory(const std::filesystem::path& path,
                                                  const HistoryColumns& columns);

}  // namespace clientele::models

#endif  // CLIENTELE_TOOLS_CLIENTELE_MODELS_FUSER_HISTORY_FILE_H_
