// Boosted trees of XGBoost and LightGBM come from anywhere.
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

#include "common/modeling/trees/lightgbm_model.h"
#include "common/modeling/trees/xgboost_model.h"
#include "tests/fuzz/require.h"

namespace {

using clientele::fuzz::Require;
namespace modeling = clientele::modeling;

void CheckModel(const absl::StatusOr<modeling::TreeEnsemble>& ensemble) {
  // Contributions are quadratic in depth: a few small models say enough.
  if (!ensemble.ok() || ensemble->features.size() > 64 || ensemble->base.size() > 8 ||
      ensemble->nodes.size() > 4096) {
    return;
  }
  const std::size_t features = ensemble->features.size();
  const std::size_t groups = ensemble->base.size();
  for (const double x : {0.0, -1.5, 3.0, 1e300, std::numeric_limits<double>::quiet_NaN()}) {
    const std::vector<double> row(features, x);
    std::vector<double> margins(groups);
    clientele::inference::TreeMargins(ensemble->View(), row.data(), 1, margins.data());
    for (const double margin : margins) Require(!std::isnan(margin), "a row ends in leaves");
    std::vector<double> contributions(groups * (features + 1));
    clientele::inference::TreeContributions(ensemble->View(), row.data(), 1, contributions.data());
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const absl::string_view bytes(reinterpret_cast<const char*>(data), size);
  CheckModel(modeling::ParseXgboostModel(bytes));
  CheckModel(modeling::ParseLightgbmModel(bytes));
  return 0;
}
