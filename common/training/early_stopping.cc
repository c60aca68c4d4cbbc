#include "common/training/early_stopping.h"

#include <cmath>

namespace clientele::training {

bool EarlyStopping::Observe(std::int64_t at, double value) {
  bool better = !std::isnan(value);
  if (better && state_.best.has_value()) {
    const double gain = options_.direction == Direction::kHigherIsBetter
                            ? value - state_.best->value
                            : state_.best->value - value;
    better = gain > options_.min_delta;
  }
  if (better) {
    state_.best = Best{at, value};
    state_.without_improvement = 0;
  } else {
    ++state_.without_improvement;
  }
  return better;
}

}  // namespace clientele::training
