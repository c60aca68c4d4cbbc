#ifndef CLIENTELE_TOOLS_CLIENTELE_MODELS_VALUE_PREDICT_VALUE_H_
#define CLIENTELE_TOOLS_CLIENTELE_MODELS_VALUE_PREDICT_VALUE_H_

// What `clientele-models evaluate value` and `predict value` do.

#include <filesystem>
#include <ostream>
#include <string>

#include "absl/status/status.h"

#include "services/profile-service/training/value/value_model.h"
#include "tools/clientele-models/value/purchase_file.h"

namespace clientele::models {

struct ValueRun {
  PurchaseColumns columns = {};
  // The last day that is learned from; empty: of `predict`, the last of the file, of `evaluate`,
  // as many days before it as are looked ahead.
  std::string date = {};
  profile::ValueOptions options = {};
  std::filesystem::path out = {};  // of `predict`
};

// Prints what was measured, and at the end a line of JSON: `auc`, `auc_recency_frequency`,
// `auc_bg_nbd`, `mae`, `mae_bg_nbd`, `mae_nothing`, `customers`, `buyers`.
absl::Status EvaluateValueFile(const ValueRun& run, std::ostream& out);

// Writes a CSV with a row for each customer: `customer`, `buys` (probability), `spend`, `alive`
// (probability) and `expected_spend` (both by BG/NBD and gamma-gamma). Prints how many.
absl::Status PredictValueFile(const ValueRun& run, std::ostream& out);

}  // namespace clientele::models

#endif  // CLIENTELE_TOOLS_CLIENTELE_MODELS_VALUE_PREDICT_VALUE_H_
