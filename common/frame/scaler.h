#ifndef CLIENTELE_COMMON_FRAME_SCALER_H_
#define CLIENTELE_COMMON_FRAME_SCALER_H_

// Numbers of mean 0 and standard deviation 1 over the training's rows.
//
//   const Scaler spent = Scaler::Learn(*training.Numeric("spent").value(), {.log1p = true});
//   spent.Scale(19.99);
//   spent.Scale(kMissingNumber) == 0      // the mean: says nothing
//
// Immutable, thread-safe.

#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "absl/status/statusor.h"

#include "common/frame/column.h"

namespace clientele::frame {

struct ScalerOptions {
  // First sign(x) * ln(1 + |x|), for amounts and counts, whose largest values would hide the rest.
  bool log1p = false;
};

class Scaler {
 public:
  // Leaves values as they are.
  Scaler() = default;

  // Over the values that are not missing. A constant column, and one without values, is 0 for its
  // own value and is not stretched, so that another value later gives its plain distance.
  static Scaler Learn(const NumericColumn& column, ScalerOptions options = {});

  // 0 for NaN.
  double Scale(double value) const;
  std::vector<double> Encode(const NumericColumn& column) const;

  double mean() const { return mean_; }
  double deviation() const { return deviation_; }

  // {"mean": 3.1, "deviation": 0.5, "log1p": false}
  nlohmann::json ToJson() const;
  // INVALID_ARGUMENT for any other shape, and for a deviation that is not above 0.
  static absl::StatusOr<Scaler> FromJson(const nlohmann::json& json);

 private:
  double Prepare(double value) const;

  bool log1p_ = false;
  double mean_ = 0;
  double deviation_ = 1;  // > 0
};

}  // namespace clientele::frame

#endif  // CLIENTELE_COMMON_FRAME_SCALER_H_
